/**
 * The path argument of the writing tools: resolved for the policy before the call, and decided on again when the call
 * acts, because what a path leads to may have been swapped. From then on no link is followed any more.
 */
import * as Effect from "effect/Effect"
import { sha256 } from "../domain/Sha256.ts"
import { PathDenied } from "../workspace/PathError.ts"
import { ToolContext } from "./Tool.ts"
import { ToolError } from "./ToolError.ts"

/** Writing where `path` leads to, be it there or not. */
export const writeAction = Effect.fnUntraced(function* (path: string) {
  const { root } = yield* ToolContext
  return [{ _tag: "Write" as const, path: (yield* root.target(path)).path }]
})

export interface WriteTarget {
  /** The real path; it may be written. */
  readonly path: string
  /** The bytes that are there now; null where there is no file. */
  readonly before: Uint8Array | null
  /** Rights of that file. */
  readonly mode: number | null
}

/** What `path` leads to at this moment. A file that cannot be read whole is no target: no tool shows what would go. */
export const writeTarget = Effect.fnUntraced(function* (tool: string, path: string) {
  const { mayWrite, root } = yield* ToolContext
  const place = yield* root.target(path)
  if (!mayWrite(place.path)) return yield* new PathDenied({ path, rule: "moving" })
  if (place.kind === "directory") return yield* new PathDenied({ path, rule: "not-a-file" })
  if (!place.exists) return { path: place.path, before: null, mode: null } satisfies WriteTarget
  const file = yield* root.readFile(place.path, { maxBytes: mostBytes })
  if (file.path !== place.path) return yield* new PathDenied({ path, rule: "moving" })
  if (file.truncated) {
    const message = `${place.path} is larger than ${mostBytes / 1024 / 1024} MiB, the most that a tool changes`
    return yield* new ToolError({ tool, message, hint: "Leave it as it is, and say what should become of it." })
  }
  return { path: place.path, before: file.bytes, mode: file.mode } satisfies WriteTarget
})

/** Refuses to go on from bytes that the agent has not seen: what it does not know, it would destroy. */
export const requireSeen = Effect.fnUntraced(function* (tool: string, { before, path }: WriteTarget) {
  const { files } = yield* ToolContext
  if (before === null) return
  const seen = files.seen(path)
  if (seen === sha256(before)) return
  return yield* seen === undefined
    ? new ToolError({
        tool,
        message: `${path} is there already`,
        hint: "Read it with read_file before you replace it."
      })
    : new ToolError({ tool, message: `${path} has changed since you read it`, hint: "Read it again, then write." })
})

/** The text of a file; what is no UTF-8 text is not edited. */
export const textOf = (tool: string, { before, path }: WriteTarget): Effect.Effect<string, ToolError> => {
  if (before === null) {
    return Effect.fail(new ToolError({ tool, message: `there is no file ${path}`, hint: "Make it with write_file." }))
  }
  try {
    return Effect.succeed(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(before))
  } catch {
    return Effect.fail(new ToolError({ tool, message: `${path} is no UTF-8 text`, hint: "Only text can be edited." }))
  }
}

export const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text)

/** `1 line`, `12 lines` */
export const lineCount = (text: string): string => {
  const lines = text === "" ? 0 : text.split("\n").length - (text.endsWith("\n") ? 1 : 0)
  return `${lines} line${lines === 1 ? "" : "s"}`
}

/** Larger files are not made by hand, nor by a model. */
export const mostBytes = 8 * 1024 * 1024
