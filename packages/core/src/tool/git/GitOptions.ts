/**
 * Which verbs of git an agent may use, and with which options: a strict table. Nothing in it writes, runs a program,
 * reads outside the repository or opens a connection; what is not in it is refused. Options are rewritten so that a
 * value can never be taken for another argument.
 */

export interface Option {
  /** How it is passed on, its value glued to it. */
  readonly as: string
  /** What its value may be; none is taken without. */
  readonly value?: RegExp
  /** It works without a value, too. */
  readonly optional?: boolean
  /** What is shown depends on what files hold, or names them. */
  readonly shows?: boolean
  /** Commits are chosen by what files hold: one that is chosen by a file that may not be read would tell of it. */
  readonly searches?: boolean
  /** Says which commits, and in which order. */
  readonly chooses?: boolean
  /** Says how many of them. */
  readonly counts?: boolean
}

export type Options = Readonly<Record<string, Option>>

export type Verb = keyof typeof verbs

export const isVerb = (word: string): word is Verb => Object.hasOwn(verbs, word)

/** The options of a verb by every spelling that is taken. */
export const optionsOf = (verb: Verb): Options => verbs[verb]

export const verbNames = (): ReadonlyArray<string> => Object.keys(verbs)

// internal

const count = /^\d{1,6}$/
const similarity = /^\d{1,3}%?$/
const text = /^[^\0]+$/
/** A regular expression without `{n,m}`: one of these within another takes all memory that there is. */
const pattern = /^(?![^\0]*\{[\d,])[^\0]+$/
/** Placeholders that take their value from the commit alone: `%G` runs a program, `%(…)` may. */
const format =
  /^(oneline|short|medium|full|fuller|reference|(t?format:)?([^%\0]|%([HhTtPpDdefsbBNnmS%]|[ac][nNeElLdDrtiIsh]|x[0-9a-fA-F]{2}|C(reset|bold|red|green|yellow|blue)|[<>]\(\d{1,3}\)|[+ -]?[sbBdD]))*)$/
/** Figures of a width of the model's choice would fill the memory. */
const date =
  /^(relative|local|iso|iso-local|iso8601|iso-strict|rfc|rfc2822|short|raw|human|unix|default|format:([\w:+\-/ .,]|%[-_^]?[A-Za-z%])+)$/
const statuses = /^[ACDMRTUXBacdmrtuxb*]{1,16}$/
const sortKey = /^-?(v:|version:)?(refname|creatordate|committerdate|authordate|taggerdate|objecttype)$/

const untracked = /^(no|normal|all)$/

const flag = (as: string): Option => ({ as })
const shown = (as: string): Option => ({ as, shows: true })
const valued = (as: string, value: RegExp): Option => ({ as: `${as}=`, value })

const choosing = (options: Options): Options =>
  Object.fromEntries(Object.entries(options).map(([name, option]) => [name, { ...option, chooses: true }]))

const search: Options = choosing({
  "-S": { as: "-S", value: text, searches: true },
  "-G": { as: "-G", value: pattern, searches: true }
})

const diffOptions: Options = {
  ...search,
  "-p": shown("--patch"),
  "-u": shown("--patch"),
  "--patch": shown("--patch"),
  "-U": { as: "--unified=", value: count, shows: true },
  "--unified": { as: "--unified=", value: count, shows: true },
  "--stat": { as: "--stat", value: /^[\d,]{1,12}$/, optional: true, shows: true },
  "--shortstat": shown("--shortstat"),
  "--numstat": shown("--numstat"),
  "--summary": shown("--summary"),
  "--name-only": shown("--name-only"),
  "--name-status": shown("--name-status"),
  "-w": flag("--ignore-all-space"),
  "--ignore-all-space": flag("--ignore-all-space"),
  "-b": flag("--ignore-space-change"),
  "--ignore-space-change": flag("--ignore-space-change"),
  "--ignore-blank-lines": flag("--ignore-blank-lines"),
  "-W": shown("--function-context"),
  "--function-context": shown("--function-context"),
  "--word-diff": { as: "--word-diff=plain", shows: true },
  "--minimal": flag("--minimal"),
  "--patience": flag("--patience"),
  "--histogram": flag("--histogram"),
  "-M": { as: "--find-renames", value: similarity, optional: true },
  "--find-renames": { as: "--find-renames", value: similarity, optional: true },
  "--no-renames": flag("--no-renames"),
  "--diff-filter": { ...valued("--diff-filter", statuses), shows: true },
  "--no-color": flag("--no-color")
}

const shape: Options = {
  "--oneline": flag("--oneline"),
  "--format": valued("--format", format),
  "--pretty": valued("--pretty", format),
  "--date": valued("--date", date),
  "--abbrev-commit": flag("--abbrev-commit"),
  "--no-abbrev-commit": flag("--no-abbrev-commit"),
  "--decorate": { as: "--decorate", value: /^(short|full|no)$/, optional: true },
  "--no-decorate": flag("--no-decorate"),
  "--no-patch": flag("--no-patch"),
  "-s": flag("--no-patch")
}

const choice: Options = choosing({
  "-n": { ...valued("--max-count", count), counts: true },
  "--max-count": { ...valued("--max-count", count), counts: true },
  "--skip": { ...valued("--skip", count), counts: true },
  "--since": valued("--since", text),
  "--after": valued("--since", text),
  "--until": valued("--until", text),
  "--before": valued("--until", text),
  "--author": valued("--author", pattern),
  "--committer": valued("--committer", pattern),
  "--grep": valued("--grep", pattern),
  "--all-match": flag("--all-match"),
  "--invert-grep": flag("--invert-grep"),
  "-i": flag("--regexp-ignore-case"),
  "--regexp-ignore-case": flag("--regexp-ignore-case"),
  "-E": flag("--extended-regexp"),
  "-F": flag("--fixed-strings"),
  "--merges": flag("--merges"),
  "--no-merges": flag("--no-merges"),
  "--first-parent": flag("--first-parent"),
  "--all": flag("--all"),
  "--branches": flag("--branches"),
  "--tags": flag("--tags"),
  "--remotes": flag("--remotes")
})

const order: Options = choosing({
  "--reverse": flag("--reverse"),
  "--topo-order": flag("--topo-order"),
  "--date-order": flag("--date-order"),
  "--graph": flag("--graph"),
  "--follow": flag("--follow")
})

const refs: Options = {
  "-l": flag("--list"),
  "--list": flag("--list"),
  "--sort": valued("--sort", sortKey),
  "-i": flag("--ignore-case")
}

const none: Options = {}

const verbs = {
  status: {
    "-s": flag(""),
    "--short": flag(""),
    "--porcelain": flag(""),
    "-b": flag(""),
    "--branch": flag(""),
    "-sb": flag(""),
    "-u": { as: "--untracked-files", value: untracked, optional: true },
    "--untracked-files": { as: "--untracked-files", value: untracked, optional: true }
  },
  diff: {
    ...diffOptions,
    "--cached": flag("--cached"),
    "--staged": flag("--cached"),
    "-R": flag("-R"),
    "--merge-base": flag("--merge-base")
  },
  log: { ...diffOptions, ...shape, ...choice, ...order },
  show: { ...diffOptions, ...shape },
  blame: {
    "-L": { as: "-L", value: /^(\d{1,7}(,(\+?\d{1,7})?)?|,\+?\d{1,7})$/ },
    "-w": flag("-w")
  },
  "ls-files": {
    "-c": flag("--cached"),
    "--cached": flag("--cached"),
    "-m": flag("--modified"),
    "--modified": flag("--modified"),
    "-d": flag("--deleted"),
    "--deleted": flag("--deleted"),
    "-o": flag("--others"),
    "--others": flag("--others"),
    "--exclude-standard": flag("--exclude-standard")
  },
  "ls-tree": { "-r": flag("-r"), "--name-only": flag(""), "--full-tree": flag("") },
  branch: {
    ...refs,
    "-a": flag("--all"),
    "--all": flag("--all"),
    "-r": flag("--remotes"),
    "--remotes": flag("--remotes"),
    "--show-current": flag("--show-current"),
    "--contains": valued("--contains", text),
    "--merged": valued("--merged", text),
    "--no-merged": valued("--no-merged", text)
  },
  tag: {
    ...refs,
    "--contains": valued("--contains", text),
    "--merged": valued("--merged", text),
    "--points-at": valued("--points-at", text)
  },
  "rev-parse": {
    "--verify": flag("--verify"),
    "--short": { as: "--short", value: count, optional: true },
    "--abbrev-ref": flag("--abbrev-ref"),
    "--symbolic-full-name": flag("--symbolic-full-name")
  },
  "merge-base": none,
  describe: {
    "--tags": flag("--tags"),
    "--all": flag("--all"),
    "--long": flag("--long"),
    "--always": flag("--always"),
    "--exact-match": flag("--exact-match")
  },
  shortlog: {
    ...choice,
    "-s": flag("--summary"),
    "--summary": flag("--summary"),
    "-n": flag("--numbered"),
    "--numbered": flag("--numbered"),
    "-e": flag("--email"),
    "--email": flag("--email"),
    "-sn": flag("-sn"),
    "-sne": flag("-sne")
  }
} as const satisfies Readonly<Record<string, Options>>
