/**
 * A probe: what a role looks for in a workspace without a language model's help, through the same tools that one would
 * use.
 */

/** The languages that probe titles and offline reports are written in. */
export type ReportLanguage = "en" | "ja" | "zh" | "de"

export type Localised = Readonly<Record<ReportLanguage, string>>

/** Looks for lines that match a regular expression (ripgrep syntax). */
export interface LinePattern {
  readonly _tag: "LinePattern"
  readonly pattern: string
  /** Only files that match this glob. */
  readonly glob?: string
  readonly ambiguous?: Ambiguous
}

/**
 * Lines that mean the thing only where their file imports it. A line that `pattern` matches counts only if its file has
 * a line that matches `imports`, and, if `pattern` captures a name, only if that import names it.
 */
export interface Ambiguous {
  readonly pattern: string
  readonly imports: string
}

/** Looks for source files that no test file mentions or mirrors. */
export interface UntestedFiles {
  readonly _tag: "UntestedFiles"
}

/** Looks for files by name. */
export interface FileGlob {
  readonly _tag: "FileGlob"
  readonly glob: string
  /** The sizes of the files matter, the largest come first. */
  readonly bySize?: boolean
}

export interface Probe {
  /** kebab-case, unique in its role. */
  readonly id: string
  /** What a hit means, as a heading of the report. */
  readonly title: Localised
  /** Words of a goal, in any language, lower case, that make this probe the one asked for. */
  readonly words: ReadonlyArray<string>
  readonly look: LinePattern | UntestedFiles | FileGlob
  /** A probe of other roles: it runs for a goal that names it, never for one that leaves the choice to the role. */
  readonly borrowed?: boolean
}
