/**
 * What a goal asks to look for: the role's probes that its words name, and its own terms. Pure; the goal is data from a
 * person or a file and may be of any size and language.
 */

import { codeWords } from "./Glossary.ts"
import { type GoalLanguage, languageOf } from "./Language.ts"
import type { Probe } from "./Probe.ts"
import { chooseProbes } from "./ProbeChoice.ts"
import { fold, isCjk, type Token, tokens } from "./Words.ts"

/** A word or phrase of the goal that no probe stands for. */
export interface Term {
  readonly text: string
  /** ripgrep syntax, lower case where it may match any case. */
  readonly pattern: string
  /** The words of a phrase, looked for one by one if the phrase is found nowhere; empty for a single word. */
  readonly words: ReadonlyArray<Term>
}

export interface Goal {
  readonly text: string
  readonly language: GoalLanguage
  readonly probes: ReadonlyArray<Probe>
  readonly terms: ReadonlyArray<Term>
  /** Patterns of all words that say what the goal is about, those of probes included: what stands near them is nearer. */
  readonly about: ReadonlyArray<string>
  /** Files that the goal names. */
  readonly files: ReadonlyArray<string>
  /** The goal names nothing to look for, so the role decides. */
  readonly generic: boolean
  /** Only the first characters of the goal were read. */
  readonly cut: boolean
}

/** Characters of a goal that are read; a goal is a sentence, and terms from page ten of a pasted file help nobody. */
export const goalCharacters = 2_000
const mostTerms = 6

export const readGoal = (text: string, probes: ReadonlyArray<Probe>): Goal => {
  const head = text.slice(0, goalCharacters).toWellFormed().normalize("NFKC")
  const quoted = [...head.matchAll(/`([^`\n]{2,80})`|"([^"\n]{2,80})"|“([^”\n]{2,80})”|「([^」\n]{2,40})」/g)]
  const files = [...new Set(head.match(fileName) ?? [])].slice(0, 4)
  const found = tokens(head)
  const { covered, probes: picked } = chooseProbes(head, found, probes)
  const literals = quoted.flatMap((match) => match.slice(1).filter((part) => part !== undefined))
  const literalTerms = literals.filter((literal) => !files.includes(literal)).map(literalTerm)
  const inNames = (token: Token) => [...literals, ...files].some((name) => spans(fold(head), fold(name), token))
  const left = found.filter((token) => token.kind === "content" && !covered.has(token) && !inNames(token))
  const terms = unique([...literalTerms, ...phrases(head, left)]).slice(0, mostTerms)
  const bare = terms.length === 0 && picked.length === 0 && files.length === 0
  // A goal without any word, such as "???", is looked for as it stands: it asked for no review.
  const wordless = bare && !found.some((token) => token.text.length > 1 || isCjk(token.text)) && head.trim() !== ""
  return {
    text,
    language: languageOf(head),
    probes: picked,
    about: [...new Set(found.filter((token) => token.kind === "content").map((token) => wordTerm(token).pattern))],
    terms: wordless ? [literalTerm(head.trim().slice(0, 80))] : terms,
    files,
    generic: bare && !wordless,
    cut: text.length > goalCharacters
  }
}

/** Escapes what a regular expression would read as syntax, for ripgrep and JavaScript alike. */
export const escapePattern = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&")

// internal

const fileName =
  /(?<![\w/.-])(?:[\w.@-]+\/)*[\w@-][\w.@-]*\.(?:[cm]?[jt]sx?|py|rs|go|java|rb|json|ya?ml|toml|md|sh|sql|css|html)\b/g

const spans = (head: string, name: string, token: Token): boolean => {
  const at = head.indexOf(name)
  return at >= 0 && token.start >= at && token.end <= at + name.length
}

/** Runs of neighbouring words as phrases, longest first; words that stand alone as themselves. */
const phrases = (head: string, left: ReadonlyArray<Token>): ReadonlyArray<Term> => {
  const runs: Array<Array<Token>> = []
  for (const token of left) {
    const run = runs.at(-1)
    const last = run?.at(-1)
    const isNear = last !== undefined && /^[\s_.\-・]?$/.test(head.slice(last.end, token.start))
    // A translated word stands in the code under its other name, so a phrase of the goal's own words finds nothing.
    const joined = isNear && codeWords(last.text).length + codeWords(token.text).length === 0
    if (run !== undefined && joined && run.length < 4) run.push(token)
    else runs.push([token])
  }
  return runs
    .map((run) => (run.length === 1 ? run.map(wordTerm)[0] : phraseTerm(head, run)))
    .filter((term) => term !== undefined)
    .toSorted((one, other) => other.words.length - one.words.length)
}

/** Neighbours two by two: one pattern for child_process, child-process, ChildProcess and "child processes". */
const phraseTerm = (head: string, run: ReadonlyArray<Token>): Term => ({
  text: head.slice(run[0]?.start, run.at(-1)?.end),
  pattern: run
    .flatMap((token, index) => {
      const next = run[index + 1]
      if (next === undefined) return []
      const joint = isCjk(token.text) && isCjk(next.text) ? "" : "[-_.\\s]?"
      return [`${escapePattern(token.stem)}${joint}${escapePattern(next.stem)}`]
    })
    .join("|"),
  words: run.map(wordTerm)
})

const wordTerm = (token: Token): Term => {
  const code = codeWords(token.text)
  const patterns = [...new Set([token.stem, ...code])].map(wordPattern)
  return {
    text: code.length === 0 ? token.text : `${token.text} (${code.join(", ")})`,
    pattern: patterns.join("|"),
    words: []
  }
}

const wordPattern = (stem: string): string =>
  stem.length <= 3 && !isCjk(stem) ? `\\b${escapePattern(stem)}` : escapePattern(stem)

const literalTerm = (text: string): Term => ({ text, pattern: escapePattern(text), words: [] })

const unique = (terms: ReadonlyArray<Term>): ReadonlyArray<Term> => [
  ...new Map(terms.map((term) => [term.pattern, term] as const)).values()
]
