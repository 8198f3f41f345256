/**
 * ripgrep as a source of candidates: it walks and matches fast, honours ignore files, and opens files by name, so what
 * it reports may have been swapped under it. Nothing of it is returned before it was read again through the confined
 * root.
 */
import { rgPath } from "@vscode/ripgrep"
import * as Effect from "effect/Effect"
import { run } from "../process/ChildProcess.ts"
import { ToolContext } from "./Tool.ts"
import { ToolError } from "./ToolError.ts"

/** Hits in files beyond this size are not looked for: they could not be confirmed. */
export const maxFileBytes = 8 * 1024 * 1024

/** Runs ripgrep below `place`, a real path of the workspace. `args` must not hold anything that a model wrote bare. */
export const ripgrep = Effect.fnUntraced(function* (
  tool: string,
  args: ReadonlyArray<string>,
  place: string,
  timeoutMs: number
) {
  const { root } = yield* ToolContext
  const target = place === "." ? "./" : `./${place}`
  return yield* run({
    command: rgPath,
    args: [...always, ...args, "--", target],
    cwd: root.root,
    maxStdoutBytes,
    timeoutMs
  }).pipe(Effect.mapError((error) => new ToolError({ tool, message: error.message, hint: error.hint })))
})

/**
 * Fails with ripgrep's own words if it does not accept `pattern`. Asked of an empty input, so that its words are about
 * the pattern only and name no file.
 */
export const checkPattern = Effect.fnUntraced(function* (tool: string, pattern: string, timeoutMs: number) {
  const { root } = yield* ToolContext
  const output = yield* run({
    command: rgPath,
    args: ["--no-config", "--smart-case", `--regexp=${pattern}`, "--", "-"],
    cwd: root.root,
    maxStdoutBytes: 1024,
    timeoutMs
  }).pipe(Effect.mapError((error) => new ToolError({ tool, message: error.message, hint: error.hint })))
  if (output.code !== 2) return
  return yield* new ToolError({
    tool,
    message: `the pattern is no regular expression that ripgrep accepts:\n${output.stderr.trim()}`,
    hint: "Escape characters that are meant literally with a backslash; look-around and back-references do not exist."
  })
})

// internal

const maxStdoutBytes = 16 * 1024 * 1024

// No configuration, no preprocessor, no archives, no links; ignore files count also outside of a git repository, and
// those of the user's home do not.
const always = [
  "--no-config",
  "--no-messages",
  "--no-follow",
  "--no-pre",
  "--no-search-zip",
  "--hidden",
  "--glob=!.git",
  "--no-require-git",
  "--no-ignore-global",
  "--sort=path"
]
