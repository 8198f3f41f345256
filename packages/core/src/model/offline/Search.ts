/**
 * The look-ups that a goal leads to, and the calls that carry them out. Built from the goal alone, so that any turn can
 * say which answer belongs to which look-up.
 */
import type { Localised, Probe } from "../../domain/Probe.ts"
import { escapePattern, type Goal, type Term } from "./Goal.ts"
import { codeExtensions, codeGlob, testGlob } from "./SourceLine.ts"

export interface Search {
  /** Prefix of the ids of its calls. */
  readonly id: string
  /** name: files whose name holds a word of the goal. */
  readonly origin: "probe" | "term" | "file" | "name"
  readonly title: string
  readonly look: Probe["look"]
  /** The words of a phrase. */
  readonly words: ReadonlyArray<Term>
}

/** A call before it has its place in a transcript. */
export interface Lookup {
  readonly id: string
  readonly tool: "list_dir" | "grep" | "glob" | "read_file"
  readonly args: Readonly<Record<string, string | number>>
}

/** A review of everything runs the first probes of a role; more would fill an agent's budget with search results. */
export const mostDefaultProbes = 6
const mostScopes = 4

export const searchesOf = (goal: Goal, role: ReadonlyArray<Probe>): ReadonlyArray<Search> => {
  const probes = goal.generic ? role.slice(0, mostDefaultProbes) : goal.probes
  return [
    ...probes.map((probe) => probeSearch(probe, goal.language.report)),
    ...goal.files.map((file, index) => fileSearch(file, index + 1)),
    ...nameSearch(goal.terms),
    ...goal.terms.map((term, index) => termSearch(`term-${index + 1}`, term, codeGlob))
  ]
}

/** The first calls of a search, in each scope. */
export const lookups = (search: Search, scopes: ReadonlyArray<string>): ReadonlyArray<Lookup> =>
  inScopes(scopes).flatMap((scope, index) => inScope(search, scope, index === 0, `${search.id}-${index + 1}`))

/** What is in the scopes at all. */
export const overview = (scopes: ReadonlyArray<string>): ReadonlyArray<Lookup> =>
  inScopes(scopes).map((scope, index) => ({ id: `list-${index + 1}`, tool: "list_dir", args: { path: scope } }))

/** A term that no line of code has: the same in all files, and a phrase also word by word. */
export const widened = (search: Search, scopes: ReadonlyArray<string>): ReadonlyArray<Lookup> =>
  widerSearches(search).flatMap((wider) => lookups(wider, scopes))

export const widerSearches = (search: Search): ReadonlyArray<Search> => {
  if (search.origin !== "term" || search.look._tag !== "LinePattern") return []
  const all: Search = {
    ...search,
    id: `widen-${search.id}`,
    look: { _tag: "LinePattern", pattern: search.look.pattern }
  }
  if (search.words.length === 0) return [all]
  const pattern = search.words.map((word) => word.pattern).join("|")
  const title = search.words.map((word) => word.text).join(", ")
  return [all, { ...all, id: `words-${search.id}`, title, look: { _tag: "LinePattern", pattern } }]
}

/** The scopes that are searched, in the spelling of the tools' answers; more of them than these are named as left out. */
export const inScopes = (scopes: ReadonlyArray<string>): ReadonlyArray<string> =>
  cleanScopes(scopes).slice(0, mostScopes)

export const scopesLeftOut = (scopes: ReadonlyArray<string>): ReadonlyArray<string> =>
  cleanScopes(scopes).slice(mostScopes)

/** How many files there are, for reports that found nothing in them. */
export const fileCounts = (scopes: ReadonlyArray<string>): ReadonlyArray<Lookup> =>
  inScopes(scopes).map((scope, index) => ({
    id: `count-${index + 1}`,
    tool: "glob",
    args: { pattern: "**/*", ...(scope === "." ? {} : { path: scope }) }
  }))

/** Import lines of test files that hold one of these module names; the names go into as few patterns as have room. */
export const mentionsOf = (names: ReadonlyArray<string>): ReadonlyArray<Lookup> =>
  Array.from({ length: Math.min(mostMentionCalls, Math.ceil(names.length / namesPerCall)) }, (_, index) => {
    const some = names.slice(index * namesPerCall, (index + 1) * namesPerCall).map(escapePattern)
    const pattern = `\\b(?:from|import|require|mock|use)\\b.*\\b(?:${some.join("|")})\\b`
    return { id: `mention-${index + 1}`, tool: "grep", args: { pattern, glob: testGlob } }
  })

/** Whether `mentionsOf` leaves none of so many names out. */
export const allMentioned = (names: number): boolean => names <= namesPerCall * mostMentionCalls

/** The definitions that these files offer to others; as many files as a pattern has room for. */
export const definitionsOf = (files: ReadonlyArray<string>): ReadonlyArray<Lookup> => {
  const plain = files.filter((file) => !/[[\]{}*?!,\\]/.test(file))
  const fitting = plain.filter((_, index) => plain.slice(0, index + 1).join(",").length < mostGlobCharacters)
  const glob = fitting.length === 1 ? fitting.join() : `{${fitting.join(",")}}`
  return fitting.length === 0 ? [] : [{ id: "define-1", tool: "grep", args: { pattern: definitionPattern, glob } }]
}

// internal

const cleanScopes = (scopes: ReadonlyArray<string>): ReadonlyArray<string> => {
  const clean = scopes.map((scope) => scope.replace(/^\.\//, "").replace(/\/+$/, "") || ".")
  return clean.length === 0 ? ["."] : [...new Set(clean)]
}

const mostGlobCharacters = 900
const namesPerCall = 60
const mostMentionCalls = 5

const definitionPattern = String.raw`^(?:export\s+(?:default\s+)?(?:abstract\s+|async\s+|declare\s+)*(?:class|function|const|let|enum|interface|type)\s|pub\s+(?:async\s+)?(?:fn|struct|enum|trait)\s|(?:async\s+)?def\s|class\s|func\s+(?:\([^)]*\)\s*)?[A-Z]|public\s+(?:final\s+|abstract\s+)?(?:class|interface|record)\s|module\.exports)`

const inScope = (
  { id: name, look, words }: Search,
  scope: string,
  first: boolean,
  id: string
): ReadonlyArray<Lookup> => {
  const at = scope === "." ? {} : { path: scope }
  // One call a word: a frequent word must not use up the lines that the tool shows of a rare one.
  if (name.startsWith("words-")) {
    return words.map((word, index) => ({
      id: `${id}-${index + 1}`,
      tool: "grep",
      args: { pattern: word.pattern, ...at }
    }))
  }
  switch (look._tag) {
    case "LinePattern": {
      const glob = look.glob === undefined ? {} : { glob: look.glob }
      return [{ id, tool: "grep", args: { pattern: look.pattern, ...at, ...glob } }]
    }
    case "FileGlob":
      return [{ id, tool: "glob", args: { pattern: look.glob, ...at } }]
    case "UntestedFiles": {
      const sources: Lookup = { id: `${id}-sources`, tool: "glob", args: { pattern: codeGlob, ...at } }
      // Tests may stand outside the scope that is asked about, so they are looked for everywhere, once.
      return first ? [sources, ...testLookups(id)] : [sources]
    }
  }
}

const testLookups = (id: string): ReadonlyArray<Lookup> => [
  { id: `${id}-tests`, tool: "glob", args: { pattern: testGlob } },
  { id: `${id}-inline`, tool: "grep", args: { pattern: "#\\[cfg\\(test\\)\\]", glob: "**/*.rs" } }
]

const probeSearch = (probe: Probe, language: keyof Localised): Search => ({
  id: `probe-${probe.id}`,
  origin: "probe",
  title: probe.title[language],
  look: probe.look,
  words: []
})

const fileSearch = (file: string, number: number): Search => ({
  id: `file-${number}`,
  origin: "file",
  title: file,
  look: { _tag: "FileGlob", glob: `**/${file.replace(/[[\]{}*?!]/g, "\\$&")}` },
  words: []
})

/** Code is often named after what it does; globs know no smart case, so the first letter is given in both. */
const nameSearch = (terms: ReadonlyArray<Term>): ReadonlyArray<Search> => {
  const words = terms.flatMap((term) => (term.words.length === 0 ? [term] : term.words))
  const plain = words.filter((word) => /^[\p{L}\p{N}]{3,}$/u.test(word.pattern)).slice(0, mostNameWords)
  const alternatives = plain.map(({ pattern }) => `[${pattern[0]}${pattern[0]?.toUpperCase()}]${pattern.slice(1)}`)
  if (alternatives.length === 0) return []
  const any = alternatives.length === 1 ? alternatives.join() : `{${alternatives.join(",")}}`
  const glob = `**/*${any}*.{${codeExtensions}}`
  return [
    {
      id: "name-1",
      origin: "name",
      title: plain.map((word) => word.text).join(", "),
      look: { _tag: "FileGlob", glob },
      words: []
    }
  ]
}

const mostNameWords = 6

const termSearch = (id: string, term: Term, glob?: string): Search => ({
  id,
  origin: "term",
  title: term.text,
  look: { _tag: "LinePattern", pattern: term.pattern, ...(glob === undefined ? {} : { glob }) },
  words: term.words
})
