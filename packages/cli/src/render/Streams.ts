/**
 * The process's two output streams, and what is drawn below all that is written to them. One for a process, as there is
 * one terminal; it loads nothing, because a signal must find it ready.
 *
 * 1. What is written to a terminal goes above the drawing, which is taken away before and put back after it.
 * 2. `restore` gives the terminal back at once, whatever else is still running.
 */

/** A drawing on standard error. All of these give the text that has to be written. */
export interface Drawing {
  readonly erase: () => string
  /** Draws it again after an `erase`. */
  readonly redraw: () => string
  /** Takes what it needs of the terminal, and gives that back. */
  readonly seize: () => string
  readonly release: () => string
}

export type StreamName = "stdout" | "stderr"

export interface Streams {
  /** Writes above the drawing. A text that leaves its line open keeps the drawing away until one ends it. */
  readonly write: (name: StreamName, text: string) => void
  readonly putBelow: (drawing: Drawing) => void
  /** Writes a change of the drawing, if there is one to be seen at the moment. */
  readonly draw: (change: () => string) => void
  /** Takes the drawing away for good and gives the terminal back. Does nothing without a drawing. */
  readonly restore: () => void
  /** The same until `resume`: for a process that is stopped and goes on in the foreground. */
  readonly suspend: () => void
  readonly resume: () => void
}

/** What is needed of a stream of Node's. */
interface Sink {
  readonly isTTY?: boolean
  readonly write: (text: string) => unknown
}

export const makeStreams = (sinks: Readonly<Record<StreamName, Sink>>): Streams => {
  let drawing: Drawing | undefined
  let isLineOpen = false
  const put = (text: string) => {
    if (text !== "") sinks.stderr.write(text)
  }
  const giveBack = () => {
    if (drawing !== undefined) put(drawing.erase() + drawing.release())
  }
  return {
    write: (name, text) => {
      const sink = sinks[name]
      if (drawing === undefined || text === "" || sink.isTTY !== true) {
        sink.write(text)
        return
      }
      isLineOpen = !text.endsWith("\n")
      const before = drawing.erase()
      const after = isLineOpen ? "" : drawing.redraw()
      if (name === "stderr") {
        put(before + text + after)
        return
      }
      put(before)
      sink.write(text)
      put(after)
    },
    putBelow: (next) => {
      drawing = next
      isLineOpen = false
      put(next.seize())
    },
    draw: (change) => {
      if (drawing !== undefined && !isLineOpen) put(change())
    },
    restore: () => {
      giveBack()
      drawing = undefined
    },
    suspend: giveBack,
    resume: () => {
      if (drawing !== undefined) put(drawing.seize() + drawing.redraw())
    }
  }
}

/** Those of this process. Looked up with every use: asking for them opens them. */
export const streams: Streams = makeStreams({
  get stdout() {
    return process.stdout
  },
  get stderr() {
    return process.stderr
  }
})
