/** A terminal as far as the live tree uses one: what is on its screen after all that was written to it. */
import { widthOf } from "../../src/render/Width.ts"

export class Terminal {
  readonly columns: number
  readonly rows: number
  /** Lines that have left the screen at its top. */
  readonly scrolled: Array<string> = []
  isCursorShown = true
  /** How many cells were written, which tells what a frame costs. */
  cells = 0
  #screen: Array<Array<string>>
  #row = 0
  #column = 0
  #wraps = true

  constructor(columns: number, rows: number) {
    this.columns = columns
    this.rows = rows
    this.#screen = Array.from({ length: rows }, () => [])
  }

  /** The lines from the first on the screen to the last that holds something. */
  get lines(): ReadonlyArray<string> {
    const lines = this.#screen.map((cells) =>
      Array.from(cells, (cell) => cell ?? " ")
        .join("")
        .trimEnd()
    )
    return lines.slice(0, lines.findLastIndex((line) => line !== "") + 1)
  }

  get all(): ReadonlyArray<string> {
    return [...this.scrolled, ...this.lines]
  }

  get cursor(): readonly [row: number, column: number] {
    return [this.scrolled.length + this.#row, this.#column]
  }

  write(text: string): void {
    for (const [token, , parameter, command] of text.matchAll(tokens)) {
      if (command !== undefined) this.#obey(command, parameter ?? "")
      else if (token === "\r") this.#column = 0
      else if (token === "\n") this.#feed()
      else this.#put(token)
    }
  }

  #obey(command: string, parameter: string): void {
    const number = parameter === "" ? 1 : Number(parameter)
    if (command === "A") this.#row = Math.max(0, this.#row - number)
    else if (command === "B") this.#row = Math.min(this.rows - 1, this.#row + number)
    else if (command === "K") this.#screen[this.#row]?.splice(this.#column)
    else if (command === "J") {
      this.#screen[this.#row]?.splice(this.#column)
      for (let row = this.#row + 1; row < this.rows; row += 1) this.#screen[row] = []
    } else if (parameter === "?25") this.isCursorShown = command === "h"
    else if (parameter === "?7") this.#wraps = command === "h"
    else if (command !== "m") throw new Error(`a terminal that does not know ${parameter}${command}`)
  }

  /** As a terminal driver does: a line feed also returns to the first column. */
  #feed(): void {
    this.#column = 0
    if (this.#row < this.rows - 1) {
      this.#row += 1
      return
    }
    this.scrolled.push((this.#screen.shift() ?? []).join("").trimEnd())
    this.#screen.push([])
  }

  #put(character: string): void {
    const width = widthOf(character)
    if (this.#column + width > this.columns) {
      if (this.#wraps) this.#feed()
      else this.#column = this.columns - width
    }
    const line = this.#screen[this.#row] ?? []
    while (line.length < this.#column) line.push(" ")
    line[this.#column] = character
    for (let next = 1; next < width; next += 1) line[this.#column + next] = ""
    this.#column += width
    this.cells += width
  }
}

/** A control sequence, or a character with all that is joined to it. */
const tokens = /(\u001b\[([?\d;]*)([A-Za-z]))|[\r\n]|(?:\P{M}\u200d)*\P{M}(?:\p{M}|\p{Emoji_Modifier})*/gu
