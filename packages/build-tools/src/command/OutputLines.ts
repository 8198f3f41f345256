/**
 * Lines of a program's output as they come: characters may be split between chunks, a carriage return begins the line
 * anew, as progress bars use it, and escape sequences are left out. Nothing but the unfinished line is kept.
 */
import { StringDecoder } from "node:string_decoder"
import { stripVTControlCharacters } from "node:util"

export interface OutputLines {
  readonly push: (chunk: Uint8Array) => void
  /** What stands in the unfinished line counts as a line. */
  readonly end: () => void
}

export interface LineListener {
  readonly onLine: (line: string) => void
  /** What a terminal would show in the unfinished line. */
  readonly onTail: (text: string) => void
}

export const outputLines = ({ onLine, onTail }: LineListener): OutputLines => {
  const decoder = new StringDecoder("utf8")
  let rest = ""
  const take = (text: string) => {
    const lines = (rest + text).split("\n")
    rest = lines.pop() ?? ""
    for (const line of lines) onLine(shown(line))
    // A flood without line feeds costs no more than its end.
    if (rest.length > longestLine) rest = rest.slice(-longestLine)
    const tail = shown(rest)
    if (tail !== "") onTail(tail)
  }
  return {
    push: (chunk) => take(decoder.write(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength))),
    end: () => {
      take(decoder.end())
      if (rest !== "") onLine(shown(rest))
      rest = ""
    }
  }
}

// internal

const longestLine = 64 * 1024

/** What is left of a line on a terminal: the last of what was written over one another. */
const shown = (line: string): string => {
  const text = line.slice(0, longestLine)
  const written = text.endsWith("\r") ? text.slice(0, -1) : text
  return stripVTControlCharacters(written.slice(written.lastIndexOf("\r") + 1)).trimEnd()
}
