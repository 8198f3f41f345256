/** After a provider outage the agent has failed; taken up again, a single further 503 must not end it at once. */
import { afterAll, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { Limits } from "../../src/domain/Limits.ts"
import { ModelError } from "../../src/model/ModelError.ts"
import * as ScriptedModel from "../../src/testing/ScriptedModel.ts"
import { named, passing, play } from "./Lives.ts"
import { begin, cutAt, type Disk, eventsOf, goOn, makeDisk, processOn } from "./Resuming.ts"
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
const brokeOff = new ModelError({ model: "scripted", stage: "streaming", reason: { _tag: "CutStream" } })

it.effect("a run that is killed between attempts ends with the failure that they were made for", () =>
  Effect.gen(function* () {
    const disk = yield* makeDisk
    const request = {
      workspace: folder.root,
      agents: [asked(worker(), "read")],
      limits: new Limits({ tokens: 20_000 })
    }
    const on = (each: Disk) =>
      processOn(
        each,
        folder.root,
        ScriptedModel.layer(() => brokeOff)
      )
    const { agents, run } = yield* passing(begin(request).pipe(Effect.provide(on(disk))))
    expect(agents[0]?.error?.tag).toBe("ModelError")
    const events = yield* eventsOf(run).pipe(Effect.provide(on(disk)))
    const failed = events.filter(({ type }) => type === "TurnFailed")
    expect(failed.length).toBeGreaterThan(1)
    for (const { seq } of failed) {
      const again = yield* passing(goOn(run).pipe(Effect.provide(on(cutAt(disk, run, seq)))))
      expect([again.agents[0]?.status, again.agents[0]?.error]).toStrictEqual(["failed", agents[0]?.error])
    }
    // Who wants it to go on after that is told what it lacks.
    const later = yield* passing(goOn(run).pipe(Effect.provide(on(disk))))
    expect([later.agents[0]?.status, later.agents[0]?.error?.tag]).toStrictEqual(["paused", "BudgetExceeded"])
  })
)

it.effect("an agent that cannot pay for another attempt is not restarted", () =>
  Effect.gen(function* () {
    const supervised = named("weak", { supervision: { restart: "transient" }, limits: { tokens: 20_000 } })
    const { ends, lives } = yield* play(folder.root, { agents: [supervised] }, () => brokeOff)
    expect([ends, lives("/root/weak")]).toStrictEqual([["/root/weak failed ModelError"], 1])
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
