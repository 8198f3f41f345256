/**
 * Shows a run as a live tree below everything else on standard error, until its scope closes; above the tree the end of a
 * text that is not written yet.
 */
import * as Effect from "effect/Effect"
import type { Look } from "./AgentRows.ts"
import { liveTree } from "./LiveTree.ts"
import { emptyView, type RunView } from "./Progress.ts"
import { makeScreen, type Terminal } from "./Screen.ts"
import { visible, wrapTo } from "./Width.ts"

export interface LiveScreen {
  /** What the next frame shows; `preview` is text that is not written yet, shown above the tree. */
  readonly show: (view: RunView, preview: string) => void
}

export const makeLiveScreen = Effect.fn("LiveScreen.make")(function* (look: Look, terminal?: Terminal) {
  let shown = { view: emptyView, preview: "" }
  const screen = yield* makeScreen(
    {
      lines: (now, room) => {
        const tree = liveTree(shown.view, now, room, look)
        const rows = Math.min(mostPreviewRows, room.rows - tree.length)
        const preview = previewRows(shown.preview, room.columns, rows)
        return [...preview.map((row) => look.style.paint("dim", row)), ...tree]
      },
      tickMs: 1_000
    },
    terminal
  )
  const live: LiveScreen = {
    show: (view, preview) => {
      shown = { view, preview }
      screen.touch()
    }
  }
  return live
})

// internal

const mostPreviewRows = 12

/** The end of the text, as much as has room. */
const previewRows = (text: string, columns: number, rows: number): ReadonlyArray<string> =>
  text.trim() === "" || rows < 1 ? [] : wrapTo(visible(text.slice(-columns * rows)), columns).slice(-rows)
