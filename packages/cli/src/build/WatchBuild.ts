/**
 * Shows a build in front of the user while it runs: live rows on a terminal, plain lines elsewhere, both on standard error.
 *
 * 1. Notices are shown in the order in which they come, and all of them before the build's result is handed on.
 * 2. Whatever was drawn is gone then.
 */
import type { BuildNotice } from "@deputize/build-tools/runner/BuildNotice"
import type * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Queue from "effect/Queue"
import * as Stream from "effect/Stream"
import type { Invocation } from "../command/Invocation.ts"
import { type BuildLine, buildLines } from "../render/BuildLines.ts"
import { advanceBuild, type BuildView, emptyBuild, type MostTries } from "../render/BuildProgress.ts"
import { buildRows } from "../render/BuildRows.ts"
import { Output } from "../render/Output.ts"
import { makeScreen } from "../render/Screen.ts"

/** `run` is given what shows a notice. With --json nothing is shown: its result says it all. */
export const watchBuild = Effect.fn("watchBuild")(function* <A, E, R>(
  invocation: Invocation,
  most: MostTries,
  run: (onNotice: (notice: BuildNotice) => void) => Effect.Effect<A, E, R>
) {
  if (invocation.json) return yield* run(() => undefined)
  const { notes } = yield* Output
  const notices = yield* Queue.unbounded<BuildNotice, Cause.Done>()
  const isLive = notes.canRedraw && !invocation.quiet && !invocation.verbose
  const state = { view: emptyBuild }
  const screen = isLive
    ? yield* makeScreen({ lines: (now, room) => buildRows(state.view, now, room, notes.style), tickMs: turnMs })
    : undefined
  const isShown = ({ weight }: BuildLine): boolean =>
    weight === "failure" || (!invocation.quiet && (weight === "notable" || screen === undefined))

  const watcher = yield* Stream.runForEach(
    Stream.fromQueue(notices),
    Effect.fnUntraced(function* (notice) {
      const now = yield* Clock.currentTimeMillis
      state.view = advanceBuild(state.view, notice, now, most)
      const lines = buildLines(state.view, notice, now, notes.style).filter(isShown)
      if (lines.length > 0) yield* notes.write(`${lines.map(({ text }) => text).join("\n")}\n`)
      screen?.touch()
    })
  ).pipe(Effect.forkScoped({ startImmediately: true }))

  return yield* run((notice) => void Queue.offerUnsafe(notices, notice)).pipe(
    Effect.onExit((exit) =>
      Effect.gen(function* () {
        yield* Queue.end(notices)
        yield* Fiber.await(watcher)
        if (Exit.hasInterrupts(exit) && !invocation.quiet) yield* notes.write(stoppedText(state.view))
      })
    )
  )
}, Effect.scoped)

// internal

/** Between two pictures of what turns. */
const turnMs = 160

const stoppedText = ({ session }: BuildView): string =>
  session === null ? "" : `session ${session} is stopped; deputize build --resume goes on with it\n`
