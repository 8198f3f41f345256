/**
 * Why a build did not start, or could not go on. A step that fails is no error of the build but its result.
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"

const Reason = Schema.TaggedUnion({
  /** `since` in milliseconds since 1970; null where the holder has not said who it is. */
  Locked: { pid: Schema.NullOr(Schema.Int), since: Schema.NullOr(Schema.Number) },
  InputsDiffer: { session: Schema.String, what: Schema.Array(Schema.String) },
  PrecheckFailed: {
    findings: Schema.Array(Schema.Struct({ name: Schema.String, text: Schema.String, next: Schema.String }))
  },
  UnknownStep: { step: Schema.String, nearest: Schema.Array(Schema.String) },
  UnknownSession: { session: Schema.String },
  NothingBuilt: {},
  NothingToInstall: { prefix: Schema.String },
  /** With what the record itself says of its problem. */
  NoRecord: { folder: Schema.String, problem: Schema.String, hint: Schema.String }
})

export class BuildError extends Schema.TaggedError<BuildError>()("BuildError", { reason: Reason }) {
  override get message(): string {
    return Reason.match(this.reason, {
      Locked: ({ pid }) => `another build runs in this workspace${pid === null ? "" : `: process ${pid}`}`,
      InputsDiffer: ({ session, what }) => `session ${session} cannot go on: ${what.join("; ")}`,
      PrecheckFailed: ({ findings }) => findings.map(({ name, text }) => `${name}: ${text}`).join("\n"),
      UnknownStep: ({ step }) => `there is no step ${step}`,
      NothingBuilt: () => "nothing was built in this workspace yet",
      NothingToInstall: ({ prefix }) => `there is no install step, so nothing would be put into ${prefix}`,
      UnknownSession: ({ session }) => `there is no build session ${session}`,
      NoRecord: ({ folder, problem }) => `the record of builds in ${folder} cannot be used: ${problem}`
    })
  }

  get hint(): string {
    return Reason.match(this.reason, {
      Locked: () => "Leave out --no-wait to wait for it, or stop that process.",
      InputsDiffer: () => "Undo the difference and resume again, or start a new session with --fresh.",
      PrecheckFailed: ({ findings }) => findings.map(({ next }) => next).join("\n  "),
      UnknownStep: ({ nearest }) =>
        nearest.length > 0 ? `Did you mean ${nearest.join(" or ")}?` : "See the steps with deputize build --dry-run.",
      NothingBuilt: () => "Start with deputize build.",
      NothingToInstall: () => "Add an install to the pipeline, or leave out --prefix.",
      UnknownSession: () => "See them with deputize build list.",
      NoRecord: ({ hint }) => hint
    })
  }
}

interface RecordProblem {
  readonly message: string
  readonly hint: string
}

/** The record's own errors, as a build's. */
export const noRecord = <A, R>(
  folder: string,
  effect: Effect.Effect<A, RecordProblem, R>
): Effect.Effect<A, BuildError, R> => Effect.mapError(effect, recordUnusable(folder))

export const recordUnusable =
  (folder: string) =>
  ({ hint, message }: RecordProblem): BuildError =>
    new BuildError({ reason: { _tag: "NoRecord", folder, problem: message, hint } })
