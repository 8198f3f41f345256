/**
 * How many files of a kind lie where, by calls of glob. A listing that was cut still tells how many lines it had; one at
 * glob's own limit does not, and is taken apart into the folders below it. These are first looked at from the folder
 * that they are in: who begins in a folder gets what lies there, be the folder ignored or not.
 */
import { argumentsOf, type Round } from "./Round.ts"
import { type Lookup, sameLookup } from "./Search.ts"
import { entries, paths } from "./ToolText.ts"

/** A number of files; where it is not exact there may be more. */
export interface Count {
  readonly files: number
  readonly exact: boolean
}

/** A look-up without its place in the transcript. */
export type Wanted = Omit<Lookup, "id">

export interface FileCount {
  /**
   * Files at or below `folder` whose names fit `name`, without those inside of a folder of `apart` below it. Neither of
   * them is an ignored folder.
   */
  readonly below: (folder: string, name: string, apart?: ReadonlyArray<string>) => Count
  /** Files at or below a folder directly in `folder`; none where it is ignored. */
  readonly inChild: (folder: string, child: string, name: string) => Count
  /** The folders directly in one, and whether these are all; undefined while that is not known. */
  readonly folders: (folder: string) => { readonly names: ReadonlyArray<string>; readonly exact: boolean } | undefined
  /** Files directly in a folder. */
  readonly directly: (folder: string, name: string) => Count
  /** The paths at or below a folder; undefined unless every one of them is known. */
  readonly paths: (folder: string, name: string) => ReadonlyArray<string> | undefined
  /** All paths that any listing showed. */
  readonly seen: ReadonlyArray<string>
  /** What has been asked for and not answered yet, each once. Numbers are right only when there is nothing left. */
  readonly wanted: () => ReadonlyArray<Wanted>
  /** What the tools refused, each once. */
  readonly errors: () => ReadonlyArray<string>
}

/** More than this glob does not list, so that a number above it is no number. */
export const globLimit = 500

export const none: Count = { files: 0, exact: true }
export const unknown: Count = { files: 0, exact: false }

export const plus = (one: Count, other: Count): Count => ({
  files: one.files + other.files,
  exact: one.exact && other.exact
})

export const sumOf = (counts: ReadonlyArray<Count>): Count => counts.reduce(plus, none)

export const isBelow = (path: string, folder: string): boolean =>
  path !== folder && (folder === "." || path.startsWith(`${folder}/`))

/** Of the answers that are there. */
export const fileCount = ({ answers }: Round): FileCount => {
  const known = new Map(
    answers.map((answer) => [sameLookup(answer.call.name, argumentsOf(answer.call)), answer] as const)
  )
  const wanted = new Map<string, Wanted>()
  const errors = new Set<string>()

  const textOf = (lookup: Wanted): string | undefined => {
    const key = sameLookup(lookup.tool, lookup.args)
    const answer = known.get(key)
    if (answer === undefined) wanted.set(key, lookup)
    else if (!answer.ok) errors.add((answer.text.split("\n")[0] ?? "").replace(/^error:\s*/, ""))
    return answer?.ok === true ? answer.text : undefined
  }
  const glob = (folder: string, pattern: string): Listed | undefined => {
    const text = textOf({ tool: "glob", args: { pattern, ...(folder === "." ? {} : { path: folder }) } })
    return text === undefined ? undefined : listed(text)
  }
  const folders = (folder: string) => {
    const text = textOf({ tool: "list_dir", args: { path: folder } })
    if (text === undefined) return undefined
    const names = entries(text).flatMap((entry) => (entry.kind === "directory" ? [entry.name] : []))
    return { names, exact: !/^\(… (?!the folder is empty)/m.test(text) }
  }
  const directly = (folder: string, name: string): Count => glob(folder, `./${name}`)?.count ?? unknown

  const below = (folder: string, name: string, apart: ReadonlyArray<string> = []): Count => {
    const inner = topmost(apart.filter((each) => isBelow(each, folder)))
    // A folder of many others is not listed whole: most of what that shows would only be taken off again.
    if (inner.length < fewInside) {
      const whole = glob(folder, `**/${name}`)
      if (whole === undefined) return unknown
      const others = sumOf(whole.count.exact ? inner.map((each) => below(each, name)) : [])
      if (whole.count.exact && others.exact) return { files: whole.count.files - others.files, exact: true }
      // What is inside is still being counted.
      if (whole.count.exact) return unknown
      const parts = inParts(folder, name, apart)
      const least = inner.length === 0 ? whole.count.files : 0
      return parts.exact ? parts : { files: Math.max(parts.files, least), exact: false }
    }
    return inParts(folder, name, apart)
  }

  const inParts = (folder: string, name: string, apart: ReadonlyArray<string>): Count => {
    const inside = folders(folder)
    if (inside === undefined) return unknown
    const left = inside.names.filter((child) => !apart.includes(pathOf(folder, child)))
    const isMixed = (child: string) => apart.some((each) => isBelow(each, pathOf(folder, child)))
    const parts = left.filter(isMixed).map((child) => below(pathOf(folder, child), name, apart))
    const plain = left.filter((child) => !isMixed(child))
    // Without anything left out, all of them together are as many as were too many.
    const isFewer = left.length < inside.names.length || parts.length > 0
    return sumOf([{ files: 0, exact: inside.exact }, ...parts, together(folder, name, plain, isFewer)])
  }

  const inChild = (folder: string, child: string, name: string): Count => {
    const path = pathOf(folder, child)
    const whole = isMeant(folder, child)
      ? glob(folder, `${literal(child)}/**/${name}`)
      : glob(".", `${literal(path)}/**/${name}`)
    if (whole === undefined) return unknown
    if (whole.count.exact) return whole.count
    const parts = inParts(path, name, [])
    return parts.exact ? parts : { files: Math.max(parts.files, whole.count.files), exact: false }
  }

  /** The files of a folder and of these folders in it: in one listing where that is not too long. */
  const together = (folder: string, name: string, children: ReadonlyArray<string>, isFewer: boolean): Count => {
    const pattern = `{${children.map((child) => `${child}/**/,`).join("")}}${name}`
    const isOne =
      isFewer &&
      children.length > 0 &&
      pattern.length < longestPattern &&
      children.every((child) => isWord(child) && isMeant(folder, child))
    const whole = isOne ? glob(folder, pattern) : undefined
    if (isOne && (whole === undefined || whole.count.exact)) return whole?.count ?? unknown
    return sumOf([directly(folder, name), ...children.map((child) => inChild(folder, child, name))])
  }

  return {
    below,
    inChild,
    folders,
    directly,
    paths: (folder, name) => {
      const whole = glob(folder, `**/${name}`)
      return whole?.isWhole === true ? whole.paths : undefined
    },
    seen: answers.flatMap(({ call, ok, text }) => (ok && call.name === "glob" ? listed(text).paths : [])),
    wanted: () => [...wanted.values()],
    errors: () => [...errors]
  }
}

// internal

const fewInside = 2
/** Well below what glob takes, its braces counted. */
const longestPattern = 700

/** Whether a pattern that begins with `child` means the one in `folder`: it is tried from the workspace as well. */
const isMeant = (folder: string, child: string): boolean => folder.split("/")[0] !== child

const isWord = (name: string): boolean => /^[\p{L}\p{N}_.@ -]+$/u.test(name)

/** A path as a pattern that fits it alone. */
const literal = (path: string): string => path.replace(/[^\p{L}\p{N}_.@ /-]/gu, "\\$&")

const pathOf = (folder: string, child: string): string => (folder === "." ? child : `${folder}/${child}`)

/** Those that are inside no other one. */
const topmost = (folders: ReadonlyArray<string>): ReadonlyArray<string> =>
  folders.filter((folder) => !folders.some((other) => isBelow(folder, other)))

interface Listed {
  readonly count: Count
  readonly paths: ReadonlyArray<string>
  /** Every path of it is here. */
  readonly isWhole: boolean
}

const listed = (text: string): Listed => {
  const { items, more } = paths(text)
  if (!more) return { count: { files: items.length, exact: true }, paths: items, isWhole: true }
  const [, left] = /^\(… ([\d,]+) more lines?, [^\n]*\)$/m.exec(text) ?? []
  if (left === undefined) return { count: { files: items.length, exact: false }, paths: items, isWhole: false }
  const hidden = Number(left.replaceAll(",", ""))
  // A single line may be the beginning of one that counts among the hidden.
  const files = items.length === 1 ? hidden : items.length + hidden
  // Of lines that look like notes, only one can be: the others are names of files.
  const isCounted = items.length !== 1 && files <= globLimit && text.match(/^\(…/gm)?.length === 1
  return { count: { files: Math.min(files, globLimit), exact: isCounted }, paths: items, isWhole: false }
}
