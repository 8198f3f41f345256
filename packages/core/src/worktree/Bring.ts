/**
 * Brings what lies between two commits into a folder of files: the user's working tree, or the tree of the agent that had
 * started another. Nothing is staged and no ref is moved; whoever looks sees changes that are not committed.
 *
 * 1. A file is changed only where it is what the first commit holds; what is there as the second one has it is done
 *    already. Anything else is somebody's work: it is left, and named. So the same can be brought twice, and after a kill.
 * 2. The comparison happens in the moment of the change (ConfinedRoot). Each file is the old or the new one.
 * 3. Links are not made, protected paths not written, and nothing outside of the folder is touched: left, and named.
 * 4. Before anything is touched, `announce` gets the changes that are about to be made, with the bytes that go and come.
 */
import { createHash } from "node:crypto"
import { mkdirSync, readFileSync, rmSync } from "node:fs"
import { dirname, join } from "node:path"
import * as Effect from "effect/Effect"
import { sha256 } from "../domain/Sha256.ts"
import { writeProtection } from "../policy/ProtectedPaths.ts"
import type { Change, ConfinedRoot } from "../workspace/ConfinedRoot.ts"
import { newFolders } from "../workspace/NewFolders.ts"
import type { Left } from "./MergeReport.ts"
import type { Repository } from "./Repository.ts"
import { onDisk } from "./Tree.ts"
import { absent, changesBetween, isRegular, type TreeChange } from "./TreeChange.ts"
import type { WorktreeError } from "./WorktreeError.ts"

export interface Brought {
  /** Relative to the repository's top: what stands now as the second commit has it. */
  readonly brought: ReadonlyArray<string>
  readonly left: ReadonlyArray<Left>
  /** Of those that were left, the files that would be written if the disk let them. */
  readonly unwritten: ReadonlyArray<string>
}

export interface Announced {
  /** Relative to the folder's root. */
  readonly change: Change
  /** What goes; null where there is nothing. */
  readonly before: Uint8Array | null
  /** What comes; null for a file that goes. */
  readonly after: Uint8Array | null
  /** Rights of a file that goes, or does not keep them. */
  readonly mode: number | null
  /** Folders that are made for it; null where there was a file. */
  readonly folders: ReadonlyArray<string> | null
}

export const bring = Effect.fnUntraced(function* <E, R>(
  repository: Repository,
  options: {
    readonly root: ConfinedRoot["Service"]
    readonly from: string
    readonly to: string
    /** Files that are wanted; all where it is absent. */
    readonly isWanted?: (path: string) => boolean
    readonly announce: (changes: ReadonlyArray<Announced>) => Effect.Effect<void, E, R>
  }
) {
  const { announce, from, isWanted = () => true, root, to } = options
  const changes = (yield* changesBetween(repository.git, from, to)).filter(({ path }) => isWanted(path))
  const heedsRights = process.platform !== "win32" && (yield* isHeeded(repository))
  const left: Array<Left> = []
  const brought: Array<string> = []
  const unwritten: Array<string> = []
  const possible: Array<Step> = []
  for (const change of changes) {
    const why = refusal(repository.prefix, change)
    if (why === undefined) possible.push({ ...change, real: change.path.slice(repository.prefix.length), heedsRights })
    else left.push({ path: change.path, why })
  }
  // What goes makes room for what comes: of a folder that becomes a file, of a name that changes its case.
  const portions = [
    ...inPortions(possible.filter(({ newMode }) => newMode === absent)),
    ...inPortions(possible.filter(({ newMode }) => newMode !== absent))
  ]
  for (const steps of portions) {
    const contents = yield* contentsOf(repository, from, to, steps)
    yield* Effect.gen(function* () {
      const planned: Array<Plan> = []
      // What a kill in the midst of this has left.
      for (const folder of new Set(steps.map(({ real }) => dirname(real)))) {
        yield* Effect.ignore(root.sweepTemporaries(folder))
      }
      for (const step of steps) {
        const plan = yield* planOf(root, step, contents)
        if (plan._tag === "Left") left.push({ path: step.path, why: plan.why })
        else if (plan._tag === "Done") brought.push(step.path)
        else planned.push(plan)
      }
      if (planned.length > 0) yield* announce(planned.map(({ announced }) => announced))
      for (const plan of planned) {
        const { path } = plan.step
        const failure = yield* act(root, plan)
        if (failure === undefined) brought.push(path)
        else left.push({ path, why: failure.message })
        if (failure !== undefined && isOfDisk(failure)) unwritten.push(path)
      }
    }).pipe(Effect.ensuring(Effect.sync(contents.remove)))
  }
  return { brought: brought.sort(), left, unwritten } satisfies Brought
})

/** What no file that an agent wrote comes near. */
export const mostBytes = 256 * 1024 * 1024

// internal

/** Files whose contents wait on the disk at the same time. */
const portion = 200
const inPortions = (steps: ReadonlyArray<Step>): ReadonlyArray<ReadonlyArray<Step>> =>
  Array.from({ length: Math.ceil(steps.length / portion) }, (_, index) =>
    steps.slice(index * portion, (index + 1) * portion)
  )

interface Step extends TreeChange {
  /** Relative to the folder's root. */
  readonly real: string
  /** Whether the disk tells programs from other files. */
  readonly heedsRights: boolean
}

interface Plan {
  readonly _tag: "Change"
  readonly step: Step
  readonly announced: Announced
  /** Rights that it gets; undefined where it keeps its own. */
  readonly mode: number | undefined
}

const isHeeded = ({ git }: Repository) =>
  Effect.map(
    git.run(["config", "--bool", "core.filemode"], { codes: [0, 1] }),
    ({ stdout }) => new TextDecoder().decode(stdout).trim() !== "false"
  )

const refusal = (prefix: string, { newMode, oldMode, path }: TreeChange): string | undefined => {
  if (path.includes("\uFFFD")) return "its name holds what is no text"
  if (!path.startsWith(prefix)) return "it lies outside of the workspace"
  if ([oldMode, newMode].some((mode) => mode === "120000")) return "it is a symbolic link"
  if ([oldMode, newMode].some((mode) => mode !== absent && !isRegular(mode))) return "it is no regular file"
  const protection = writeProtection(path.slice(prefix.length))
  return protection === undefined ? undefined : `no agent may write it (protected ${protection})`
}

interface Contents {
  readonly before: (step: Step) => Effect.Effect<Uint8Array | null, WorktreeError>
  readonly after: (step: Step) => Effect.Effect<Uint8Array | null, WorktreeError>
  readonly remove: () => void
}

let contentsMade = 0

/** The files of both commits as a checkout would write them, on the disk. */
const contentsOf = Effect.fnUntraced(function* (
  { git, temporary, workspace }: Repository,
  from: string,
  to: string,
  steps: ReadonlyArray<Step>
) {
  const folder = join(temporary, `contents-${++contentsMade}`)
  const write = Effect.fnUntraced(function* (name: string, commit: string, paths: ReadonlyArray<string>) {
    if (paths.length === 0) return
    const index = join(folder, `${name}.index`)
    // All of these are wanted, also those that a sparse checkout leaves out.
    const at = { index, settings: [["core.sparsecheckout", "false"]] as const }
    yield* git.run(["read-tree", commit], at)
    yield* git.each(["checkout-index", "--force", `--prefix=${join(folder, name)}/`, "--"], paths, at)
  })
  yield* onDisk(workspace, folder, async () => void mkdirSync(folder))
  yield* write("old", from, pathsOf(steps, "oldMode"))
  yield* write("new", to, pathsOf(steps, "newMode"))
  const read = (name: string, mode: string, path: string) => {
    const file = join(folder, name, path)
    return mode === absent ? Effect.succeed(null) : onDisk(workspace, file, async () => readFileSync(file))
  }
  const contents: Contents = {
    before: ({ oldMode, path }) => read("old", oldMode, path),
    after: ({ newMode, path }) => read("new", newMode, path),
    remove: () => rmSync(folder, { recursive: true, force: true })
  }
  return contents
})

const pathsOf = (steps: ReadonlyArray<Step>, side: "oldMode" | "newMode"): ReadonlyArray<string> =>
  steps.flatMap((step) => (step[side] === absent ? [] : [step.path]))

/** What stands where the file belongs. */
type Standing =
  | { readonly _tag: "Nothing" }
  | { readonly _tag: "File"; readonly bytes: Uint8Array; readonly mode: number }
  | { readonly _tag: "Other"; readonly why: string }

const standing = (root: ConfinedRoot["Service"], real: string): Effect.Effect<Standing> =>
  root.readFile(real, { maxBytes: mostBytes }).pipe(
    Effect.map((file): Standing => {
      if (file.path !== real) return { _tag: "Other", why: "a link stands there" }
      if (file.truncated) return { _tag: "Other", why: "what stands there is too large to compare" }
      return { _tag: "File", bytes: file.bytes, mode: file.mode }
    }),
    Effect.catch((error) =>
      Effect.succeed<Standing>(
        error._tag === "PathNotFound" && error.resolved === real
          ? { _tag: "Nothing" }
          : { _tag: "Other", why: "something else stands there" }
      )
    )
  )

const planOf = Effect.fnUntraced(function* (root: ConfinedRoot["Service"], step: Step, contents: Contents) {
  const found = yield* standing(root, step.real)
  if (found._tag === "Other") return { _tag: "Left", why: found.why } as const
  const after = yield* contents.after(step)
  const present = found._tag === "File" ? found : null
  if (isAs(present, step, "newMode", after)) return { _tag: "Done" } as const
  const isAsBefore = isAs(present, step, "oldMode", yield* contents.before(step)) || isBlob(present, step)
  if (!isAsBefore) return { _tag: "Left", why: whyLeft(present, step) } as const
  const mode = after === null ? undefined : modeOf(present?.mode ?? null, step)
  const announced: Announced = {
    change: {
      path: step.real,
      before: present === null ? null : sha256(present.bytes),
      after: after === null ? null : sha256(after)
    },
    before: present?.bytes ?? null,
    after,
    mode: present !== null && (after === null || mode !== undefined) ? present.mode : null,
    folders: present === null ? yield* newFolders(root, step.real) : null
  }
  return { _tag: "Change", step, announced, mode } satisfies Plan
})

const whyLeft = (present: object | null, { newMode, oldMode }: Step): string => {
  if (oldMode === absent) return "there is a file of this name already"
  if (present === null) return "it was removed here"
  return newMode === absent ? "it was changed here, and removed by an agent" : "it was changed here"
}

const isAs = (
  present: { readonly bytes: Uint8Array; readonly mode: number } | null,
  step: Step,
  side: "oldMode" | "newMode",
  bytes: Uint8Array | null
): boolean => {
  if (present === null || bytes === null) return present === null && bytes === null
  return hasRights(present.mode, step, side) && Buffer.compare(present.bytes, bytes) === 0
}

/** Byte for byte as git keeps it, where a checkout would have written it in another form. */
const isBlob = (present: { readonly bytes: Uint8Array; readonly mode: number } | null, step: Step): boolean => {
  if (present === null || step.oldMode === absent) return false
  const kind = step.oldHash.length === 64 ? "sha256" : "sha1"
  const hash = createHash(kind).update(`blob ${present.bytes.length}\0`).update(present.bytes).digest("hex")
  return hash === step.oldHash && hasRights(present.mode, step, "oldMode")
}

const executable = "100755"
/** Where the disk knows of no such right, every file is as it should be. */
const hasRights = (mode: number, step: Step, side: "oldMode" | "newMode"): boolean =>
  !step.heedsRights || ((mode & 0o100) !== 0) === (step[side] === executable)

/** Why it was not done; undefined where it was. */
const act = (root: ConfinedRoot["Service"], { announced, mode }: Plan) => {
  const { after } = announced
  const { before, path } = announced.change
  const expected = before === null ? ("absent" as const) : { hash: before }
  const change = Effect.gen(function* () {
    if (after === null) {
      yield* root.deleteFile(path, expected)
      return yield* removeEmpty(root, path)
    }
    yield* root.writeFile(path, after, expected, mode)
  })
  return change.pipe(
    Effect.as(undefined),
    Effect.catch((failure) => Effect.succeed(failure))
  )
}

/** Not what stands there, nor the rights that somebody has given it, but the disk. */
const isOfDisk = (failure: Exclude<Effect.Success<ReturnType<typeof act>>, undefined>): boolean =>
  failure._tag === "PathUnwritable" && failure.code !== "EACCES" && failure.code !== "EPERM"

/** Of a file that is replaced all but the right to run it stays; a new one has the usual rights. */
const modeOf = (before: number | null, step: Step): number | undefined => {
  const isProgram = step.newMode === executable
  if (before === null) return isProgram ? 0o755 : undefined
  if (hasRights(before, step, "newMode")) return undefined
  return isProgram ? before | ((before & 0o444) >> 2) : before & ~0o111
}

/** Git knows no empty folders: those that were there for the file alone go with it. */
const removeEmpty = Effect.fnUntraced(function* (root: ConfinedRoot["Service"], path: string) {
  for (let folder = dirname(path); folder !== "."; folder = dirname(folder)) {
    if (!(yield* root.removeDirectory(folder))) return
  }
})
