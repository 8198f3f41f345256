import * as fs from "node:fs"
import { expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import { openDescriptors } from "../workspace/fixture.ts"
import { call, within } from "./fixture.ts"

/** Programs that work in `folder` and are not only waiting to be reaped. */
const programsIn = (folder: string): ReadonlyArray<string> =>
  fs.readdirSync("/proc").filter((pid) => {
    try {
      return /^\d+$/.test(pid) && fs.readlinkSync(`/proc/${pid}/cwd`) === folder
    } catch {
      return false
    }
  })

const eventually = (holds: () => boolean): Effect.Effect<void> =>
  Effect.callback((resume) => {
    const again = () => (holds() ? resume(Effect.void) : void setImmediate(again))
    again()
  })

// ripgrep waits for ever for somebody to write to an ignore file that is a FIFO.
it.live.each(["grep", "glob"])("ends a ripgrep that hangs when %s is interrupted, and leaves nothing of it", (tool) =>
  within(
    (files) => files.fifo(".ignore"),
    Effect.fnUntraced(function* ({ root }) {
      const before = openDescriptors()
      const fiber = yield* Effect.forkChild(call(tool, { pattern: "x" }), { startImmediately: true })
      yield* eventually(() => programsIn(root).length > 0)
      yield* Fiber.interrupt(fiber)
      expect(programsIn(root)).toStrictEqual([])
      yield* eventually(() => openDescriptors() === before)
    })
  )
)
