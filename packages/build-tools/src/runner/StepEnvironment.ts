/**
 * The environment of a step's programs: the user's own, with the programs of the workspace first on PATH, quiet pagers,
 * the counts of jobs, and what the pipeline and the step declare, each over those before. Pure.
 */
import { stepPath } from "../checks/FindProgram.ts"
import type { Pipeline, Step } from "../pipeline/Pipeline.ts"

export interface Surroundings {
  /** The user's whole environment. */
  readonly user: Readonly<Record<string, string>>
  /** Counts of jobs and compile caches, as found. */
  readonly found: Readonly<Record<string, string>>
  readonly release: boolean
  /** For this machine's processor and no other. */
  readonly native: boolean
}

export const stepEnvironment = (
  pipeline: Pipeline,
  step: Pick<Step, "env">,
  { found, native, release, user }: Surroundings
): Readonly<Record<string, string>> => ({
  ...user,
  PAGER: "cat",
  GIT_PAGER: "cat",
  ...found,
  PATH: stepPath(pipeline.workspace, user),
  DEPUTIZE_PROFILE: release ? "release" : "dev",
  ...(native ? nativeFlags(user) : {}),
  ...pipeline.env,
  ...step.env
})

/** What of it belongs to every fingerprint; a step's own environment does as well. */
export const declaredEnvironment = (
  pipeline: Pipeline,
  { native, release }: Pick<Surroundings, "native" | "release">
): Readonly<Record<string, string>> => ({
  ...pipeline.env,
  DEPUTIZE_PROFILE: release ? "release" : "dev",
  ...(native ? { DEPUTIZE_NATIVE: "1" } : {})
})

// internal

/** Added to what the user set, never in its place. */
const nativeFlags = (user: Readonly<Record<string, string>>): Readonly<Record<string, string>> => {
  const added = (name: string, flag: string) =>
    [user[name], flag].filter((each) => each !== undefined && each !== "").join(" ")
  return {
    DEPUTIZE_NATIVE: "1",
    RUSTFLAGS: added("RUSTFLAGS", "-C target-cpu=native"),
    CFLAGS: added("CFLAGS", "-march=native"),
    CXXFLAGS: added("CXXFLAGS", "-march=native")
  }
}
