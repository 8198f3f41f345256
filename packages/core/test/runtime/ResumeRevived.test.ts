/** A paused run got more, its process was killed right after the agent's `Continued`; the next resume must use what came. */
import { afterAll, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as ScriptedModel from "../../src/testing/ScriptedModel.ts"
import { begin, cutAt, eventsOf, goOn, makeDisk, processOn } from "./Resuming.ts"
import { asked, makeFolder, otherCall, type Script, turnOf, worker } from "./Team.ts"

const folder = makeFolder()
afterAll(folder.remove)
const reader =
  (enough: number): Script =>
  (request) => {
    const turn = turnOf(request)
    if (request.closing) return { text: `closed after ${turn}` }
    return turn < enough ? { calls: [otherCall("read_file", { path: `${turn}.txt` })] } : { text: `read ${turn}` }
  }
for (const [what, limits, more] of [
  ["tokens", { tokens: 8_000 }, { tokens: 200_000 }],
  ["turns", { turns: 3 }, { turns: 20 }]
] as const)
  it.effect(`more ${what}, and a crash right after Continued`, () =>
    Effect.gen(function* () {
      const disk = yield* makeDisk
      const on = (d: typeof disk) => processOn(d, folder.root, ScriptedModel.layer(reader(12)))
      const paused = yield* begin({ workspace: folder.root, agents: [asked(worker(), "read")], limits }).pipe(
        Effect.provide(on(disk))
      )
      expect(paused.status).toBe("paused")
      const events = yield* Effect.gen(function* () {
        yield* goOn(paused.run, { more })
        return yield* eventsOf(paused.run)
      }).pipe(Effect.provide(on(disk)))
      const at = events.findLast(({ type }) => type === "Continued")?.seq ?? 0
      const cut = cutAt(disk, paused.run, at)
      const result = yield* goOn(paused.run).pipe(Effect.provide(on(cut)))
      expect([result.status, result.agents[0]?.answer]).toStrictEqual(["completed", "read 12"])
    })
  )
