/**
 * The look-ups that a goal leads to, and the calls that carry them out. Built from the goal alone, so that any turn can
 * say which answer belongs to which look-up.
 */

import { escapePattern, type Goal, type Term } from "./Goal.ts"
import type { Localised, Probe } from "./Probe.ts"
import { codeExtensions, codeGlob, testGlob } from "./SourceLine.ts"

export interface Search {
  /** Prefix of the ids of its calls. */
  readonly id: string
  /** name: files whose name holds a word of the goal; near: lines in such files, whose word `words` holds. */
  readonly origin: "probe" | "term" | "file" | "name" | "near"
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
  const probes = goal.generic ? defaultProbes(role) : goal.probes
  return [
    ...docSearch(goal),
    ...probes.map((probe) => probeSearch(probe, goal.language.report)),
    ...goal.files.map((file, index) => fileSearch(file, index + 1)),
    ...nameSearch(goal.terms),
    ...nearSearch(goal.terms),
    ...goal.terms.map((term, index) => termSearch(`term-${index + 1}`, term, codeGlob))
  ]
}

/** What stands for a goal that names nothing: the first of the role's own probes, or of all if it has none. */
export const defaultProbes = (role: ReadonlyArray<Probe>): ReadonlyArray<Probe> => {
  const own = role.filter((probe) => probe.borrowed !== true)
  return (own.length > 0 ? own : role).slice(0, mostDefaultProbes)
}

/** The first calls of a search, in each scope. */
export const lookups = (search: Search, scopes: ReadonlyArray<string>): ReadonlyArray<Lookup> =>
  inScopes(scopes).flatMap((scope, index) => inScope(search, scope, index === 0, `${search.id}-${index + 1}`))

/** What is in the scopes at all, for a goal that asks how things are laid out. */
export const overview = (goal: Goal, scopes: ReadonlyArray<string>): ReadonlyArray<Lookup> =>
  (goal.probes.some((probe) => probe.id === "entry-points") ? inScopes(scopes) : []).map((scope, index) => ({
    id: `list-${index + 1}`,
    tool: "list_dir",
    args: { path: scope }
  }))

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

/** Few enough that their imports fit into one answer. */
const namesPerCall = 8

/** Lines of test files that import one of these modules; the names go into as few patterns as have room. */
export const mentionsOf = (names: ReadonlyArray<string>): ReadonlyArray<Lookup> =>
  Array.from({ length: Math.ceil(names.length / namesPerCall) }, (_, index) => {
    const some = names.slice(index * namesPerCall, (index + 1) * namesPerCall).map(escapePattern)
    const any = `(?:${some.join("|")})`
    const quoted = `["'/]${any}(?:/(?:index|mod))?(?:\\.\\w+)?["']`
    const pattern = `\\b(?:from|import|require|mock)\\b.*${quoted}|^\\s*(?:from|import|use)\\s[\\w.:]*\\b${any}\\b`
    return { id: `mention-${index + 1}`, tool: "grep", args: { pattern, glob: testGlob } }
  })

/** The definitions that these files offer to others; as many files as a pattern has room for. */
export const definitionsOf = (files: ReadonlyArray<string>): ReadonlyArray<Lookup> => {
  const groups: Array<Array<string>> = []
  for (const file of files.filter((name) => !/[[\]{}*?!,\\]/.test(name))) {
    const group = groups.at(-1)
    if (group !== undefined && [...group, file].join(",").length < mostGlobCharacters) group.push(file)
    else groups.push([file])
  }
  return groups.slice(0, mostDefinitionCalls).map((group, index) => ({
    id: `define-${index + 1}`,
    tool: "grep",
    args: { pattern: definitionPattern, glob: group.length === 1 ? group.join() : `{${group.join(",")}}` }
  }))
}

/** Whether a pattern of `mentionsOf` asks for this module. */
export const asksFor = (pattern: string, name: string): boolean =>
  new RegExp(`[(:|]${escapePattern(escapePattern(name))}[|)]`).test(pattern)

/** All test files, where the list of the sources may not hold them. */
export const testFiles: Lookup = { id: "tests-1", tool: "glob", args: { pattern: testGlob } }

/** Lines that begin a test module inside a source file. */
export const inlineTests: Lookup = {
  id: "inline-1",
  tool: "grep",
  args: { pattern: "#\\[cfg\\(test\\)\\]", glob: "**/*.rs" }
}

/** Searches that share a look-up ask for it once. */
export const withoutRepeats = (lookups: ReadonlyArray<Lookup>): ReadonlyArray<Lookup> => {
  const seen = new Set<string>()
  // What a search asks for its own sake keeps its name.
  const inOrder = lookups.toSorted((one, other) => Number(isHelp(one)) - Number(isHelp(other)))
  return inOrder.filter(({ args, tool }) => {
    const asked = sameLookup(tool, args)
    return !seen.has(asked) && seen.add(asked) !== undefined
  })
}

/** The look-up settles what the lines of another one mean. */
export const isHelp = ({ id }: Pick<Lookup, "id">): boolean => id.endsWith("-imports")

/** Equal for look-ups that ask the same. */
export const sameLookup = (tool: string, args: Readonly<Record<string, unknown>>): string =>
  JSON.stringify([tool, Object.entries(args).toSorted(([one], [other]) => (one < other ? -1 : 1))])

// internal

const cleanScopes = (scopes: ReadonlyArray<string>): ReadonlyArray<string> => {
  const clean = scopes.map((scope) => scope.replace(/^\.\//, "").replace(/\/+$/, "") || ".")
  return clean.length === 0 ? ["."] : [...new Set(clean)]
}

const mostGlobCharacters = 900
const mostDefinitionCalls = 2

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
      const grep = (name: string, pattern: string): Lookup => ({
        id: name,
        tool: "grep",
        args: { pattern, ...at, ...glob }
      })
      const own = grep(id, look.pattern)
      return look.ambiguous === undefined ? [own] : [own, grep(`${id}-imports`, look.ambiguous.imports)]
    }
    case "FileGlob":
      return [{ id, tool: "glob", args: { pattern: look.glob, ...at } }]
    case "UntestedFiles": {
      // Tests may stand outside the scope that is asked about; without one they are among the sources.
      const tests = first && scope !== "." ? [testFiles] : []
      return [{ id: `${id}-sources`, tool: "glob", args: { pattern: codeGlob, ...at } }, ...tests]
    }
  }
}

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

/** Questions about the whole are answered in documents before they are in code: by the outline of those named so. */
const docSearch = ({ about, probes }: Goal): ReadonlyArray<Search> => {
  const names = nameGlobs(about)
  if (names.length === 0 || !probes.some((probe) => ofTheWhole.has(probe.id))) return []
  const text = about.filter((word) => nameGlobs([word]).length > 0).join(", ")
  const glob = `**/*${anyOf(names)}*.md`
  const look: Search["look"] = { _tag: "LinePattern", pattern: "^#{1,3} ", glob }
  return [{ id: "docs-1", origin: "near", title: "#", look, words: [{ text, pattern: text, words: [] }] }]
}

const ofTheWhole: ReadonlySet<string> = new Set(["entry-points", "manifests", "definitions", "dependencies"])

/** Code is often named after what it does. */
const nameSearch = (terms: ReadonlyArray<Term>): ReadonlyArray<Search> => {
  const words = singleWords(terms).filter((word) => nameGlobs([word.pattern]).length > 0)
  const names = nameGlobs(words.map((word) => word.pattern))
  if (names.length === 0) return []
  const glob = `**/*${anyOf(names)}*.{${codeExtensions}}`
  const title = words.map((word) => word.text).join(", ")
  return [{ id: "name-1", origin: "name", title, look: { _tag: "FileGlob", glob }, words: [] }]
}

/**
 * What files and folders that are named after one word of the goal say of the others; of a single word, what they
 * define. Without this, a word that stands everywhere fills the answer with the first files of the alphabet.
 */
const nearSearch = (terms: ReadonlyArray<Term>): ReadonlyArray<Search> => {
  const words = singleWords(terms)
  const first = words.find((word) => nameGlobs([word.pattern]).length > 0)
  if (first === undefined) return []
  const others = words.filter((word) => word !== first)
  const pattern =
    others.length === 0
      ? `\\b(?:const|function|def|class|interface|type|enum|fn|func|struct|trait)\\s+\\w*(?:${first.pattern})`
      : others.map((word) => word.pattern).join("|")
  const title = (others.length === 0 ? words : others).map((word) => word.text).join(", ")
  const glob = `**/*${anyOf(nameGlobs([first.pattern]))}*{/**/*,}.{${codeExtensions}}`
  return [{ id: "near-1", origin: "near", title, look: { _tag: "LinePattern", pattern, glob }, words: [first] }]
}

const singleWords = (terms: ReadonlyArray<Term>): ReadonlyArray<Term> =>
  terms.flatMap((term) => (term.words.length === 0 ? [term] : term.words))

/** Globs know no smart case, so the first letter is given in both. */
const nameGlobs = (patterns: ReadonlyArray<string>): ReadonlyArray<string> =>
  patterns
    .flatMap((pattern) => pattern.split("|").filter((stem) => namePart.test(stem)))
    .slice(0, mostNameWords)
    .map((stem) => `[${stem[0]}${stem[0]?.toUpperCase()}]${stem.slice(1)}`)

const anyOf = (globs: ReadonlyArray<string>): string => (globs.length === 1 ? globs.join() : `{${globs.join(",")}}`)

/** Names of files are hardly ever written in scripts without letter case. */
const namePart = /^[\p{Ll}\p{N}]{3,}$/u
const mostNameWords = 6

const termSearch = (id: string, term: Term, glob?: string): Search => ({
  id,
  origin: "term",
  title: term.text,
  look: { _tag: "LinePattern", pattern: term.pattern, ...(glob === undefined ? {} : { glob }) },
  words: term.words
})
