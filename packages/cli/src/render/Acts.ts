/**
 * What is said as data of a run that something was done to. Pure.
 */
import * as Schema from "effect/Schema"

/** The stable shape of `stop --json`. */
export const StoppedJson = Schema.Struct({
  schema_version: Schema.Literal(1),
  ended: Schema.Array(Schema.String).annotate({
    description: "runs that have ended, those that had done so before among them; one that does not listen is left out"
  })
})

/** The stable shape of `rm --json`. */
export const RemovedJson = Schema.Struct({
  schema_version: Schema.Literal(1),
  removed: Schema.Array(Schema.String).annotate({ description: "runs that are in the record no more" })
})

/** The stable shape of `--detach --json`. */
export const DetachedJson = Schema.Struct({
  schema_version: Schema.Literal(1),
  run: Schema.String,
  pid: Schema.Int.annotate({ description: "of the process that goes on with the run" })
})
