/**
 * The services of commands, wired to the real world; those of a run are by core's `promise/Services`. Commands ask for a
 * workspace's services here and provide them once, at their edge.
 */
import { dirname, join, parse } from "node:path"
import { AgentLoader } from "@deputize/core/definition/AgentLoader"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { cacheFolder, environment, userFolder } from "./config/Environment.ts"
import { processesFolder } from "./config/ProcessesFolder.ts"
import type { Provider } from "./config/Provider.ts"

/** `agentFile` comes before every other definition. */
export const agentsLayer = (workspace: string, agentFile?: string) =>
  AgentLoader.layer({ ...agentPlaces(workspace, agentFile), ...definitionCache() })

/**
 * Everything that a run needs, with its record in the folder of `record`; agents that agents start are looked for where
 * `agentsLayer` looks. Loaded here and not above: listing agents needs none of it.
 */
export const runtimeLayer = (workspace: string, record: string, provider: Provider, agentFile?: string) =>
  Layer.unwrap(
    Effect.promise(async () => {
      const [services, model] = await Promise.all([import("@deputize/core/promise/Services"), modelLayer(provider)])
      return services.layer({
        ...agentPlaces(workspace, agentFile),
        ...definitionCache(),
        state: dirname(record),
        ...setupPlace(),
        model
      })
    })
  )

/** The records in `file`, to be read only. Without a file there are none. */
export const recordLayer = (file: string | undefined) =>
  Layer.unwrap(
    Effect.promise(async () => {
      if (file === undefined) return (await import("@deputize/core/journal/Journal")).Journal.layerMemory
      return (await import("@deputize/core/journal/SqliteReader")).SqliteReader.layer({ file })
    })
  )

/** The records in `file`, also to be written to. */
export const journalLayer = (file: string) =>
  Layer.unwrap(
    Effect.promise(async () => (await import("@deputize/core/journal/SqliteJournal")).SqliteJournal.layer({ file }))
  )

/** What tells of changed files: the records in `file` to be read only, the bytes that are kept beside it, the workspace. */
export const changesLayer = (workspace: string, file: string | undefined) =>
  Layer.merge(recordLayer(file), changedFilesLayer(workspace, file))

/** The same, with records that can be written to. */
export const undoLayer = (workspace: string, file: string) =>
  Layer.merge(journalLayer(file), changedFilesLayer(workspace, file))

/** Everything that a build needs. What runs programs is made with the first of them: most builds find nothing to do. */
export const buildLayer = (place: {
  readonly workspace: string
  readonly folder: string
  readonly processes: string
}) =>
  Layer.unwrap(
    Effect.promise(async () => {
      const { BuildRecord, Fingerprints, Processes } = await import("./buildServices.ts")
      const processes = Layer.effect(
        Processes,
        Effect.gen(function* () {
          const scope = yield* Effect.scope
          const options = { folder: place.processes, owner: `deputize build in ${place.workspace}` }
          const made = yield* Effect.cached(Layer.buildWithScope(Processes.layer(options), scope))
          return Processes.of({
            start: (command) => Effect.flatMap(made, (services) => Context.get(services, Processes).start(command))
          })
        })
      )
      return Layer.mergeAll(
        BuildRecord.layer(place.folder),
        Fingerprints.layer({ folder: place.folder, workspace: place.workspace }),
        processes
      )
    })
  )

/** What answers that there is nothing to do. */
export const fingerprintsLayer = (place: { readonly workspace: string; readonly folder: string }) =>
  Layer.unwrap(
    Effect.promise(async () => {
      const { Fingerprints } = await import("@deputize/build-tools/fingerprint/Fingerprints")
      return Fingerprints.layer(place)
    })
  )

/** The sessions on record in a build's `folder`, to be read only. */
export const sessionsLayer = (folder: string) =>
  Layer.unwrap(
    Effect.promise(async () => (await import("@deputize/build-tools/record/BuildRecord")).BuildRecord.layer(folder))
  )

// internal

const changedFilesLayer = (workspace: string, file: string | undefined) =>
  Layer.unwrap(
    Effect.promise(async () => {
      const [{ Blobs }, { ConfinedRoot }] = await Promise.all([
        import("@deputize/core/journal/Blobs"),
        import("@deputize/core/workspace/ConfinedRoot")
      ])
      const kept = file === undefined ? Blobs.layerMemory : Blobs.layer(join(dirname(file), "blobs"))
      return Layer.merge(kept, ConfinedRoot.layer(workspace))
    })
  )

/** With the processes of builds, where the doctor looks for what killed runtimes left. */
const setupPlace = () => {
  const processes = processesFolder(environment())
  return processes === undefined ? {} : { processes }
}

const agentPlaces = (workspace: string, agentFile: string | undefined) => {
  const surroundings = environment()
  const ownHome = userFolder(surroundings)
  return {
    workspace,
    // Without a home there are no agents of the user.
    home: surroundings.home ?? join(parse(workspace).root, "nonexistent"),
    ...(ownHome === undefined ? {} : { ownHome }),
    ...(agentFile === undefined ? {} : { agentFile })
  }
}

/**
 * Chunks of the bundle carry a hash of all that they lead to, the parsers of definitions among it: what another version
 * has parsed is not taken for ours. Code that was not built has no such name, and parses each time.
 */
const definitionCache = () => {
  const version = /-([A-Z0-9]{8})\.js$/.exec(import.meta.url)?.[1]
  const folder = cacheFolder(environment())
  return version === undefined || folder === undefined
    ? {}
    : { cache: { folder: join(folder, "definitions"), version } }
}

/** Each provider's code is loaded only when it is the one. */
const modelLayer = async (provider: Provider) => {
  if (provider._tag === "Offline") return (await import("@deputize/core/model/OfflineModel")).OfflineModel.layer
  return (await import("@deputize/core/model/openai/OpenAiModel")).OpenAiModel.layer(provider.settings)
}
