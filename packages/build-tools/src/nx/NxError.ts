/**
 * Why tasks could not be run, or their plan not be made. A task that fails is no error: it ends with its status.
 */
import { nearestNames } from "@deputize/core/internal/domain/NearestNames"
import * as Schema from "effect/Schema"

const NotInstalled = Schema.TaggedStruct("NotInstalled", {})
const NoProject = Schema.TaggedStruct("NoProject", {
  names: Schema.Array(Schema.String),
  known: Schema.Array(Schema.String)
})
const NoTarget = Schema.TaggedStruct("NoTarget", {
  targets: Schema.Array(Schema.String),
  known: Schema.Array(Schema.String)
})
const Cycle = Schema.TaggedStruct("Cycle", { path: Schema.Array(Schema.String) })
/** Neither its own cache nor a temporary one can be written. */
const Unwritable = Schema.TaggedStruct("Unwritable", { folder: Schema.NullOr(Schema.String), problem: Schema.String })
/** Nx threw, or its process ended before its work did. */
const Broken = Schema.TaggedStruct("Broken", { problem: Schema.String })
const NotStarted = Schema.TaggedStruct("NotStarted", { problem: Schema.String, hint: Schema.String })

export class NxError extends Schema.TaggedError<NxError>()("NxError", {
  workspace: Schema.String,
  reason: Schema.Union([NotInstalled, NoProject, NoTarget, Cycle, Unwritable, Broken, NotStarted])
}) {
  override get message(): string {
    return messageOf(this)
  }
  get hint(): string {
    return hintOf(this)
  }
}

/** The words that an error and a warning share. */
export const unwritableText = ({ folder, problem }: { readonly folder: string | null; readonly problem: string }) =>
  `Nx cannot use its cache${folder === null ? "" : ` in ${folder}`}: ${problem}`

// internal

const messageOf = ({ workspace, reason }: NxError): string => {
  switch (reason._tag) {
    case "NotInstalled":
      return `Nx is not installed in ${workspace}`
    case "NoProject":
      return `No project of ${workspace} is called ${list(reason.names)}`
    case "NoTarget":
      return `No project that was asked for has a target ${list(reason.targets)}`
    case "Cycle":
      return `The tasks need each other in a circle: ${reason.path.join(" -> ")}`
    case "Unwritable":
      return unwritableText(reason)
    case "Broken":
      return `Nx failed in ${workspace}: ${reason.problem}`
    case "NotStarted":
      return `Nx was not started in ${workspace}: ${reason.problem}`
  }
}

const hintOf = ({ reason }: NxError): string => {
  switch (reason._tag) {
    case "NotInstalled":
      return "Install the workspace's packages (npm ci), or add nx to its devDependencies."
    case "NoProject":
      return `${didYouMean(reason.names, reason.known)}The projects are listed by: nx show projects`
    case "NoTarget":
      return `${didYouMean(reason.targets, reason.known)}Targets are listed by: nx show project NAME`
    case "Cycle":
      return "Take one of them out of the dependsOn of its target, or out of the dependencies of its package."
    case "Unwritable":
      return "Make room on the disk and for temporary files, or make the folder writable."
    case "Broken":
      return "Run nx by itself to see all that it says: nx run-many -t TARGET --verbose"
    case "NotStarted":
      return reason.hint
  }
}

const list = (names: ReadonlyArray<string>): string => names.map((name) => `"${name}"`).join(", ")

const didYouMean = (names: ReadonlyArray<string>, known: ReadonlyArray<string>): string => {
  const [close] = names.flatMap((name) => nearestNames(name, known))
  return close === undefined ? "" : `Did you mean "${close}"? `
}
