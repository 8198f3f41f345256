/**
 * Whether a step's last result still holds: by its own inputs where it is cached, otherwise by its command and by what
 * the steps before it made.
 */
import { accessSync } from "node:fs"
import { join, relative } from "node:path"
import * as Effect from "effect/Effect"
import { type Checked, Fingerprints } from "../fingerprint/Fingerprints.ts"
import type { StepContext } from "../fingerprint/StepFingerprint.ts"
import type { InstallStep, Step } from "../pipeline/Pipeline.ts"

export const checkStep = Effect.fnUntraced(function* (step: Step, context: StepContext, workspace: string) {
  const fingerprints = yield* Fingerprints
  const checked: Checked = yield* fingerprints.check(judgedBy(step, workspace), context)
  if (step._tag !== "Install" || checked.freshness._tag !== "Fresh") return checked
  const missing = missingCommands(step)
  if (missing.length === 0) return checked
  return { ...checked, freshness: { _tag: "OutputsDamaged", missing, changed: [] } } satisfies Checked
})

/** Takes part of the fingerprints also where it has no inputs of its own. */
export const judgedBy = (step: Step, workspace: string): Step => {
  if (step.cache === "nx" || (step.cache === "content" && step.inputs !== null)) return step
  return { ...step, cache: "content", inputs: step.inputs ?? sourcesOf(step, workspace) }
}

// internal

/** What an install copies is its input, wherever it came from. */
const sourcesOf = (step: Step, workspace: string): ReadonlyArray<string> => {
  if (step._tag !== "Install") return []
  const { from } = step.install
  const below = (path: string) => relative(workspace, path).replaceAll("\\", "/") || "."
  switch (from._tag) {
    case "Files":
      return from.files.map((file) => file.from)
    case "Npm":
      return from.packages.map((folder) => join(below(folder), "package.json"))
    case "Cargo":
      return [join(below(from.path), "Cargo.toml")]
  }
}

/** Names in the prefix's bin folder that lead to nothing. */
const missingCommands = ({ install: { bin, prefix } }: InstallStep): ReadonlyArray<string> =>
  Object.keys(bin)
    .map((name) => join(prefix, "bin", process.platform === "win32" ? `${name}.cmd` : name))
    .filter((path) => !exists(path))

const exists = (path: string): boolean => {
  try {
    accessSync(path)
    return true
  } catch {
    return false
  }
}
