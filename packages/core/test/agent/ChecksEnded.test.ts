/** Programs of the user's that do not listen when they are to end. */
import { existsSync, mkdtempSync, realpathSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import { runCheck } from "../../src/agent/Checks.ts"
import { Processes } from "../../src/process/Processes.ts"
import { Programs } from "../../src/process/Programs.ts"
import { setUp } from "../../src/worktree/Setup.ts"
import { eventually } from "../process/looks.ts"

const folder = realpathSync(mkdtempSync(join(tmpdir(), "deputize-checks-")))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const deaf = "trap '' TERM; : > deaf; while :; do sleep 0.05; done"
const environment = { PATH: process.env["PATH"] ?? "" }

it.live("are ended well before anybody who has pressed Ctrl-C gives up", () =>
  Effect.gen(function* () {
    const processes = yield* Processes
    const ending = Effect.fnUntraced(function* <A, E>(work: Effect.Effect<A, E>) {
      const fiber = yield* Effect.forkChild(work)
      yield* eventually(() => (existsSync(join(folder, "deaf")) ? true : undefined))
      rmSync(join(folder, "deaf"))
      const from = performance.now()
      yield* Fiber.interrupt(fiber)
      return performance.now() - from
    })
    const check = Effect.provideService(runCheck(deaf, folder, environment), Programs, Effect.succeed(processes))
    const setup = setUp(processes, { commands: [deaf], environment, label: "setup", root: folder, workspace: folder })
    // The whole grace would be five seconds.
    for (const work of [check, setup]) expect(yield* ending(work)).toBeLessThan(4_000)
  }).pipe(Effect.provide(Processes.layer({ folder: join(folder, "ledger"), owner: "test" })))
)
