/**
 * What a step does, in a line. Pure.
 */
import type { Step } from "../pipeline/Pipeline.ts"

export const commandText = (step: Step): string => {
  switch (step._tag) {
    case "Run":
      return step.command._tag === "Shell" ? step.command.line : step.command.argv.join(" ")
    case "Nx":
      return `nx run-many -t ${step.targets.join(" ")}${step.projects === null ? "" : ` -p ${step.projects.join(" ")}`}`
    case "Install":
      return `install ${step.install.name} into ${step.install.prefix}`
  }
}
