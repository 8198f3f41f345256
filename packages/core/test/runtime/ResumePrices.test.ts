/** Limits in money over stretches whose prices differ. */
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { afterAll, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { costOfCall } from "../../src/agent/Allowance.ts"
import { Model } from "../../src/model/Model.ts"
import * as ScriptedModel from "../../src/testing/ScriptedModel.ts"
import { begin, cutAt, type Disk, eventsOf, goOn, makeDisk, processOn } from "./Resuming.ts"
import { asked, lead, makeFolder, otherCall, type Script, spawnCall, turnOf, waitCall, worker } from "./Team.ts"

const folder = makeFolder()
afterAll(folder.remove)
writeFileSync(
  join(folder.root, ".deputize", "agents", "dear.md"),
  "---\nname: dear\ndescription: d\nmodel: dear-1\ntools: read_file\n---\nWork.\n"
)
type P = { input: number; cached: number; output: number } | null
const priced = (disk: Disk, script: Script, price: (name: string) => P) =>
  processOn(
    disk,
    folder.root,
    Layer.effect(
      Model,
      Effect.map(Model, (m) => Model.of({ ...m, facts: (n) => ({ ...m.facts(n), name: n, price: price(n) }) }))
    ).pipe(Layer.provide(ScriptedModel.layer(script)))
  )
const usd = { input: 1, cached: 0.1, output: 4 }
const top: Script = (request) => {
  const turn = turnOf(request)
  if (request.brief.agent === "dear")
    return turn === 0 ? { calls: [otherCall("read_file", { path: "a" })] } : { text: "dear" }
  if (turn === 0) return { calls: [spawnCall("dear", "part")] }
  return turn === 1 ? { calls: [waitCall()] } : { text: "done" }
}
it.effect("a started agent whose model has no price any more is not free", () =>
  Effect.gen(function* () {
    const disk = yield* makeDisk
    const request = {
      workspace: folder.root,
      agents: [asked(lead({ limits: {} }), "top")],
      limits: { nanoUsd: 1_000_000_000 }
    }
    const { events, run } = yield* Effect.gen(function* () {
      const { run } = yield* begin(request)
      return { run, events: yield* eventsOf(run) }
    }).pipe(Effect.provide(priced(disk, top, () => usd)))
    const done = events.find(({ type, path }) => type === "Done" && path.endsWith("/dear"))?.seq ?? 0
    expect(done).toBeGreaterThan(0)
    const cut = cutAt(disk, run, done)
    const exit = yield* Effect.exit(goOn(run)).pipe(
      Effect.provide(priced(cut, top, (n) => (n === "dear-1" ? null : usd)))
    )
    const after = yield* eventsOf(run).pipe(Effect.provide(priced(cut, top, () => usd)))
    const free = after.filter(
      ({ type, path, body, seq }) =>
        seq > done &&
        type === "TurnCompleted" &&
        path.endsWith("/dear") &&
        (body as { nanoUsd: unknown }).nanoUsd === null
    )
    expect(exit._tag === "Success" ? "went on" : "refused").toBe("refused")
    expect(free.length).toBe(0)
  })
)
it.effect("a request that was cut is charged at the price of then", () =>
  Effect.gen(function* () {
    const disk = yield* makeDisk
    const request = { workspace: folder.root, agents: [asked(worker({}), "x")], limits: { nanoUsd: 1_000_000_000 } }
    const script: Script = () => ({ text: "done" })
    const { events, run } = yield* Effect.gen(function* () {
      const { run } = yield* begin(request)
      return { run, events: yield* eventsOf(run) }
    }).pipe(Effect.provide(priced(disk, script, () => usd)))
    const sent = events.find(({ type }) => type === "TurnRequested")
    const { maxOutputTokens, reserved }: { readonly maxOutputTokens: number; readonly reserved: number } = Object(
      sent?.body
    )
    const cut = cutAt(disk, run, sent?.seq ?? 0)
    const after = yield* Effect.gen(function* () {
      yield* goOn(run)
      return yield* eventsOf(run)
    }).pipe(Effect.provide(priced(cut, script, () => ({ input: 0.01, cached: 0.001, output: 0.04 }))))
    const lost = after.find(({ type }) => type === "TurnFailed")?.body as { nanoUsd: number }
    expect(lost.nanoUsd).toBe(costOfCall(usd, reserved - maxOutputTokens, maxOutputTokens).nanoUsd)
  })
)
