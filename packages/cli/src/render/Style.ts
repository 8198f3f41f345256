/**
 * What a stream can show: colour, marks beyond ASCII, and how many columns. Pure.
 */
import type { Environment } from "../config/Environment.ts"

export type Colour = "red" | "green" | "yellow" | "cyan" | "dim" | "bold"

export interface Style {
  readonly paint: (colour: Colour, text: string) => string
  readonly marks: Marks
  /** Of a terminal; undefined for what takes lines of any length. */
  readonly columns: number | undefined
}

interface Marks {
  readonly done: string
  readonly failed: string
  readonly stopped: string
  readonly separator: string
  readonly times: string
  readonly more: string
  readonly running: string
  readonly waiting: string
  /** One after the other, of what is at work. */
  readonly turning: ReadonlyArray<string>
  /** To a child that has others after it, to the last one, and beside the children of either. */
  readonly branch: string
  readonly lastBranch: string
  readonly beside: string
  /** The two parts of a bar, one column each. */
  readonly full: string
  readonly empty: string
}

export type ColourChoice = "auto" | "always" | "never"

export const makeStyle = (colour: boolean, unicode: boolean, columns?: number): Style => ({
  paint: (name, text) => (colour && text !== "" ? `\u001b[${codes[name]}m${text}\u001b[0m` : text),
  marks: unicode ? unicodeMarks : asciiMarks,
  columns
})

/** Whether something can be redrawn there: on a terminal that obeys, and that a person looks at. */
export const canRedraw = ({ variables: { CI, TERM } }: Pick<Environment, "variables">, isTerminal: boolean): boolean =>
  isTerminal && TERM !== "dumb" && (CI === undefined || CI === "" || CI === "false")

/** --color wins over FORCE_COLOR, that over NO_COLOR; without any of them only a terminal outside CI gets colour. */
export const wantsColour = (
  choice: ColourChoice,
  { variables }: Pick<Environment, "variables">,
  isTerminal: boolean
): boolean => {
  if (choice !== "auto") return choice === "always"
  const { FORCE_COLOR, NO_COLOR } = variables
  if (FORCE_COLOR !== undefined) return FORCE_COLOR !== "0" && FORCE_COLOR !== "false"
  if (NO_COLOR !== undefined && NO_COLOR !== "") return false
  return canRedraw({ variables }, isTerminal)
}

/** A POSIX locale says it; on Windows only the newer terminals show more than their code page. */
export const showsUnicode = ({ platform, variables }: Omit<Environment, "home">): boolean => {
  if (platform === "win32") return variables.WT_SESSION !== undefined || variables.TERM_PROGRAM === "vscode"
  const locale = [variables.LC_ALL, variables.LC_CTYPE, variables.LANG].find(
    (value) => value !== undefined && value !== ""
  )
  return locale === undefined ? platform === "darwin" : /utf-?8/i.test(locale)
}

// internal

const codes: Readonly<Record<Colour, number>> = { red: 31, green: 32, yellow: 33, cyan: 36, dim: 2, bold: 1 }

const unicodeMarks: Marks = {
  done: "✓",
  failed: "✗",
  stopped: "‖",
  separator: "·",
  times: "×",
  more: "…",
  running: "●",
  waiting: "○",
  turning: ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"],
  branch: "├─ ",
  lastBranch: "└─ ",
  beside: "│  ",
  full: "█",
  empty: "░"
}
const asciiMarks: Marks = {
  done: "+",
  failed: "x",
  stopped: "=",
  separator: "|",
  times: "x",
  more: "...",
  running: "*",
  waiting: "-",
  turning: ["|", "/", "-", "\\"],
  branch: "|- ",
  lastBranch: "`- ",
  beside: "|  ",
  full: "#",
  empty: "."
}
