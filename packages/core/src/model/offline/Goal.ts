/**
 * What a goal asks to look for: the role's probes that its words name, and its own terms. Pure; the goal is data from a
 * person or a file and may be of any size and language.
 */
import type { Probe } from "../../domain/Probe.ts"
import { type GoalLanguage, languageOf } from "./Language.ts"
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
  const covered = new Set<Token>()
  const picked = pickProbes(head, found, probes, covered)
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

/** The probes that the goal's words name; one whose words are only a part of another's phrase is left out. */
const pickProbes = (
  head: string,
  found: ReadonlyArray<Token>,
  probes: ReadonlyArray<Probe>,
  covered: Set<Token>
): ReadonlyArray<Probe> => {
  const text = fold(head)
  const claims = probes.map((probe) => ({
    probe,
    tokens: new Set(probe.words.flatMap((word) => named(text, found, word)))
  }))
  const kept = claims.filter(
    (claim) =>
      claim.tokens.size > 0 &&
      !claims.some(
        (other) => other.tokens.size > claim.tokens.size && [...claim.tokens].every((token) => other.tokens.has(token))
      )
  )
  for (const claim of kept) for (const token of claim.tokens) covered.add(token)
  return kept.map((claim) => claim.probe)
}

/** The goal's tokens that say `word`: as a run of stems, or, where words are not spaced, as a part of the text. */
const named = (text: string, found: ReadonlyArray<Token>, word: string): ReadonlyArray<Token> => {
  const folded = fold(word)
  if (isCjk(folded)) {
    const at = text.indexOf(folded)
    return at < 0 ? [] : found.filter((token) => token.start < at + folded.length && token.end > at)
  }
  const wanted = tokens(folded)
  for (let from = 0; from + wanted.length <= found.length && wanted.length > 0; from++) {
    const run = found.slice(from, from + wanted.length)
    if (run.every((token, index) => sameWord(token, wanted[index], wanted.length === 1))) return run
  }
  return []
}

/** Long single words also match as the beginning of one, for German compounds and inflections. */
const sameWord = (token: Token, wanted: Token | undefined, prefix: boolean): boolean =>
  wanted !== undefined &&
  (token.stem === wanted.stem ||
    token.text === wanted.text ||
    (prefix && wanted.text.length >= 6 && token.text.startsWith(wanted.text)))

/** Runs of neighbouring words as phrases, longest first; words that stand alone as themselves. */
const phrases = (head: string, left: ReadonlyArray<Token>): ReadonlyArray<Term> => {
  const runs: Array<Array<Token>> = []
  for (const token of left) {
    const run = runs.at(-1)
    const last = run?.at(-1)
    const joined = last !== undefined && /^[\s_.\-・]?$/.test(head.slice(last.end, token.start))
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

const wordTerm = (token: Token): Term => ({
  text: token.text,
  pattern: token.stem.length <= 3 && !isCjk(token.stem) ? `\\b${escapePattern(token.stem)}` : escapePattern(token.stem),
  words: []
})

const literalTerm = (text: string): Term => ({ text, pattern: escapePattern(text), words: [] })

const unique = (terms: ReadonlyArray<Term>): ReadonlyArray<Term> => [
  ...new Map(terms.map((term) => [term.pattern, term] as const)).values()
]
