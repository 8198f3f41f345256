/**
 * What one party allows: the rights of a definition, or the ceiling that a caller sets. A policy is a list of these.
 * Rules only allow; a list with an exception (`!src/secret`) allows nothing.
 */
import * as Schema from "effect/Schema"

export class Grant extends Schema.Class<Grant>("@deputize/core/policy/Grant")({
  /** Who grants, as denials name it: the agent's name, `--sandbox read-only`. */
  label: Schema.String,
  /** Globs relative to the workspace. A folder stands for everything below it. */
  read: Schema.Array(Schema.String),
  write: Schema.Array(Schema.String),
  /** URL patterns: `https://docs.rs/*`, `https://*.example.org`, `https://*`. */
  net: Schema.Array(Schema.String),
  /** Commands: a program, or a program and its first arguments. `*` is any command. */
  exec: Schema.Array(Schema.String),
  /** `server__tool`, or a server's name for all its tools. The first `__` ends the server's name. */
  mcp: Schema.Array(Schema.String),
  /** Names of agents that may be spawned; `*` is any. */
  spawn: Schema.Array(Schema.String)
}) {}
