/**
 * The one place where services are wired to the real world. Commands ask for a workspace's services here and provide
 * them once, at their edge.
 */
import { join, parse } from "node:path"
import { AgentLoader } from "@deputize/core/definition/AgentLoader"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { configFolder, environment } from "./config/Environment.ts"

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
export const runtimeLayer = (workspace: string, record: string) =>
  Layer.unwrap(
    Effect.promise(async () => {
      const [{ Runtime }, { SqliteJournal }, { OfflineModel }, { ConfinedRoot }] = await Promise.all([
        import("@deputize/core/runtime/Runtime"),
        import("@deputize/core/journal/SqliteJournal"),
        import("@deputize/core/model/OfflineModel"),
        import("@deputize/core/workspace/ConfinedRoot")
      ])
      return Runtime.layer.pipe(
        Layer.provide(SqliteJournal.layer({ file: record })),
        Layer.provide(OfflineModel.layer),
        Layer.provide(ConfinedRoot.layer(workspace))
      )
    })
  )
