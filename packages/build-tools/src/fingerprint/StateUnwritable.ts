/**
 * The state folder of a build cannot be written: its disk is full, it is read-only, or it belongs to somebody else. The
 * build itself may go on without what was to be kept.
 */
import { codeOrText } from "@deputize/core/internal/domain/SystemCode"
import * as Schema from "effect/Schema"

export class StateUnwritable extends Schema.TaggedError<StateUnwritable>()("StateUnwritable", {
  /** The file or folder that was to be written. */
  path: Schema.String,
  /** The system's code such as ENOSPC; the error's own text where it has none. */
  code: Schema.String
}) {
  override get message(): string {
    return `the state of the build cannot be written: ${this.path}: ${problem(this.code)}`
  }
  get hint(): string {
    return isFull(this.code)
      ? "Free space on the disk that holds it, or set DEPUTIZE_HOME to a folder on another disk."
      : "Give the user that runs deputize the right to write there, or set DEPUTIZE_HOME to a folder that can be written."
  }
}

/** For what a file operation threw. */
export const stateUnwritable = (path: string, thrown: unknown): StateUnwritable =>
  new StateUnwritable({ path, code: codeOrText(thrown) })

// internal

const isFull = (code: string): boolean => code === "ENOSPC" || code === "EDQUOT"

const problem = (code: string): string => {
  if (isFull(code)) return "the disk is full"
  if (code === "EROFS") return "the file system is read-only"
  if (code === "EACCES" || code === "EPERM") return "it is not allowed"
  if (code === "ENOTDIR" || code === "EEXIST") return "a file is in the place of a folder"
  return code
}
