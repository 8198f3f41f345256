/**
 * What a command line asks of a build: the pipeline's file and the options.
 */
import { availableParallelism } from "node:os"
import { resolve } from "node:path"
import type { BuildOptions } from "@deputize/build-tools/runner/BuildOptions"
import * as Effect from "effect/Effect"
import type { Invocation } from "../command/Invocation.ts"
import { usageError } from "../command/UsageError.ts"
import { checkEnvironment } from "../config/Environment.ts"
import { type BuildPlace, prefixOf } from "./BuildPlace.ts"

export interface BuildRequest {
  /** Absolute; undefined for the workspace's own. */
  readonly file: string | undefined
  readonly options: BuildOptions
}

export const buildRequest = Effect.fn("buildRequest")(function* (invocation: Invocation, place: BuildPlace) {
  yield* refuseBoth(invocation, "resume", "fresh")
  yield* refuseBoth(invocation, "dry-run", "explain")
  const [first] = invocation.arguments
  const isFile = first !== undefined && /\.ya?ml$/i.test(first)
  const explained = invocation.value("explain")
  const named = isFile ? invocation.arguments.slice(1) : invocation.arguments
  const request: BuildRequest = {
    file: isFile ? resolve(place.base, first) : undefined,
    options: {
      // What one step depends on is told for that step and what it needs.
      steps: explained === undefined ? named : [explained],
      resume: invocation.has("resume"),
      fresh: invocation.has("fresh"),
      skipClean: invocation.has("skip-clean"),
      release: invocation.has("release"),
      native: invocation.has("native"),
      parallel: yield* parallelOf(invocation.value("parallel")),
      prefix: yield* prefixOf(invocation, place),
      wait: !invocation.has("no-wait"),
      env: checkEnvironment([]),
      folder: place.folder
    }
  }
  return request
})

// internal

const refuseBoth = (invocation: Invocation, one: string, other: string) =>
  invocation.has(one) && invocation.has(other)
    ? usageError(`--${one} and --${other} are both given`, "Leave one of them out.")
    : Effect.void

const parallelOf = (text: string | undefined) => {
  if (text === undefined || text === "auto") return Effect.succeed("auto" as const)
  const count = /^\d+$/.test(text) ? Number(text) : 0
  return count >= 1 && count <= mostJobs
    ? Effect.succeed(count)
    : usageError(`--parallel is "${text}", but it can only be auto or a number from 1 to ${mostJobs}`, usual())
}

const mostJobs = 1024

const usual = (): string => `This machine has ${availableParallelism()} cores.`
