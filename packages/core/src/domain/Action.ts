/**
 * Every effect that an agent can ask for, as the policy sees it. Paths are relative to the workspace, `/`-separated,
 * already resolved on the real file system; `.` is the workspace itself.
 */
import * as Schema from "effect/Schema"

export const Read = Schema.TaggedStruct("Read", { path: Schema.String })
export const Write = Schema.TaggedStruct("Write", { path: Schema.String })
export const Exec = Schema.TaggedStruct("Exec", { argv: Schema.Array(Schema.String) })
export const Net = Schema.TaggedStruct("Net", { url: Schema.String })
export const Mcp = Schema.TaggedStruct("Mcp", { server: Schema.String, tool: Schema.String })
export const Spawn = Schema.TaggedStruct("Spawn", { agent: Schema.String })

export const Action = Schema.Union([Read, Write, Exec, Net, Mcp, Spawn])
export type Action = typeof Action.Type
