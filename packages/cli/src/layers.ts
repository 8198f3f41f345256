/**
 * The one place where services are wired to the real world. Commands ask for a workspace's services here and provide
 * them once, at their edge.
 */
import { dirname, join, parse } from "node:path"
import { AgentLoader } from "@deputize/core/definition/AgentLoader"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { configFolder, environment } from "./config/Environment.ts"
import type { Provider } from "./config/Provider.ts"

/** `agentFile` comes before every other definition. */
export const agentsLayer = (workspace: string, agentFile?: string) => {
  const surroundings = environment()
  const configHome = configFolder(surroundings)
  // Without a home there are no agents of the user.
  const home = surroundings.home ?? join(parse(workspace).root, "nonexistent")
  return AgentLoader.layer({
    workspace,
    home,
    ...(configHome === undefined ? {} : { configHome }),
    ...(agentFile === undefined ? {} : { agentFile })
  })
}

/** Everything that a run needs, with its record in `record`. Loaded here and not above: listing agents needs none of it. */
export const runtimeLayer = (workspace: string, record: string, provider: Provider) =>
  Layer.unwrap(
    Effect.promise(async () => {
      const [services, model] = await Promise.all([import("./runServices.ts"), modelLayer(provider)])
      const { Blobs, ConfinedRoot, Runtime, SqliteJournal, TokenCounter } = services
      return Runtime.layer.pipe(
        Layer.provide(SqliteJournal.layer({ file: record })),
        Layer.provide(Blobs.layer(join(dirname(record), "blobs"))),
        Layer.provide(TokenCounter.layer),
        Layer.provide(ConfinedRoot.layer(workspace)),
        Layer.provide(model)
      )
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

/** Each provider's code is loaded only when it is the one. */
const modelLayer = async (provider: Provider) => {
  if (provider._tag === "Offline") return (await import("@deputize/core/model/OfflineModel")).OfflineModel.layer
  return (await import("@deputize/core/model/openai/OpenAiModel")).OpenAiModel.layer(provider.settings)
}
