/**
 * What a step's work depends on, and what it made: by these two the runner knows that there is nothing to do.
 */
import * as Schema from "effect/Schema"

/** Everything that a step's result depends on, each part by its sha256 in hex, so that a difference can be named. */
export const Fingerprint = Schema.Struct({
  /** Of all below. */
  hash: Schema.String,
  command: Schema.String,
  /** Declared environment: the pipeline's and the step's. */
  env: Schema.String,
  /** Versions of the tools that the pipeline checks, platform, architecture, Node. */
  tools: Schema.String,
  /** The steps that it needs, by the hash of their outputs. */
  needs: Schema.String,
  /** Path from the workspace to the content's hash; empty where a step states no inputs. */
  inputs: Schema.Record(Schema.String, Schema.String)
})
export type Fingerprint = typeof Fingerprint.Type

/** One file (or link) that a step made. */
export const OutputFile = Schema.Struct({
  /** From the workspace, with `/`. */
  path: Schema.String,
  size: Schema.Int,
  mode: Schema.Int,
  /** sha256 of the content, or of a link's target. */
  hash: Schema.String
})
export type OutputFile = typeof OutputFile.Type

/** Why a step is or is not up to date. Pure data; the words for users are made in one place (Reason.ts). */
export const Freshness = Schema.TaggedUnion({
  Fresh: {},
  /** Never finished, or its fingerprint was removed when it last started. */
  NeverFinished: {},
  CommandChanged: {},
  EnvChanged: {},
  ToolsChanged: {},
  NeedsChanged: {},
  /** Up to 20 paths each. */
  InputsChanged: {
    added: Schema.Array(Schema.String),
    changed: Schema.Array(Schema.String),
    removed: Schema.Array(Schema.String)
  },
  OutputsDamaged: { missing: Schema.Array(Schema.String), changed: Schema.Array(Schema.String) },
  /** Nothing is stated by which it could be known: cache "never", or "content" without inputs. */
  NotCached: {}
})
export type Freshness = typeof Freshness.Type
