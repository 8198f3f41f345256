/**
 * Runs that change files of a workspace on disk, as the tools of agents do, with the record in memory.
 */
import * as fs from "node:fs"
import * as path from "node:path"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Undo from "../../src/changes/Undo.ts"
import { AgentPath, makeRunId, type RunId, rootPath } from "../../src/domain/Ids.ts"
import { Blobs } from "../../src/journal/Blobs.ts"
import { Journal } from "../../src/journal/Journal.ts"
import * as CallRecord from "../../src/tool/CallRecord.ts"
import { toolEvents } from "../../src/tool/ToolEvent.ts"
import { ConfinedRoot } from "../../src/workspace/ConfinedRoot.ts"
import { type Fixture, fixture } from "../workspace/fixture.ts"

export const run = makeRunId(1_700_000_000_000, 0.5)
export const laterRun = makeRunId(1_700_000_100_000, 0.5)

export const agentPath = (name: string) => AgentPath.make(`${rootPath}/${name}`)

type Content = string | Uint8Array | null

/** Runs `body` in a workspace that `prepare` has filled; the run is open. */
export const within = <A, E>(
  prepare: (files: Fixture) => void,
  body: (files: Fixture) => Effect.Effect<A, E, Journal | Blobs | ConfinedRoot>,
  blobs = (files: Fixture) => Blobs.layer(blobsOf(files))
) =>
  Effect.gen(function* () {
    const files = yield* fixture
    prepare(files)
    const opened = Effect.andThen(
      Effect.flatMap(Journal, (journal) => journal.open(run)),
      Effect.suspend(() => body(files))
    )
    return yield* Effect.provide(
      opened,
      Layer.mergeAll(ConfinedRoot.layer(files.root), Journal.layerMemory, blobs(files))
    )
  }).pipe(Effect.scoped)

/** The folder with the bytes that changed files had. */
export const blobsOf = ({ base }: Fixture): string => path.join(base, "blobs")

let calls = 0

/** A call of an agent that writes these files, or removes them (null), in this order. */
export const change = Effect.fnUntraced(function* (
  agent: string,
  contents: Readonly<Record<string, Content>>,
  of: RunId = run
) {
  const root = yield* ConfinedRoot
  calls += 1
  const caller = { run: of, path: agentPath(agent), parent: rootPath }
  const record = yield* CallRecord.make(caller, `call-${calls}`, new Map())
  for (const [file, content] of Object.entries(contents)) {
    const isThere = (yield* root.target(file)).exists
    const before = isThere ? (yield* root.readFile(file, { maxBytes: 1e9 })).bytes : null
    if (content !== null) yield* record.files.write(file, before, bytes(content))
    else if (before !== null) yield* record.files.remove(file, before)
  }
  yield* record.end({ ok: true, text: "" })
})

/** The record of a call that was cut: the change is announced, and made by whoever calls this, or not. */
export const announce = (agent: string, change: { path: string; before: string | null; after: string | null }) =>
  toolEvents.append(run, agentPath(agent), rootPath, { _tag: "Changing", callId: "cut", change })

export const bytes = (content: string | Uint8Array): Uint8Array =>
  typeof content === "string" ? new TextEncoder().encode(content) : content

/** Everything below the workspace: folders by a slash at their end, files with rights and content, links by their target. */
export const picture = ({ root }: Pick<Fixture, "root">): Readonly<Record<string, string>> =>
  Object.fromEntries(
    fs
      .readdirSync(root, { recursive: true, withFileTypes: true })
      .map((entry) => {
        const place = path.join(entry.parentPath, entry.name)
        const name = path.relative(root, place)
        if (entry.isDirectory()) return [`${name}/`, ""]
        if (entry.isSymbolicLink()) return [name, `-> ${fs.readlinkSync(place)}`]
        return [name, `${(fs.statSync(place).mode & 0o777).toString(8)} ${fs.readFileSync(place, "latin1")}`]
      })
      .sort()
  )

interface Options {
  readonly agent?: string
  readonly redo?: boolean
  readonly of?: RunId
}

const requestOf = ({ agent, of = run, redo = false }: Options): Undo.UndoRequest => ({
  run: of,
  agent: agent === undefined ? null : agentPath(agent),
  redo
})

export const preview = (options: Options = {}) => Undo.preview(requestOf(options))

/** Shows it, then does it. */
export const undo = Effect.fnUntraced(function* (options: Options = {}) {
  const { plan } = yield* preview(options)
  return yield* Undo.undo(requestOf(options), plan)
})
