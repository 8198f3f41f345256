/** What came is an even guarantee for each; a crash right after must not take it away. */
import { afterAll, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { type Around, restored } from "../../src/runtime/resume/Restored.ts"
import * as RunPast from "../../src/runtime/resume/RunPast.ts"
import * as ScriptedModel from "../../src/testing/ScriptedModel.ts"
import { begin, eventsOf, goOn, makeDisk, processOn } from "./Resuming.ts"
import { asked, makeFolder, otherCall, type Script, turnOf, worker } from "./Team.ts"

const folder = makeFolder()
afterAll(folder.remove)
const reads: Script = (request) =>
  request.closing
    ? { text: "closed" }
    : turnOf(request) < 12
      ? { calls: [otherCall("read_file", { path: `${turnOf(request)}.txt` })] }
      : { text: "read" }
const around: Around = {
  definitions: new Map(),
  provider: "scripted",
  modelOf: (n) => n ?? "scripted",
  price: () => null,
  environment: {},
  more: {},
  say: []
}
it.effect("a raise, and a crash right after", () =>
  Effect.gen(function* () {
    const disk = yield* makeDisk
    const on = (d: typeof disk) => processOn(d, folder.root, ScriptedModel.layer(reads))
    const paused = yield* begin({
      workspace: folder.root,
      agents: [asked(worker(), "one"), asked(worker(), "two")],
      limits: { tokens: 8_000 }
    }).pipe(Effect.provide(on(disk)))
    expect(paused.status).toBe("paused")
    const before = yield* eventsOf(paused.run).pipe(Effect.provide(on(disk)))
    const guarantees = (past: RunPast.RunPast, more = {}) =>
      Result.getOrThrow(restored(paused.run, past, { ...around, more })).agents.map(
        ({ place }) => place.guarantee.tokens
      )
    const given = guarantees(RunPast.ofEvents(before), { tokens: 40_000 })
    const events = yield* Effect.gen(function* () {
      yield* goOn(paused.run, { more: { tokens: 40_000 } })
      return yield* eventsOf(paused.run)
    }).pipe(Effect.provide(on(disk)))
    const at = events.find(({ type }) => type === "Resumed")?.seq ?? 0
    const after = guarantees(RunPast.ofEvents(events.slice(0, at)))
    // What an agent had used beyond its first part is taken off.
    expect(after.every((each, index) => (each ?? 0) > (given[index] ?? 0) - 1_000)).toBe(true)
  })
)
