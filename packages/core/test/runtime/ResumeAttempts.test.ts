/** After a provider outage the agent has failed; taken up again, a single further 503 must not end it at once. */
import { afterAll, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { ModelError } from "../../src/model/ModelError.ts"
import * as ScriptedModel from "../../src/testing/ScriptedModel.ts"
import { named, passing, play } from "./Lives.ts"
import { begin, goOn, makeDisk, processOn } from "./Resuming.ts"
import { asked, makeFolder, type Script, worker } from "./Team.ts"

const folder = makeFolder()
afterAll(folder.remove)
const down = new ModelError({
  model: "scripted",
  stage: "answered",
  reason: { _tag: "Unavailable", status: 503, detail: "" }
})
it.effect("a run taken up after an outage has all attempts again", () =>
  Effect.gen(function* () {
    const disk = yield* makeDisk
    let asks = 0
    const until =
      (n: number): Script =>
      () => {
        asks += 1
        return asks > n ? { text: "there" } : down
      }
    const on = (s: Script) => processOn(disk, folder.root, ScriptedModel.layer(s))
    const failed = yield* passing(
      begin({ workspace: folder.root, agents: [asked(worker(), "read")] }).pipe(Effect.provide(on(until(999))))
    )
    expect([failed.status, asks]).toStrictEqual(["failed", 5])
    asks = 0
    const again = yield* passing(goOn(failed.run).pipe(Effect.provide(on(until(2)))))
    expect([again.status, asks]).toStrictEqual(["completed", 3])
  })
)
it.effect("an agent that is restarted has attempts of its own again", () =>
  Effect.gen(function* () {
    let asks = 0
    const { ends, lives } = yield* play(
      folder.root,
      { agents: [named("weak", { supervision: { restart: "transient" } })] },
      () => {
        asks += 1
        return asks > 8 ? { text: "there" } : down
      }
    )
    // 5 attempts, then a life of 5 more: 4 of them enough.
    expect([ends, lives("/root/weak")]).toStrictEqual([["/root/weak completed"], 2])
  })
)
