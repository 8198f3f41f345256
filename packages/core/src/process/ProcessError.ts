/**
 * Why a program was not run, or not to its end.
 */
import * as Schema from "effect/Schema"

const NotStarted = Schema.TaggedStruct("NotStarted", { code: Schema.String })
/** The folder that it was to run in. */
const NoFolder = Schema.TaggedStruct("NoFolder", { folder: Schema.String })
const TimedOut = Schema.TaggedStruct("TimedOut", { timeoutMs: Schema.Number })

export class ProcessError extends Schema.TaggedError<ProcessError>()("ProcessError", {
  command: Schema.String,
  reason: Schema.Union([NotStarted, NoFolder, TimedOut])
}) {
  override get message(): string {
    return messageOf(this.command, this.reason)
  }
  get hint(): string {
    return hintOf(this.reason)
  }
}

// internal

const messageOf = (command: string, reason: ProcessError["reason"]): string => {
  switch (reason._tag) {
    case "NotStarted":
      return `${command} could not be started: ${reason.code}`
    case "NoFolder":
      return `${command} could not be started: there is no folder ${reason.folder}`
    case "TimedOut":
      return `${command} was ended after ${reason.timeoutMs} ms`
  }
}

const hintOf = (reason: ProcessError["reason"]): string => {
  switch (reason._tag) {
    case "NotStarted":
      return hintFor(reason.code)
    case "NoFolder":
      return "Make the folder, or name another one to work in."
    case "TimedOut":
      return "Ask for less at once."
  }
}

const hintFor = (code: string): string => {
  switch (code) {
    case "ENOENT":
      return "No such program: install it, or correct its name or PATH."
    case "EACCES":
    case "ENOEXEC":
      return "The file is no program that you may run: look at its rights and its first line."
    case "E2BIG":
      return "Its arguments and its environment are too long: pass them in a file."
    default:
      return "Look at the rights of the program and at the limits of processes and open files."
  }
}
