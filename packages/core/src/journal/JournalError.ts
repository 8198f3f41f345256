/**
 * Why the journal could not be read or written. One error for the boundary; each reason has its own next step.
 */
import * as Schema from "effect/Schema"
import { RunId } from "../domain/Ids.ts"

export const JournalErrorReason = Schema.Union([
  /** The file or its folder cannot be created, opened, read or written; `detail` is the system's word for it. */
  Schema.TaggedStruct("Unavailable", { detail: Schema.String }),
  Schema.TaggedStruct("DiskFull", {}),
  /** Another process held the write lock for the whole of this time. */
  Schema.TaggedStruct("Busy", { waitedMs: Schema.Number }),
  Schema.TaggedStruct("NotAJournal", { detail: Schema.String }),
  /** The file was written by a newer deputize. */
  Schema.TaggedStruct("NewerVersion", { version: Schema.Int, known: Schema.Int }),
  /** The record is not what was written. `run` and `seq` are null where the damage is not one run's or one event's. */
  Schema.TaggedStruct("Corrupt", {
    run: Schema.NullOr(RunId),
    seq: Schema.NullOr(Schema.Int),
    what: Schema.String
  }),
  Schema.TaggedStruct("UnknownRun", { run: RunId }),
  Schema.TaggedStruct("RunClosed", { run: RunId })
])
export type JournalErrorReason = typeof JournalErrorReason.Type

export class JournalError extends Schema.TaggedError<JournalError>()("JournalError", {
  /** The journal's file, or `memory`. */
  path: Schema.String,
  reason: JournalErrorReason
}) {
  override get message(): string {
    return `journal ${this.path}: ${happened(this.reason)}`
  }
  get hint(): string {
    return nextStep(this.path, this.reason)
  }
}

// internal

const happened = (reason: JournalErrorReason): string => {
  switch (reason._tag) {
    case "Unavailable":
      return reason.detail
    case "DiskFull":
      return "the disk is full"
    case "Busy":
      return `another process has been writing to it for ${reason.waitedMs} ms`
    case "NotAJournal":
      return `the file is not a journal of deputize (${reason.detail})`
    case "NewerVersion":
      return `the file has version ${reason.version}, this deputize knows versions up to ${reason.known}`
    case "Corrupt": {
      const place = [reason.run ?? "", reason.seq === null ? "" : `event ${reason.seq}`].filter((part) => part !== "")
      return [...place, reason.what].join(": ")
    }
    case "UnknownRun":
      return `there is no run ${reason.run}`
    case "RunClosed":
      return `run ${reason.run} has ended and takes no more events`
  }
}

const nextStep = (path: string, reason: JournalErrorReason): string => {
  switch (reason._tag) {
    case "Unavailable":
      return "Give the user that runs deputize the right to write to this file and its folder, or set DEPUTIZE_HOME to a folder that can be written."
    case "DiskFull":
      return "Free space on the disk that holds it, or set DEPUTIZE_HOME to a folder on another disk; what was recorded so far is kept."
    case "Busy":
      return "Wait until the other process has finished, or end it if it hangs, and try again."
    case "NotAJournal":
      return `Move ${path} away, or set DEPUTIZE_HOME to another folder; a new journal is created then.`
    case "NewerVersion":
      return "Update deputize, or set DEPUTIZE_HOME to another folder; the file was not touched."
    case "Corrupt":
      return `Do not trust this record. Keep a copy of ${path} and of ${path}-wal, and restore them from a backup; moved away, a new journal is created.`
    case "UnknownRun":
      return "Check the run's id, and that the command runs in the workspace where the run was started."
    case "RunClosed":
      return "Open the run again before adding to it, or start a new one."
  }
}
