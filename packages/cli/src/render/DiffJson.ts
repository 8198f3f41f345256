/**
 * The stable shape of `diff --json`.
 */
import type { FilePatch } from "@deputize/core/changes/FilePatch"
import { patchLines } from "@deputize/core/changes/PatchText"
import * as Schema from "effect/Schema"
import { linesOf } from "./DiffStat.ts"

const ChangedFile = Schema.Struct({
  path: Schema.String,
  from: Schema.NullOr(Schema.String).annotate({ description: "the name that it had, if it has another one now" }),
  change: Schema.Literals(["created", "changed", "removed", "renamed"]),
  agents: Schema.Array(Schema.String).annotate({ description: "who changed it, in that order" }),
  mixed: Schema.Boolean.annotate({ description: "somebody else changed it in between, and that is shown with it" }),
  binary: Schema.Boolean,
  added: Schema.NullOr(Schema.Int).annotate({ description: "lines; null for what is no text" }),
  removed: Schema.NullOr(Schema.Int),
  missing: Schema.NullOr(Schema.Literals(["before", "after", "outcome"])).annotate({
    description: "what is not kept any more, so that there is no patch"
  }),
  patch: Schema.NullOr(Schema.String).annotate({ description: "as git apply takes it; null with --stat" })
})

export const DiffJson = Schema.Struct({
  schema_version: Schema.Literal(1),
  run: Schema.NullOr(Schema.String).annotate({ description: "null where no run has changed anything" }),
  agent: Schema.NullOr(Schema.String),
  files: Schema.Array(ChangedFile),
  added: Schema.Int,
  removed: Schema.Int
})

export const diffJson = (
  run: string | null,
  agent: string | null,
  patches: ReadonlyArray<FilePatch>,
  withPatches: boolean
): typeof DiffJson.Type => ({
  schema_version: 1,
  run,
  agent,
  files: patches.map((patch) => {
    const { agents, content, from, isMixed, kind, path } = patch
    const isText = content._tag === "Text"
    return {
      path,
      from,
      change: kind,
      agents,
      mixed: isMixed,
      binary: content._tag === "Binary",
      added: isText ? content.added : null,
      removed: isText ? content.removed : null,
      missing: content._tag === "Missing" ? content.what : null,
      patch: withPatches && content._tag !== "Missing" ? wholeText(patch) : null
    }
  }),
  ...linesOf(patches)
})

// internal

const wholeText = (patch: FilePatch): string =>
  patchLines(patch, "whole")
    .map(({ text }) => `${text}\n`)
    .join("")
