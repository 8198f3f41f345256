/**
 * Shows a run as a live tree below everything else on standard error, until its scope closes.
 *
 * It is drawn a dozen times a second at most, and once a second when nothing happens, for the clocks; a frame writes only
 * the lines that have changed. The first comes after a moment, so that a short run shows no flash of a tree. The whole
 * is taken away and the cursor given back when the scope closes, and by `restore` in Streams.ts when the process is ended
 * by a signal.
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type { Look } from "./AgentRows.ts"
import { hideCursor, makeLiveArea, showCursor } from "./LiveArea.ts"
import { liveTree } from "./LiveTree.ts"
import { emptyView, type RunView } from "./Progress.ts"
import { type Streams, streams } from "./Streams.ts"
import { visible, wrapTo } from "./Width.ts"

export interface LiveScreen {
  /** What the next frame shows; `preview` is text that is not written yet, shown above the tree. */
  readonly show: (view: RunView, preview: string) => void
}

/** Where it is drawn. */
export interface Terminal {
  readonly streams: Streams
  readonly size: () => { readonly columns: number | undefined; readonly rows: number | undefined }
  readonly onResize: (listener: () => void) => () => void
}

export const makeLiveScreen = Effect.fn("LiveScreen.make")(function* (look: Look, terminal: Terminal = stderr) {
  const area = makeLiveArea()
  let shown = { view: emptyView, preview: "" }
  let isStale = true
  let isResized = false
  let lines: ReadonlyArray<string> = []

  const compute = (now: number) => {
    const size = terminal.size()
    // A terminal without a size says 0. The last column stays free: terminals differ in what happens there.
    const columns = Math.max(2, size.columns || 80) - 1
    const rows = Math.max(2, size.rows || 24) - 1
    const tree = liveTree(shown.view, now, { columns, rows }, look)
    const room = Math.min(mostPreviewRows, rows - tree.length)
    lines = [...previewRows(shown.preview, columns, room).map((row) => look.style.paint("dim", row)), ...tree]
  }

  const frame = Effect.gen(function* () {
    compute(yield* Clock.currentTimeMillis)
    terminal.streams.draw(() => (isResized ? area.erase() : "") + area.draw(lines))
    isStale = false
    isResized = false
  })

  yield* Effect.acquireRelease(
    Effect.sync(() => {
      terminal.streams.putBelow({
        erase: area.erase,
        redraw: () => area.draw(lines),
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
  const screen: LiveScreen = {
    show: (view, preview) => {
      shown = { view, preview }
      isStale = true
    }
  }
  return screen
})

// internal

const frameMs = 80
const tickMs = 1_000
const mostPreviewRows = 12

/** The end of the text, as much as has room. */
const previewRows = (text: string, columns: number, rows: number): ReadonlyArray<string> =>
  text.trim() === "" || rows < 1 ? [] : wrapTo(visible(text.slice(-columns * rows)), columns).slice(-rows)

const stderr: Terminal = {
  streams,
  size: () => ({ columns: process.stderr.columns, rows: process.stderr.rows }),
  onResize: (listener) => {
    process.stderr.on("resize", listener)
    return () => void process.stderr.off("resize", listener)
  }
}
