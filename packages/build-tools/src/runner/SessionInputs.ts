/**
 * What a session is bound to, and what of it differs now from when it began.
 */
import { sha256 } from "@deputize/core/internal/domain/Sha256"
import { run } from "@deputize/core/process/ChildProcess"
import * as Effect from "effect/Effect"
import type { Pipeline } from "../pipeline/Pipeline.ts"
import type { SessionInputs } from "../record/BuildEvent.ts"
import { type BuildOptions, flagsOf } from "./BuildOptions.ts"

export const sessionInputs = Effect.fnUntraced(function* (pipeline: Pipeline, options: BuildOptions) {
  return {
    pipeline: pipeline.name,
    pipelineHash: pipelineHash(pipeline),
    commit: yield* commitOf(pipeline.workspace, options.env["PATH"] ?? ""),
    flags: flagsOf(options)
  } satisfies SessionInputs
})

/** In words; empty where nothing differs. */
export const differences = (then: SessionInputs, now: SessionInputs): ReadonlyArray<string> => [
  ...(then.pipeline === now.pipeline && then.pipelineHash === now.pipelineHash ? [] : ["the pipeline was changed"]),
  ...(then.commit === now.commit ? [] : [`it began at commit ${shown(then.commit)}, now it is ${shown(now.commit)}`]),
  ...(then.flags.join(" ") === now.flags.join(" ")
    ? []
    : [`it began with ${flagText(then.flags)}, this is ${flagText(now.flags)}`])
]

// internal

/** Where a line stands in the file is no part of what is built. */
const pipelineHash = (pipeline: Pipeline): string => {
  const steps = pipeline.steps.map((step) => ({ ...step, line: 0 }))
  return sha256(JSON.stringify({ ...pipeline, steps }))
}

/** Null without git, and where nothing was committed yet. */
const commitOf = (workspace: string, path: string): Effect.Effect<string | null> =>
  run({
    command: "git",
    args: ["rev-parse", "--verify", "HEAD"],
    cwd: workspace,
    env: { LC_ALL: "C.UTF-8", PATH: path, HOME: workspace },
    maxStdoutBytes: 256,
    timeoutMs: 10_000
  }).pipe(
    Effect.map(({ code, stdout }) => (code === 0 ? new TextDecoder().decode(stdout).trim() : null)),
    Effect.catch(() => Effect.succeed(null))
  )

const shown = (commit: string | null): string => commit?.slice(0, 12) ?? "none"

const flagText = (flags: ReadonlyArray<string>): string =>
  flags.length === 0 ? "deputize build" : `deputize build ${flags.join(" ")}`
