/**
 * The agents of a workspace by their names, for completion.
 */
import { AgentLoader } from "@deputize/core/definition/AgentLoader"
import * as Effect from "effect/Effect"
import { agentsLayer } from "../layers.ts"

/** Each once, in the order of search; without those that cannot be read. */
export const names = (workspace: string) =>
  Effect.flatMap(AgentLoader, (loader) => loader.list).pipe(
    Effect.map((listed) => [...new Set(listed.flatMap(({ error, name }) => (error === null ? [name] : [])))]),
    Effect.provide(agentsLayer(workspace))
  )
