/**
 * One attempt at a step, by its kind: a program, tasks of Nx, an install.
 */
import type { Processes } from "@deputize/core/process/Processes"
import type * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type { Step } from "../pipeline/Pipeline.ts"
import type { Attempt, AttemptEnd } from "./Attempt.ts"
import type { BuildError } from "./BuildError.ts"
import { installWork } from "./InstallWork.ts"
import { nxWork } from "./NxWork.ts"
import { runWork } from "./RunWork.ts"

export const work = (step: Step, attempt: Attempt): Effect.Effect<AttemptEnd, BuildError, Processes | Scope.Scope> => {
  switch (step._tag) {
    case "Run":
      return runWork(step, attempt)
    case "Nx":
      return nxWork(step, attempt)
    case "Install":
      return installWork(step, attempt)
  }
}
