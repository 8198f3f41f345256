/**
 * What a git call shows. Whatever depends on what files hold is asked in two steps: first the names alone, each held
 * against the policy, then the call with exactly those that may be read as literal paths.
 */
import * as Effect from "effect/Effect"
import { visibleLine } from "../../domain/VisibleText.ts"
import { ToolContext } from "../Tool.ts"
import { blameLines } from "./BlameLines.ts"
import type { GitCall } from "./GitArguments.ts"
import { confirmed, divided, hiddenNote, readable, split } from "./GitNames.ts"
import { showObject, treeListing } from "./GitObjects.ts"
import { commitOf, noCommit, pin, pinned, placeOf } from "./GitPlaces.ts"
import { type GitView, gitError } from "./GitView.ts"
import * as WorktreeCopy from "./WorktreeCopy.ts"

export const answer = Effect.fnUntraced(function* (view: GitView, call: GitCall) {
  switch (call.verb) {
    case "status":
      return yield* status(view, call)
    case "diff":
      return yield* diff(view, call)
    case "log":
      return yield* log(view, call)
    case "show":
      return yield* show(view, call)
    case "blame":
      return yield* blame(view, call)
    case "ls-files":
      return yield* listFiles(view, call)
    case "ls-tree":
      return yield* listTree(view, call)
    case "shortlog":
      return yield* shortlog(view, call)
    case "branch":
    case "tag":
      return yield* refs(view, call)
    case "rev-parse":
    case "merge-base":
    case "describe":
      return yield* about(view, call)
  }
})

// internal

const mostShown = 4 * 1024 * 1024
const mostCommits = 1_000
/** Once more what the configuration of the view says already. */
const noPrograms = ["--no-ext-diff", "--no-textconv"]
/** Whatever `.gitmodules` says: git would run itself in a submodule, by that one's configuration. */
const noSubmodules = "--ignore-submodules=all"
/** All that any way of showing a commit can name: of a merge what differs from its first parent, and no pairs. */
const namesOnly = ["-z", "--name-only", "--diff-merges=first-parent", "--no-renames", "--format="]

const behind = (paths: ReadonlyArray<string>): ReadonlyArray<string> => (paths.length === 0 ? [] : ["--", ...paths])

const lines = (...parts: ReadonlyArray<string>): string => parts.filter((part) => part !== "").join("\n")

/** What git prints, as far as it is of use to a reader. */
const shown = Effect.fnUntraced(function* (view: GitView, args: ReadonlyArray<string>, worktree?: string) {
  const output = yield* view.git(args, {
    maxBytes: mostShown,
    mayBeCut: true,
    ...(worktree === undefined ? {} : { worktree })
  })
  const text = new TextDecoder().decode(output.stdout).trimEnd()
  return output.truncated ? `${text}\n(… more)` : text
})

const status = Effect.fnUntraced(function* (view: GitView, call: GitCall) {
  const { mayRead } = yield* ToolContext
  const paths = yield* Effect.forEach([...call.words, ...(call.paths ?? [])], placeOf)
  const args = ["status", "--porcelain=v1", "-z", "--branch", "--no-renames", noSubmodules]
  const [branch = "", ...all] = split((yield* view.git([...args, ...call.options, ...behind(paths)])).stdout)
  const untracked = all.flatMap((entry) => (entry.startsWith("?? ") ? [entry.slice(3)] : []))
  const there = new Set(yield* confirmed(untracked))
  const entries = all.filter((entry) => !entry.startsWith("?? ") || there.has(entry.slice(3)))
  // Folders are named to everybody, as they are in list_dir.
  const seen = entries.filter((entry) => entry.endsWith("/") || mayRead(entry.slice(3)))
  const changes = entries.length === 0 ? ["(… no changes)"] : seen.map(visibleLine)
  return lines(branch, ...changes, hiddenNote(entries.length - seen.length))
})

const listFiles = Effect.fnUntraced(function* (view: GitView, call: GitCall) {
  const { mayRead } = yield* ToolContext
  const paths = yield* Effect.forEach([...call.words, ...(call.paths ?? [])], placeOf)
  const listed = yield* view.git(["ls-files", "-z", ...call.options, ...behind(paths)])
  const found = [...new Set(split(listed.stdout))]
  const names = call.options.includes("--others") ? yield* confirmed(found) : found
  const seen = names.filter((name) => name.endsWith("/") || mayRead(name))
  return lines(...seen.map(visibleLine), hiddenNote(names.length - seen.length)) || "(… no files)"
})

const listTree = Effect.fnUntraced(function* (view: GitView, call: GitCall) {
  const [word = "HEAD", ...others] = call.words
  const colon = word.indexOf(":")
  const commit = yield* commitOf(view, colon < 0 ? word : word.slice(0, colon))
  const inside = colon < 0 ? [] : [`${word.slice(colon + 1)}/`]
  return yield* treeListing(view, commit, [...inside, ...others, ...(call.paths ?? [])], call.options)
})

const diff = Effect.fnUntraced(function* (view: GitView, call: GitCall) {
  const { root } = yield* ToolContext
  const { commits, paths } = yield* pinned(view, call)
  const sides = commits.reduce((sum, commit) => sum + (commit.includes("..") ? 2 : 1), 0)
  if (sides > 2) return yield* gitError("git diff takes two commits at most", "Compare A with B by A B, or by A...B.")
  const between = call.options.filter((option) => option === "--cached" || option === "--merge-base")
  const isOfCommits = sides === 2 || between.includes("--cached")
  const names = ["-z", "--name-only", "--no-renames", ...noPrograms, ...(isOfCommits ? [] : [noSubmodules])]
  const found = yield* readable(view, ["diff", ...names, ...between, ...commits, ...behind(paths)])
  if (found.names.length === 0) return lines("(… no differences)", hiddenNote(found.hidden))
  const args = ["diff", ...noPrograms, ...call.options, ...commits]
  if (isOfCommits) {
    const text = yield* shown(view, [...args, ...behind(found.names)])
    return lines(text, hiddenNote(found.hidden)) || "(… no differences)"
  }
  const files = yield* WorktreeCopy.copy(root, found.names)
  // The copies have no rights of their own to compare.
  const options = ["-c", "core.filemode=false", ...args, ...behind(files.names)]
  const text = files.names.length === 0 ? "" : yield* shown(view, options, files.folder)
  const odd = found.names.length - files.names.length
  const oddNote = odd === 0 ? "" : `(… ${odd} left out: links, or too large)`
  return lines(text, oddNote, hiddenNote(found.hidden)) || "(… no differences)"
})

const log = Effect.fnUntraced(function* (view: GitView, call: GitCall) {
  const { commits, paths } = yield* pinned(view, call)
  // Followed, a path leads to where the file lay before.
  yield* messagesOf(call.options.includes("--follow") ? [] : paths)
  const where = [...commits, ...behind(paths)]
  if (call.searches) {
    // Which commits are chosen tells what files hold, so only files that may be read take part in it.
    const choosing = without(call.choosing, call.counting)
    const found = yield* readable(view, ["log", ...namesOnly, ...noPrograms, ...choosing, ...where])
    if (found.names.length === 0) return "(… no commits)"
    const args = ["log", ...noPrograms, ...call.options, ...commits, ...behind(found.names)]
    return (yield* shown(view, args)) || "(… no commits)"
  }
  if (call.showing.length === 0) return (yield* shown(view, ["log", ...call.options, ...where])) || "(… no commits)"
  const most = call.counting.length === 0 ? [`--max-count=${mostCommits}`] : []
  const chosen = yield* view.git(["log", "--format=%H", ...most, ...call.choosing, ...where])
  const hashes = new TextDecoder()
    .decode(chosen.stdout)
    .split("\n")
    .filter((hash) => hash !== "")
  if (hashes.length === 0) return "(… no commits)"
  // Merges are shown against the first parent where that was asked for.
  const options = without(call.options, call.choosing).concat(call.options.filter((each) => each === "--first-parent"))
  return yield* commitsShown(view, ["log", "--no-walk=unsorted"], { ...call, options }, hashes, {
    paths,
    isWhole: true
  })
})

const show = Effect.fnUntraced(function* (view: GitView, call: GitCall) {
  const [word] = call.words
  if (call.words.length === 1 && word?.includes(":")) return yield* showObject(view, word)
  const { commits, paths } = yield* pinned(view, call)
  yield* messagesOf(paths)
  const hashes = commits.length === 0 ? [yield* commitOf(view, "HEAD")] : commits
  const range = hashes.find((hash) => !/^[0-9a-f]+$/.test(hash))
  if (range !== undefined) return yield* gitError("git show takes commits, no ranges", "Use git log -p for a range.")
  if (call.options.includes("--no-patch") && !call.searches && paths.length === 0) {
    return yield* shown(view, ["show", ...call.options, ...hashes])
  }
  const isWhole = paths.length === 0 && !call.searches
  return yield* commitsShown(view, ["show"], call, hashes, { paths, isWhole })
})

/** Commits with what they changed, as far as that may be read; `isWhole` shows also those of which nothing may be. */
const commitsShown = Effect.fnUntraced(function* (
  view: GitView,
  command: ReadonlyArray<string>,
  { options, showing }: Pick<GitCall, "options" | "showing">,
  hashes: ReadonlyArray<string>,
  { isWhole, paths }: { readonly paths: ReadonlyArray<string>; readonly isWhole: boolean }
) {
  const found = yield* readable(view, [...command, ...namesOnly, ...noPrograms, ...hashes, ...behind(paths)])
  const note = hiddenNote(found.hidden)
  // Paths would otherwise leave out commits, and parents of merges.
  const sparse = isWhole ? ["--full-history", "--sparse"] : ["--full-history"]
  if (found.names.length > 0) {
    const args = [...command, ...sparse, ...noPrograms, ...options, ...hashes, ...behind(found.names)]
    return lines(yield* shown(view, args), note) || "(… nothing of these paths)"
  }
  if (!isWhole) return lines("(… nothing of these paths)", note)
  return lines(yield* shown(view, [...command, ...without(options, showing), "--no-patch", ...hashes]), note)
})

const blame = Effect.fnUntraced(function* (view: GitView, call: GitCall) {
  const { root } = yield* ToolContext
  const words = call.paths === null ? call.words.slice(0, -1) : call.words
  const files = call.paths ?? call.words.slice(-1)
  if (files.length !== 1 || words.length > 1) {
    return yield* gitError("git blame takes one file, and a commit before it if need be", "Give [COMMIT] -- FILE.")
  }
  const { names } = divided(new Set(yield* Effect.forEach(files, placeOf)), (yield* ToolContext).mayRead)
  const args = ["blame", "--porcelain", ...call.options]
  const [word] = words
  if (word !== undefined) {
    const commit = yield* commitOf(view, word)
    return blameLines(yield* shown(view, [...args, commit, ...behind(names)]))
  }
  const copied = yield* WorktreeCopy.copy(root, names)
  return blameLines(yield* shown(view, [...args, ...behind(copied.names)], copied.folder))
})

const shortlog = Effect.fnUntraced(function* (view: GitView, call: GitCall) {
  const { commits, paths } = yield* pinned(view, call)
  yield* messagesOf(paths)
  const isAll = call.options.some((option) => ["--all", "--branches", "--tags", "--remotes"].includes(option))
  // Without a commit it would read from its input.
  const from = commits.length > 0 || isAll ? commits : [yield* commitOf(view, "HEAD")]
  return (yield* shown(view, ["shortlog", ...call.options, ...from, ...behind(paths)])) || "(… no commits)"
})

const refs = Effect.fnUntraced(function* (view: GitView, { options, paths, verb, words }: GitCall) {
  const isList = options.includes("--list")
  if (paths !== null || (words.length > 0 && !isList)) {
    return yield* gitError(`git ${verb} NAME would change the repository`, `Use git ${verb} --list PATTERN.`)
  }
  const list = isList || options.includes("--show-current") ? [] : ["--list"]
  const pinnedOptions = yield* Effect.forEach(options, (option) => pinnedValue(view, option))
  return (yield* shown(view, [verb, ...list, ...pinnedOptions, ...words])) || "(… none)"
})

/** A commit that an option names, by its hash: of what is no commit, git says the hash. */
const pinnedValue = Effect.fnUntraced(function* (view: GitView, option: string) {
  const [, name, word] = /^(--(?:contains|merged|no-merged|points-at)=)(.*)$/s.exec(option) ?? []
  return name === undefined || word === undefined ? option : `${name}${yield* commitOf(view, word)}`
})

const about = Effect.fnUntraced(function* (view: GitView, { options, paths, verb, words }: GitCall) {
  if (paths !== null) return yield* gitError(`git ${verb} takes no paths`, "Leave out -- and what is behind it.")
  const hashes = yield* Effect.forEach(words.length === 0 ? ["HEAD"] : words, (word) =>
    Effect.flatMap(pin(view, word), (hash) => (hash === undefined ? Effect.fail(noCommit(word)) : Effect.succeed(hash)))
  )
  // The names themselves are asked for.
  const isNamed = verb === "rev-parse" && options.some((option) => /^--(abbrev-ref|symbolic-full-name)$/.test(option))
  return (yield* shown(view, [verb, ...options, ...(isNamed && words.length > 0 ? words : hashes)])) || "(… none)"
})

/** What commits say is about the whole workspace, unless they are those of paths. */
const messagesOf = Effect.fnUntraced(function* (paths: ReadonlyArray<string>) {
  const { mayRead } = yield* ToolContext
  if (paths.length > 0 || mayRead(".")) return
  return yield* gitError("not all of the workspace may be read", "Name paths that may be, behind --.")
})

const without = (all: ReadonlyArray<string>, some: ReadonlyArray<string>): ReadonlyArray<string> =>
  all.filter((each) => !some.includes(each))
