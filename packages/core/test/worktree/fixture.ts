/**
 * A real repository, and agents of a run that write into the grounds that they get, without any model.
 */
import { execFileSync } from "node:child_process"
import * as fs from "node:fs"
import * as path from "node:path"
import type { AgentResult } from "@deputize/core/agent/AgentResult"
import { AgentDefinition } from "@deputize/core/definition/AgentDefinition"
import { type AgentPath, childPath, makeRunId, rootPath } from "@deputize/core/domain/Ids"
import { Usage } from "@deputize/core/domain/Usage"
import { Blobs } from "@deputize/core/journal/Blobs"
import { Journal } from "@deputize/core/journal/Journal"
import { SqliteJournal } from "@deputize/core/journal/SqliteJournal"
import { type Ground, Grounds, type RunGround } from "@deputize/core/runtime/ground/Ground"
import * as WorktreeGround from "@deputize/core/runtime/ground/WorktreeGround"
import { type Place, shares } from "@deputize/core/runtime/plan/Shares"
import type { AgentRequest, RunRequest } from "@deputize/core/runtime/RunRequest"
import { ConfinedRoot } from "@deputize/core/workspace/ConfinedRoot"
import type { WorktreeEvent } from "@deputize/core/worktree/WorktreeEvent"
import { WorktreeJournal } from "@deputize/core/worktree/WorktreeEvent"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import { repository } from "../tool/gitFixture.ts"
import { type Fixture, fixture } from "../workspace/fixture.ts"

export const run = makeRunId(1_700_000_000_000, 0.25)

export interface Rig extends Fixture {
  /** Runs git in the user's working tree, and gives what it prints. */
  readonly git: (...args: ReadonlyArray<string>) => string
  readonly commit: (message: string) => void
  readonly read: (file: string) => string
  /** Where trees stand. */
  readonly trees: string
}

/** A repository that `prepare` has filled and committed. */
export const rig = (prepare: (rig: Rig) => void, ...options: ReadonlyArray<string>) =>
  Effect.map(fixture, (files): Rig => {
    const made = repository(files, ...options)
    const all: Rig = {
      ...files,
      ...made,
      read: (file) => fs.readFileSync(path.join(files.root, file), "utf8"),
      trees: path.join(files.base, "state", "worktrees")
    }
    prepare(all)
    return all
  })

export const writer = (name: string, more: Partial<ConstructorParameters<typeof AgentDefinition>[0]> = {}) =>
  new AgentDefinition({
    name,
    instructions: "Write.",
    tools: ["read_file", "write_file"],
    permissions: { write: ["**"] },
    ...more
  })

export const asked = (definition: AgentDefinition, goal = "Do your part"): AgentRequest => ({
  definition,
  goal,
  scope: []
})

export const requestOf = (root: string, names: ReadonlyArray<string>, more: Partial<RunRequest> = {}): RunRequest => ({
  workspace: root,
  agents: names.map((name) => asked(writer(name))),
  isolation: "worktree",
  ...more
})

/** The services that grounds need, with trees below `trees`, and a record that lasts if there is a folder for it. */
export const services = ({ root, trees }: Pick<Rig, "root" | "trees">, record?: string) =>
  Layer.mergeAll(
    record === undefined
      ? Layer.merge(Journal.layerMemory, Blobs.layerMemory)
      : Layer.merge(
          SqliteJournal.layer({ file: path.join(record, "journal.db") }),
          Blobs.layer(path.join(record, "blobs"))
        ),
    ConfinedRoot.layer(root),
    WorktreeGround.layer({ folder: trees, processes: path.join(trees, "..", "processes") })
  )

/** The ground of a run that has begun, as long as the scope. */
export const begin = Effect.fnUntraced(function* (request: RunRequest) {
  const grounds = yield* Grounds
  yield* grounds.require(run, request)
  yield* (yield* Journal).open(run)
  return yield* grounds.ofRun(run, request)
})

export const resultAt = (path: AgentPath, more: Partial<AgentResult> = {}): AgentResult => ({
  path,
  agent: path.slice(path.lastIndexOf("/") + 1),
  goal: "Do your part",
  scope: [],
  model: "none",
  status: "completed",
  verified: false,
  answer: "done",
  artifacts: [],
  turns: 1,
  toolCalls: 0,
  durationMs: 0,
  waitedMs: 0,
  usage: Usage.zero,
  tokens: null,
  tokensCharged: 0,
  unknownTokens: 0,
  overdraft: 0,
  nanoUsd: null,
  checks: [],
  error: null,
  ...more
})

/** An agent that does its work in the ground that it gets, and ends. */
export const work = <E, R>(
  ground: RunGround["of"],
  place: Place,
  act: (ground: Ground) => Effect.Effect<unknown, E, R>,
  more: Partial<AgentResult> = {}
) =>
  Effect.gen(function* () {
    const own = yield* ground(place)
    yield* act(own)
    return yield* own.settle(resultAt(place.path, more))
  }).pipe(Effect.scoped)

/** Writes files, whatever is there; null removes one. */
export const write = (files: Readonly<Record<string, string | Uint8Array | null>>) => (ground: Ground) =>
  Effect.forEach(
    Object.entries(files),
    ([file, content]) =>
      content === null
        ? ground.root.deleteFile(file, "any")
        : ground.root.writeFile(file, typeof content === "string" ? Buffer.from(content) : content, "any"),
    { discard: true }
  )

export const placesOf = (request: RunRequest): ReadonlyArray<Place> => shares(request).places

export const firstOf = (request: RunRequest): Place => {
  const [first] = placesOf(request)
  if (first === undefined) throw new Error("no place")
  return first
}

/** Nothing of a folder that is not there. */
export const namesIn = (folder: string): ReadonlyArray<string> =>
  fs.existsSync(folder) ? fs.readdirSync(folder).sort() : []

/** A place below another, as an agent that this one has started. */
export const childOf = (parent: Place, definition: AgentDefinition): Place => ({
  request: asked(definition),
  path: childPath(parent.path, definition.name),
  parent: parent.path,
  order: 1,
  copy: 1,
  limit: {},
  guarantee: {}
})

/** No agent does anything. */
export const idle: Readonly<Record<string, (ground: Ground) => Effect.Effect<unknown>>> = {}

/** Every agent of the request does what its name says, one after the other; then the run ends. */
export const wholeRun = <E, R>(
  request: RunRequest,
  acts: Readonly<Record<string, (ground: Ground) => Effect.Effect<unknown, E, R>>>,
  more: Readonly<Record<string, Partial<AgentResult>>> = {}
) =>
  Effect.gen(function* () {
    const ground = yield* begin(request)
    const results = yield* Effect.forEach(
      placesOf(request),
      (place) => {
        const name = place.path.slice(rootPath.length + 1)
        return work(ground.of, place, acts[name] ?? (() => Effect.void), more[name] ?? {})
      },
      { concurrency: "unbounded" }
    )
    const merges = yield* ground.finish(results, { isCut: false })
    return { merges, results }
  }).pipe(Effect.scoped)

export const recorded = Effect.gen(function* () {
  const events = yield* (yield* Journal).read(run)
  return events.flatMap(
    (event): ReadonlyArray<{ readonly path: string; readonly fact: WorktreeEvent }> =>
      Option.toArray(Option.map(WorktreeJournal.decode(event), (fact) => ({ path: event.path, fact })))
  )
})

/** Of everything that must stay as it is: HEAD, refs of the user, index, stash. */
export const userState = (rig: Rig): ReadonlyArray<string> => [
  rig.git("rev-parse", "HEAD"),
  rig.git("symbolic-ref", "-q", "HEAD"),
  rig.git("for-each-ref", "refs/heads/main", "refs/stash", "refs/tags", "--format=%(refname) %(objectname)"),
  fs.readFileSync(path.join(rig.root, ".git", "index")).toString("hex"),
  fs.readFileSync(path.join(rig.root, ".git", "config"), "utf8")
]

/** What git finds wrong; objects that nothing names are no fault. */
export const faults = (root: string): string =>
  execFileSync("git", ["fsck", "--full", "--strict", "--no-dangling"], {
    cwd: root,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"]
  })
