/**
 * Waits that lie before an agent's next life: they do not heal it.
 */
import { afterAll, describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { ModelError } from "../../src/model/ModelError.ts"
import { broken, named, play } from "./Lives.ts"
import { makeFolder, type Script } from "./Team.ts"

const folder = makeFolder()
afterAll(folder.remove)

const weak = () => named("weak", { supervision: { restart: "transient", intensity: 3, periodMs: 60_000 } })

/** What it waits for is longer than the time in which its crashes count. */
const limited = () =>
  new ModelError({ model: "scripted", stage: "answered", reason: { _tag: "RateLimited", retryAfterMs: 120_000 } })

const hour = { wallMs: 3_600_000 }

describe("an agent whose provider asks for a long wait each time", () => {
  it.effect("is given up after as many crashes as it may have", () =>
    Effect.gen(function* () {
      const { ends, lives, result } = yield* play(folder.root, { agents: [weak()], limits: hour }, limited)
      expect(ends).toStrictEqual(["/root/weak failed RestartLimitReached"])
      expect(lives("/root/weak")).toBe(4)
      expect(result.agents[0]?.error?.message).toBe(
        "/root/weak crashed more than 3 times in 60 s and was not started again; the last time: scripted: the provider's rate limit is reached, it asks to wait 120 s"
      )
    })
  )

  it.effect("is forgiven for the time in which it has worked between the waits", () =>
    Effect.gen(function* () {
      let asked = 0
      const script: Script = () => {
        asked += 1
        return asked > 6 ? { text: "there" } : Effect.andThen(Effect.sleep("61 seconds"), Effect.fail(limited()))
      }
      const { ends, lives } = yield* play(folder.root, { agents: [weak()], limits: hour }, script)
      expect(ends).toStrictEqual(["/root/weak completed"])
      expect(lives("/root/weak")).toBe(7)
    })
  )

  it.effect("is given up also where others, whose crashes it goes with, cut its waits short", () =>
    Effect.gen(function* () {
      let crashes = 0
      const script: Script = ({ brief }) => {
        if (brief.agent === "weak") return limited()
        crashes += 1
        return crashes > 9 ? { text: "there" } : Effect.andThen(Effect.sleep("61 seconds"), broken)
      }
      const { ends, lives } = yield* play(
        folder.root,
        { agents: [named("other"), weak()], limits: hour, supervision: { strategy: "rest-for-one" } },
        script
      )
      expect(ends).toStrictEqual(["/root/other completed", "/root/weak failed RestartLimitReached"])
      expect(lives("/root/weak")).toBe(4)
    })
  )
})
