/**
 * Keeps lines below everything else on standard error, drawn again and again until its scope closes.
 *
 * They are drawn a dozen times a second at most, and once in every `tickMs` when nothing happens, for clocks; a frame
 * writes only the lines that have changed. The first comes after a moment, so that what is short shows no flash of them.
 * All is taken away and the cursor given back when the scope closes, and by `restore` in Streams.ts when the process is
 * ended by a signal.
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { hideCursor, makeLiveArea, showCursor } from "./LiveArea.ts"
import { type Streams, streams } from "./Streams.ts"

export interface Room {
  readonly columns: number
  /** Lines at most. */
  readonly rows: number
}

/** Where it is drawn. */
export interface Terminal {
  readonly streams: Streams
  readonly size: () => { readonly columns: number | undefined; readonly rows: number | undefined }
  readonly onResize: (listener: () => void) => () => void
}

export interface Screen {
  /** There is something new to be drawn. */
  readonly touch: () => void
}

export interface ScreenOptions {
  /** The lines at `now`, in milliseconds since 1970; none wider than the room. */
  readonly lines: (now: number, room: Room) => ReadonlyArray<string>
  readonly tickMs: number
}

export const makeScreen = Effect.fn("Screen.make")(function* (
  { lines, tickMs }: ScreenOptions,
  terminal: Terminal = stderr
) {
  const area = makeLiveArea()
  let isStale = true
  let isResized = false
  let shown: ReadonlyArray<string> = []

  const frame = Effect.gen(function* () {
    shown = lines(yield* Clock.currentTimeMillis, roomOf(terminal))
    terminal.streams.draw(() => (isResized ? area.erase() : "") + area.draw(shown))
    isStale = false
    isResized = false
  })

  yield* Effect.acquireRelease(
    Effect.sync(() => {
      terminal.streams.putBelow({
        erase: area.erase,
        redraw: () => area.draw(shown),
        seize: () => hideCursor,
        release: () => showCursor
      })
      return terminal.onResize(() => {
        isResized = true
        isStale = true
      })
    }),
    (unwatch) =>
      Effect.sync(() => {
        unwatch()
        terminal.streams.restore()
      })
  )
  yield* Effect.gen(function* () {
    for (let idleMs = 0; ; ) {
      yield* Effect.sleep(frameMs)
      idleMs += frameMs
      if (!isStale && idleMs < tickMs) continue
      yield* frame
      idleMs = 0
    }
  }).pipe(Effect.forkScoped)
  const screen: Screen = {
    touch: () => {
      isStale = true
    }
  }
  return screen
})

// internal

const frameMs = 80

/** A terminal without a size says 0. The last column stays free: terminals differ in what happens there. */
const roomOf = (terminal: Terminal): Room => {
  const size = terminal.size()
  return { columns: Math.max(2, size.columns || 80) - 1, rows: Math.max(2, size.rows || 24) - 1 }
}

const stderr: Terminal = {
  streams,
  size: () => ({ columns: process.stderr.columns, rows: process.stderr.rows }),
  onResize: (listener) => {
    process.stderr.on("resize", listener)
    return () => void process.stderr.off("resize", listener)
  }
}
