/**
 * Nothing of a run outlives it: not what it was doing, and not what its tasks had left behind on purpose.
 */
import * as path from "node:path"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import type { NxEvent } from "../../src/nx/NxTasks.ts"
import { copies, told, withWorkspace } from "./fixture.ts"
import { eventuallyGone, isRunning, pidsIn } from "./looks.ts"

/** Three processes: the task's shell, one of its group, and one that has left it. All would go on for long. */
const stays =
  'echo $$ >> pids; setsid sh -c "echo \\$\\$ >> pids; exec sleep 1000" & sleep 1000 & echo $! >> pids; wait'
const staying = { lib: { commands: { build: stays } }, app: { needs: ["lib"], commands: { build: copies } } }

const hostOf = (events: ReadonlyArray<NxEvent>): number => {
  const [pid] = events.flatMap((event) => (event._tag === "Process" ? [event.pid] : []))
  if (pid === undefined) throw new Error("no process was told of")
  return pid
}

describe.skipIf(process.platform !== "linux")("a run of Nx", () => {
  it.live("that is interrupted leaves no process", () =>
    withWorkspace(staying, (workspace) =>
      Effect.gen(function* () {
        const fiber = yield* Effect.forkChild(told(workspace.request()), { startImmediately: true })
        const pids = yield* pidsIn(path.join(workspace.root, "packages/lib/pids"), 3)
        expect(pids.map(isRunning)).toStrictEqual([true, true, true])
        yield* Fiber.interrupt(fiber)
        expect(pids.map(isRunning)).toStrictEqual([false, false, false])
      })
    )
  )

  it.live("whose process is killed fails, says so, and leaves no process", () =>
    withWorkspace(staying, (workspace) =>
      Effect.gen(function* () {
        const events: Array<NxEvent> = []
        const fiber = yield* Effect.forkChild(
          Effect.flip(told(workspace.request(), (event) => Effect.sync(() => events.push(event)))),
          { startImmediately: true }
        )
        const pids = yield* pidsIn(path.join(workspace.root, "packages/lib/pids"), 3)
        process.kill(hostOf(events), "SIGKILL")
        const error = yield* Fiber.join(fiber)
        expect(error.message).toBe(`Nx failed in ${workspace.root}: it was ended by SIGKILL`)
        expect(pids.map(isRunning)).toStrictEqual([false, false, false])
      })
    )
  )

  it.live("that passed ends what a task has left behind outside of its group", () =>
    Effect.gen(function* () {
      const leaves =
        'setsid sh -c "echo \\$\\$ >> pids; exec sleep 1000" > /dev/null 2>&1 & until test -f pids; do sleep 0.01; done'
      const pids = yield* withWorkspace({ lib: { commands: { build: leaves } } }, (workspace) =>
        Effect.gen(function* () {
          const { ends } = yield* told(workspace.request())
          expect(ends).toStrictEqual({ "lib:build": "success" })
          return yield* pidsIn(path.join(workspace.root, "packages/lib/pids"), 1)
        })
      )
      yield* eventuallyGone(pids)
    })
  )

  it.live("runs the rest of what was killed when it is asked for again", () =>
    withWorkspace(
      {
        lib: { commands: { build: copies } },
        app: {
          needs: ["lib"],
          commands: { build: `${copies}; test -f ../../whole || { echo $$ > pid; exec sleep 1000; }` }
        }
      },
      (workspace) =>
        Effect.gen(function* () {
          const events: Array<NxEvent> = []
          const fiber = yield* Effect.forkChild(
            Effect.flip(told(workspace.request(), (event) => Effect.sync(() => events.push(event)))),
            { startImmediately: true }
          )
          yield* pidsIn(path.join(workspace.root, "packages/app/pid"), 1)
          process.kill(hostOf(events), "SIGKILL")
          yield* Fiber.join(fiber)
          workspace.write("packages/app/dist/out.txt", "torn")
          workspace.write("whole", "")
          const { ends } = yield* told(workspace.request())
          expect(ends).toStrictEqual({ "lib:build": "local-cache", "app:build": "success" })
          expect(workspace.read("packages/app/dist/out.txt")).toBe("app\n")
        })
    )
  )
})
