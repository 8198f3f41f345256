/**
 * All services of the runs in one workspace, wired to the real world: the record and the replaced bytes on disk, the door
 * to the workspace's files, the agents that are found there, the provider. What it opens is closed with the layer.
 *
 *   Effect.provide(program, Deputize.layer({ workspace: ".", state: "/var/lib/reviews" }))
 */
import { opendirSync, realpathSync } from "node:fs"
import { join, parse, resolve } from "node:path"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { TokenCounter } from "../budget/TokenCounter.ts"
import { AgentLoader } from "../definition/AgentLoader.ts"
import type { CacheOptions } from "../definition/DefinitionCache.ts"
import { Blobs } from "../journal/Blobs.ts"
import { Journal, type JournalError } from "../journal/Journal.ts"
import { SqliteJournal } from "../journal/SqliteJournal.ts"
import type { Model } from "../model/Model.ts"
import * as Programs from "../process/Programs.ts"
import * as WorktreeGround from "../runtime/ground/WorktreeGround.ts"
import { Runtime } from "../runtime/Runtime.ts"
import * as OwnTools from "../tool/OwnTools.ts"
import type { AnyTool } from "../tool/Tool.ts"
import { ConfinedRoot } from "../workspace/ConfinedRoot.ts"
import { type ModelOption, modelLayer } from "./Provider.ts"

/** The folder that agents were to work in is none that can be opened. */
export class WorkspaceNotFound extends Schema.TaggedError<WorkspaceNotFound>()("WorkspaceNotFound", {
  directory: Schema.String
}) {
  override get message(): string {
    return `the workspace ${this.directory} is not a folder that can be opened`
  }
  get hint(): string {
    return "Name a folder that exists and may be read."
  }
}

export interface DeputizeOptions {
  /** The folder that agents work in; no file outside it is read or written by them. */
  readonly workspace: string
  /**
   * The folder of the record (`journal.db`) and of the bytes that changed files had before (`blobs`); made when it is not
   * there, and not inside the workspace. Without one, both are kept in memory and end with the process.
   */
  readonly state?: string
  /** The folder in which it stands on record which programs were started; `processes` in `state` when absent. */
  readonly processes?: string
  /** `offline` when absent. */
  readonly model?: ModelOption
  /** Tools of one's own; agents have them whose definition names them. */
  readonly tools?: ReadonlyArray<AnyTool>
  /** The user's home folder, whose agents come after those of the workspace; none are looked for when absent. */
  readonly home?: string
  /** The user's folder of configuration; `.config` in `home` when absent. */
  readonly configHome?: string
  /** The user's folder of deputize's own, whose `agents` are read; `deputize` in `configHome` when absent. */
  readonly ownHome?: string
  /** A file with agent definitions that comes before all other places. */
  readonly agentFile?: string
  /**
   * Where definitions that were parsed are kept from one process to the next: a folder that only the user can write, and
   * a version that changes whenever this package does. Nowhere when absent.
   */
  readonly cache?: CacheOptions
}

export type DeputizeServices = Runtime | AgentLoader | Journal | Blobs | ConfinedRoot | Model | TokenCounter

export const layer = (options: DeputizeOptions): Layer.Layer<DeputizeServices, JournalError | WorkspaceNotFound> =>
  Layer.unwrap(
    Effect.map(realFolder(options.workspace), (workspace) =>
      Runtime.layer.pipe(
        Layer.provideMerge(
          Layer.mergeAll(
            recordLayer(options.state),
            TokenCounter.layer,
            ConfinedRoot.layer(workspace),
            agentsLayer(workspace, options),
            modelLayer(options.model ?? "offline"),
            OwnTools.layer(options.tools ?? []),
            worktreesLayer(options),
            programsLayer(workspace, options)
          )
        )
      )
    )
  )

/** The real path of a folder, `.` being the current one. */
export const realFolder = (directory: string): Effect.Effect<string, WorkspaceNotFound> =>
  Effect.try({
    try: () => {
      const real = realpathSync.native(directory)
      opendirSync(real).closeSync()
      return real
    },
    catch: () => new WorkspaceNotFound({ directory })
  })

// internal

const recordLayer = (state: string | undefined) =>
  state === undefined
    ? Layer.merge(Journal.layerMemory, Blobs.layerMemory)
    : Layer.merge(
        SqliteJournal.layer({ file: join(resolve(state), "journal.db") }),
        Blobs.layer(join(resolve(state), "blobs"))
      )

const worktreesLayer = ({ processes, state }: DeputizeOptions) =>
  state === undefined
    ? WorktreeGround.layer()
    : WorktreeGround.layer({
        folder: join(resolve(state), "worktrees"),
        processes: resolve(processes ?? join(state, "processes"))
      })

const programsLayer = (workspace: string, { processes, state }: DeputizeOptions) =>
  state === undefined
    ? Layer.empty
    : Programs.layer({ folder: resolve(processes ?? join(state, "processes")), owner: `deputize run in ${workspace}` })

const agentsLayer = (workspace: string, { agentFile, cache, configHome, home, ownHome }: DeputizeOptions) =>
  AgentLoader.layer({
    workspace,
    home: home ?? join(parse(workspace).root, "nonexistent"),
    ...(configHome === undefined ? {} : { configHome }),
    ...(ownHome === undefined ? {} : { ownHome }),
    ...(agentFile === undefined ? {} : { agentFile: resolve(agentFile) }),
    ...(cache === undefined ? {} : { cache: { ...cache, folder: resolve(cache.folder) } })
  })
