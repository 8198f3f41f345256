/**
 * The globs of inputs and outputs, from the workspace and with `/`: picomatch's, names with a dot included. A glob whose
 * last name is plain (`dist`, `packages/{a,b}/dist`) also means all below a folder of that name. `!` leaves out what it
 * matches, wherever it stands in the list. Pure.
 */
import picomatch from "picomatch"

export interface Glob {
  /** The folder or file that its plain leading names lead to; empty for the workspace. May begin with `../` or `/`. */
  readonly base: string
  readonly matches: (path: string) => boolean
  /** Whether a folder below the base can hold a match. */
  readonly mayHold: (folder: string) => boolean
}

export interface Globs {
  readonly include: ReadonlyArray<Glob>
  readonly isExcluded: (path: string) => boolean
  /** Whether everything below a folder is excluded. */
  readonly isClosed: (folder: string) => boolean
}

export const parseGlobs = (patterns: ReadonlyArray<string>): Globs => {
  const isNegated = (pattern: string) => pattern.startsWith("!") && !pattern.startsWith("!(")
  const negated = patterns.filter(isNegated).map((pattern) => normal(pattern.slice(1)))
  const excluded = negated.map(matcher)
  const closed = negated.flatMap((text) => {
    if (text === "**") return [() => true]
    if (text.endsWith("/**")) return [matcher(text), matcher(text.slice(0, -3))]
    return isMagic(lastName(text)) ? [] : [matcher(text)]
  })
  return {
    include: patterns.filter((pattern) => !isNegated(pattern)).map(parse),
    isExcluded: (path) => excluded.some((matches) => matches(path)),
    isClosed: (folder) => closed.some((matches) => matches(folder))
  }
}

// internal

const parse = (pattern: string): Glob => {
  const text = normal(pattern)
  const names = text.split("/")
  const firstMagic = names.findIndex(isMagic)
  const plain = firstMagic < 0 ? names : names.slice(0, firstMagic)
  return {
    base: plain.join("/"),
    matches: firstMagic < 0 ? (path) => path === text || path.startsWith(`${text}/`) || text === "" : matcher(text),
    mayHold: firstMagic < 0 ? () => true : prefixMatcher(names, plain.length)
  }
}

/** `./src/` is `src`; `.` is the workspace. */
const normal = (pattern: string): string =>
  pattern
    .replace(/^(?:\.\/+)+/, "")
    .replace(/\/+$/, "")
    .replace(/^\.$/, "")

const isMagic = (name: string): boolean => /[*?[\]{}()\\]/.test(name)

const lastName = (text: string): string => text.slice(text.lastIndexOf("/") + 1)

const options = { dot: true, windows: false } as const

/** By the expression itself: picomatch's own function does more than is needed for each of ten thousand paths. */
const matcher = (text: string): ((path: string) => boolean) => {
  if (text === "") return () => true
  const itself = picomatch.makeRe(text, options)
  if (isMagic(lastName(text))) return (path) => itself.test(path) || path === text
  const below = picomatch.makeRe(`${text}/**`, options)
  return (path) => itself.test(path) || below.test(path) || path === text
}

/** Holds each name of a folder against the glob's name at the same place, up to the first that may stand for several. */
const prefixMatcher = (names: ReadonlyArray<string>, baseLength: number): ((folder: string) => boolean) => {
  if (names.some(spansFolders)) return () => true
  const stars = names.indexOf("**")
  const levels = (stars < 0 ? names : names.slice(0, stars)).map((name) =>
    isMagic(name) ? picomatch(name, options) : (folder: string) => folder === name
  )
  const isDeep = stars >= 0 || !isMagic(names[names.length - 1] ?? "")
  return (folder) => {
    const parts = folder.split("/")
    if (!isDeep && parts.length >= names.length) return false
    return parts.every((part, at) => at < baseLength || (levels[at]?.(part) ?? true))
  }
}

/** A brace or a group with a `/` inside was split in the middle; `a**` is left to picomatch. */
const spansFolders = (name: string): boolean =>
  count(name, /[{(]/g) !== count(name, /[})]/g) ||
  count(name, /\[/g) !== count(name, /\]/g) ||
  (name.includes("**") && name !== "**")

const count = (text: string, pattern: RegExp): number => text.match(pattern)?.length ?? 0
