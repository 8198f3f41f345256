/**
 * How long a result may be: bytes, and tokens by the same bound that budgets reserve with. Results are cut at the end
 * of a line, and say so.
 */
import { upperBound } from "../budget/Estimate.ts"

export interface OutputRoom {
  readonly bytes: number
  readonly tokens: number
}

/** Whether a text as a whole fits into the room. */
export const fits = (text: string, room: OutputRoom): boolean =>
  Buffer.byteLength(text) <= room.bytes && upperBound(text) <= room.tokens

/** How many of `lines`, from the first, fit into the room with their line ends. */
export const linesThatFit = (lines: Iterable<string>, room: OutputRoom): number => {
  let [count, bytes, tokens] = [0, 0, 0]
  for (const line of lines) {
    bytes += Buffer.byteLength(line) + 1
    tokens += alone(line)
    if (bytes > room.bytes || tokens > room.tokens) break
    count++
  }
  return count
}

/** The room that is left when `text` is to stand in it as well. */
export const without = (room: OutputRoom, text: string): OutputRoom => ({
  bytes: room.bytes - Buffer.byteLength(text) - 1,
  tokens: room.tokens - alone(text)
})

/** What is left of a text for which there was not even room to say how much is missing. */
export const onlyCut = "(… cut)"

/**
 * `text`, or its head and a note of how many lines and bytes are missing and how to get them, which may depend on how
 * many lines are there, and is longest for all of them; where not even that fits, `onlyCut`.
 */
export const cut = (text: string, room: OutputRoom, narrower: string | ((kept: number) => string)): string => {
  if (fits(text, room)) return text
  const lines = text.split("\n")
  const how = typeof narrower === "string" ? () => narrower : narrower
  const note = (kept: number, keptBytes: number, told = how(kept)): string =>
    `(… ${lines.length - kept} more lines, ${Buffer.byteLength(text) - keptBytes} more bytes; ${told})`
  const longest = note(0, 0, how(lines.length))
  if (linesThatFit([longest], room) === 0) return onlyCut
  const inner = without(room, longest)
  const kept = linesThatFit(lines, inner)
  const head = kept > 0 ? lines.slice(0, kept).join("\n") : prefixThatFits(lines[0] ?? "", inner)
  const tail = note(kept, Buffer.byteLength(head))
  return head === "" ? tail : `${head}\n${tail}`
}

// internal

/** What a line takes wherever it stands: both line ends count, because what a line begins with depends on the one before. */
const alone = (line: string): number => upperBound(`\n${line}\n`)

/** The longest beginning of one long line, cut between characters. */
const prefixThatFits = (line: string, room: OutputRoom): string => {
  let [low, high] = [0, Math.min(line.length, Math.max(0, room.bytes))]
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if (linesThatFit([line.slice(0, middle)], room) === 1) low = middle
    else high = middle - 1
  }
  const head = line.slice(0, low)
  return head.isWellFormed() ? head : head.slice(0, -1)
}
