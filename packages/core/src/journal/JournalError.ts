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
  /** Nothing is in the file that could be read, and events that belong to it are in its write-ahead file, `wal`. */
  Schema.TaggedStruct("DatabaseLost", { wal: Schema.String }),
  Schema.TaggedStruct("UnknownRun", { run: RunId }),
  Schema.TaggedStruct("RunClosed", { run: RunId }),
  /** Its events are gone; the chain of heads says so. `at` in milliseconds since 1970. */
  Schema.TaggedStruct("Removed", { run: RunId, at: Schema.Number, events: Schema.Int }),
  /** Another owner writes to the run, `since` in milliseconds since 1970. */
  Schema.TaggedStruct("Held", { run: RunId, pid: Schema.Int, since: Schema.Number }),
  /** This owner was taken for dead, and another one has taken the run over; null when that one has ended as well. */
  Schema.TaggedStruct("LeaseLost", { run: RunId, pid: Schema.NullOr(Schema.Int) })
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
    case "DatabaseLost":
      return `the file is missing or has nothing in it, and events that belong to it are left in ${reason.wal}`
    case "UnknownRun":
      return `there is no run ${reason.run}`
    case "RunClosed":
      return `run ${reason.run} has ended and takes no more events`
    case "Removed":
      return `run ${reason.run} was removed at ${moment(reason.at)}, with its ${reason.events} events`
    case "Held":
      return `run ${reason.run} is held by process ${reason.pid} since ${moment(reason.since)}`
    case "LeaseLost":
      return reason.pid === null
        ? `run ${reason.run} was taken over by another process, and has been given back since`
        : `run ${reason.run} was taken over by process ${reason.pid}`
  }
}

/** `2026-03-01T10:00:00.000Z`; times of damaged rows may be none. */
const moment = (time: number): string => (Math.abs(time) <= 8.64e15 ? new Date(time).toISOString() : `time ${time}`)

const nextStep = (path: string, reason: JournalErrorReason): string => {
  switch (reason._tag) {
    case "Unavailable":
      return "Give the user that runs deputize the right to write to this file and its folder, or set DEPUTIZE_HOME to a folder that can be written."
    case "DiskFull":
      return "Free space on the disk that holds it: what was recorded so far is kept, and a run that is resumed goes on from there. Or set DEPUTIZE_HOME to a folder on another disk."
    case "Busy":
      return "Wait until the other process has finished, or end it if it hangs, and try again."
    case "NotAJournal":
      return `Move ${path} away, or set DEPUTIZE_HOME to another folder; a new journal is created then.`
    case "NewerVersion":
      return "Update deputize, or set DEPUTIZE_HOME to another folder; the file was not touched."
    case "Corrupt":
      return `Do not trust this record. Keep a copy of ${path} and of ${path}-wal, and restore them from a backup; moved away, a new journal is created.`
    case "DatabaseLost":
      return `Restore both files together from a copy, or move ${reason.wal} away to begin a new journal. Neither file was touched.`
    case "UnknownRun":
      return "Check the run's id, and that the command runs in the workspace where the run was started."
    case "RunClosed":
      return "Open the run again before adding to it, or start a new one."
    case "Removed":
      return "Its head stays in the chain of heads, so that the other runs can still be verified; what it changed can no longer be undone."
    case "Held":
      return `Watch it with deputize attach ${reason.run}, or end it with deputize stop ${reason.run}. One in another container that was killed is free a minute later.`
    case "LeaseLost":
      return `Nothing that came after was recorded here; what the run does now shows deputize attach ${reason.run}.`
  }
}
