/**
 * Whatever crashes when, in whichever order: every agent has its result, nothing that was done is done again, nothing is
 * left running, and no more is spent than there was (`play` looks at the last three).
 */
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { afterAll, describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { Strategy } from "../../src/actor/Strategy.ts"
import { ModelError } from "../../src/model/ModelError.ts"
import { broken, named, play } from "./Lives.ts"
import { makeFolder, otherCall, turnOf } from "./Team.ts"

const folder = makeFolder()
afterAll(folder.remove)
writeFileSync(join(folder.root, "notes.txt"), "one\ntwo\n")

const Turn = Schema.Literals(["reads", "takes long", "breaks", "gets no answer", "is not let in"])
// A request that was not let in is sent again: up to four times that is no crash.
const crashes: ReadonlySet<string> = new Set(["breaks", "gets no answer"])

const away = new ModelError({
  model: "scripted",
  stage: "answered",
  reason: { _tag: "Unavailable", status: 503, detail: "busy" }
})

describe("agents that are restarted", () => {
  it.effect.prop(
    "all have a result, complete where they may crash as often as they do",
    {
      strategy: Strategy,
      intensity: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 3 })),
      maxParallel: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 4 })),
      agents: Schema.NonEmptyArray(Schema.Array(Turn).check(Schema.isMaxLength(4))).check(Schema.isMaxLength(4))
    },
    ({ agents, intensity, maxParallel, strategy }) =>
      Effect.gen(function* () {
        const supervision = { strategy, intensity, periodMs: 3_600_000, silenceMs: 30_000 }
        const { ends, result } = yield* play(
          folder.root,
          { agents: agents.map((_, index) => named(`agent-${index}`)), maxParallel, supervision },
          (request, before) => {
            switch (agents[Number(request.brief.agent.slice(6))]?.[before]) {
              case "breaks":
                return broken
              case "gets no answer":
                return Effect.never
              case "is not let in":
                return away
              case "takes long":
                return Effect.as(Effect.sleep("10 seconds"), reading(turnOf(request)))
              case "reads":
                return reading(turnOf(request))
              default:
                return { text: "done" }
            }
          }
        )
        const planned = agents.map((turns) => turns.filter((turn) => crashes.has(turn)).length)
        const isMastered = planned.map((count) => count <= intensity)
        const completed = result.agents.map(({ status }) => status === "completed")
        expect(completed.length).toBe(agents.length)
        if (strategy === "one-for-one") expect(completed).toStrictEqual(isMastered)
        else if (isMastered.every(Boolean)) expect(completed).toStrictEqual(isMastered)
        for (const end of ends) expect(end).toMatch(/ (completed|failed RestartLimitReached)$/)
      }),
    { arbitrary: { runs: 40, size: 20 } }
  )
})

// internal

const reading = (turn: number) => ({ calls: [otherCall("read_file", { path: "notes.txt", offset: turn + 1 })] })
