/**
 * glob: files by name. ripgrep walks, the pattern is matched here, and every name is resolved through the confined root
 * before it is returned.
 */
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { visibleLine } from "../../domain/VisibleText.ts"
import { PathDenied } from "../../workspace/PathError.ts"
import { filePattern } from "../FilePattern.ts"
import { confirmSearch, isGitInternal, searchAction } from "../ReadTarget.ts"
import { ripgrep } from "../Ripgrep.ts"
import { type Tool, ToolContext } from "../Tool.ts"
import { ToolError } from "../ToolError.ts"

const timeLimitMs = 20_000

const Parameters = Schema.Struct({
  pattern: Schema.String.annotate({ description: "as `**/*.test.ts`" }),
  path: Schema.optionalKey(Schema.String)
})

export const glob: Tool<typeof Parameters.Type> = {
  name: "glob",
  description: "Finds files by name below a folder; ignored ones are left out.",
  parameters: Parameters,
  timeLimitMs,
  outputCap: 64 * 1024,
  replay: "safe",
  narrower: "use a narrower pattern or path",
  actions: ({ path }) => searchAction(path ?? "."),
  run: Effect.fnUntraced(function* ({ path = ".", pattern }) {
    const { root } = yield* ToolContext
    const folder = yield* root.resolve(path)
    yield* confirmSearch(path, folder.path)
    if (folder.kind !== "directory") return yield* new PathDenied({ path, rule: "not-a-directory" })
    const wanted = filePattern(pattern, folder.path)
    if (Result.isFailure(wanted)) return yield* badPattern(wanted.failure)
    const output = yield* ripgrep("glob", ["--files", "--null"], folder.path, timeLimitMs)
    const names = namesOf(output.stdout).filter(wanted.success.matches).sort()
    const found = yield* confirmed(names)
    if (found.length === 0) return output.truncated ? "(… more)" : "no files match"
    const isCapped = output.truncated || found.length > maxFiles
    return [...found.slice(0, maxFiles).map(visibleLine), ...(isCapped ? ["(… more)"] : [])].join("\n")
  })
}

// internal
const maxFiles = 500

/** A name that was cut at the end of the output, or is no UTF-8, names nothing that can be confirmed. */
const namesOf = (output: Uint8Array): ReadonlyArray<string> =>
  new TextDecoder()
    .decode(output)
    .split("\0")
    .slice(0, -1)
    .map((name) => name.replace(/^\.\//, ""))

/** Those that are files of this very name and may be read; one more than are shown, if there are. */
const confirmed = Effect.fnUntraced(function* (names: ReadonlyArray<string>) {
  const { mayRead, root } = yield* ToolContext
  const found: Array<string> = []
  for (const name of names) {
    if (found.length > maxFiles) break
    if (isGitInternal(name) || !mayRead(name)) continue
    const real = yield* Effect.orElseSucceed(root.resolve(name), () => undefined)
    if (real?.kind === "file" && real.path === name) found.push(name)
  }
  return found
})

const badPattern = (message: string) =>
  new ToolError({ tool: "glob", message, hint: "Give a pattern relative to the folder, such as **/*.ts." })
