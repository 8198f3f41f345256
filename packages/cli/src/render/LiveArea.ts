/**
 * Lines that stay below everything else on a terminal, as the movements of the cursor that draw them. Pure: it knows what
 * is on the screen and says what to write.
 *
 * The cursor rests in the first column of the first line. Wherever a terminal moves lines when its window changes, the
 * cursor goes with the text, so that everything from the cursor on is always the whole of the area. No line may be wider
 * than the terminal; if a terminal sees a character wider than we do, the line ends early instead of being wrapped.
 */
export interface LiveArea {
  /** What shows `lines` in place of those that are there; "" when nothing has changed. */
  readonly draw: (lines: ReadonlyArray<string>) => string
  /** What takes all lines away; the cursor is then where the next text belongs. */
  readonly erase: () => string
}

export const makeLiveArea = (): LiveArea => {
  let shown: ReadonlyArray<string> = []
  return {
    draw: (lines) => {
      const text = changes(shown, lines)
      shown = lines
      return text
    },
    erase: () => {
      const text = shown.length === 0 ? "" : eraseBelow
      shown = []
      return text
    }
  }
}

/** Without the cursor, nothing seems to jump. */
export const hideCursor = "\u001b[?25l"
export const showCursor = "\u001b[?25h"

// internal

const eraseBelow = "\r\u001b[J"
const eraseRight = "\u001b[K"
const withoutWrapping = (text: string): string => `\u001b[?7l${text}\u001b[?7h`
const up = (rows: number): string => (rows === 0 ? "" : `\u001b[${rows}A`)
const down = (rows: number): string => (rows === 0 ? "" : `\u001b[${rows}B`)

const changes = (before: ReadonlyArray<string>, after: ReadonlyArray<string>): string => {
  if (after.length === 0) return before.length === 0 ? "" : eraseBelow
  let text = ""
  let row = 0
  const goTo = (target: number) => {
    // Below what is there, only a line feed makes room.
    const last = Math.max(0, before.length - 1)
    const steps = Math.max(0, Math.min(target, last) - row)
    const feeds = target - row - steps
    text += `\r${down(steps)}${"\r\n".repeat(feeds)}`
    row = target
  }
  after.forEach((line, index) => {
    if (line === before[index]) return
    goTo(index)
    text += line + (index < before.length ? eraseRight : "")
  })
  if (after.length < before.length) {
    goTo(after.length)
    text += "\u001b[J"
  }
  return text === "" ? "" : withoutWrapping(`${text}\r${up(row)}`)
}
