/**
 * apply_patch: several changes to several files in one call. Everything is read and worked out before anything is
 * written, so that a patch that does not fit changes nothing.
 */
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as Patch from "../Patch.ts"
import { type Tool, ToolContext } from "../Tool.ts"
import { ToolError } from "../ToolError.ts"
import { bytesOf, lineCount, requireSeen, textOf, type WriteTarget, writeAction, writeTarget } from "../WriteTarget.ts"

const Parameters = Schema.Struct({
  patch: Schema.String.annotate({
    description:
      "*** Begin Patch; for each file *** Add File: PATH and + lines, *** Delete File: PATH, or *** Update File: PATH and hunks: @@, then lines that begin with space, - or +; *** End Patch"
  })
})

export const applyPatch: Tool<typeof Parameters.Type> = {
  name: "apply_patch",
  description: "Changes several files, or nothing if it does not fit.",
  parameters: Parameters,
  timeLimitMs: 30_000,
  outputCap: 16 * 1024,
  replay: "fenced",
  changesOnlyFiles: true,
  narrower: "send smaller patches",
  actions: Effect.fnUntraced(function* ({ patch }) {
    const files = yield* parsed(patch)
    const paths = files.flatMap((file) =>
      file._tag === "Update" && file.moveTo !== undefined ? [file.path, file.moveTo] : [file.path]
    )
    return (yield* Effect.forEach(paths, (path) => writeAction(path))).flat()
  }),
  run: Effect.fnUntraced(function* ({ patch }) {
    const { files } = yield* ToolContext
    const steps: ReadonlyArray<Step> = (yield* Effect.forEach(yield* parsed(patch), planned)).flat()
    const twice = steps.find(
      (step, index) => steps.findIndex((other) => other.target.path === step.target.path) < index
    )
    if (twice !== undefined) return yield* refused(`${twice.target.path} is changed twice`, "Put its hunks together.")
    for (const { after, mode, target } of steps) {
      if (after !== null) yield* files.write(target.path, target.before, bytesOf(after), mode)
      else if (target.before !== null) yield* files.remove(target.path, target.before)
    }
    return steps.map(told).join("\n")
  })
}

// internal

/** One file as it is and as it is to be; `after` null removes it. */
interface Step {
  readonly target: WriteTarget
  readonly after: string | null
  /** Rights that a file takes with it to a place where there is none. */
  readonly mode?: number
}

const parsed = (patch: string) =>
  Result.match(Patch.parse(patch), {
    onSuccess: (files) => Effect.succeed(files),
    onFailure: (problem) => Effect.fail(refused(problem, "Send the whole patch again in the format described."))
  })

const planned = Effect.fnUntraced(function* (file: Patch.FilePatch) {
  const target = yield* writeTarget("apply_patch", file.path)
  switch (file._tag) {
    case "Add":
      yield* requireSeen("apply_patch", target)
      return [{ target, after: file.text }] satisfies ReadonlyArray<Step>
    case "Delete":
      yield* textOf("apply_patch", target)
      yield* requireSeen("apply_patch", target)
      return [{ target, after: null }] satisfies ReadonlyArray<Step>
    case "Update": {
      const text = yield* textOf("apply_patch", target)
      const after = Patch.apply(text, file.hunks)
      if (Result.isFailure(after)) {
        return yield* refused(
          `${target.path}: ${after.failure}`,
          "Read the file again and take its lines as they stand."
        )
      }
      if (file.moveTo === undefined) return [{ target, after: after.success }] satisfies ReadonlyArray<Step>
      const place = yield* writeTarget("apply_patch", file.moveTo)
      yield* requireSeen("apply_patch", place)
      const rights = place.before === null && target.mode !== null ? { mode: target.mode } : {}
      return [
        { target: place, after: after.success, ...rights },
        { target, after: null }
      ] satisfies ReadonlyArray<Step>
    }
  }
})

const told = ({ after, target }: Step): string => {
  if (after === null) return `removed ${target.path}`
  return `${target.before === null ? "made" : "changed"} ${target.path}, ${lineCount(after)}`
}

const refused = (message: string, hint: string) => new ToolError({ tool: "apply_patch", message, hint })
