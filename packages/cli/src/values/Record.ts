/**
 * The folder of a workspace's records, made before anything starts: a run that cannot be recorded does not run.
 */

import { accessSync, constants, existsSync, mkdirSync } from "node:fs"
import { dirname } from "node:path"
import * as Effect from "effect/Effect"
import { usageError } from "../command/UsageError.ts"
import { environment } from "../config/Environment.ts"
import { recordFile } from "../config/RecordFile.ts"
import { reasonOf } from "./SystemReason.ts"

/** The file of the records, in a folder that can be written to. */
export const prepareRecord = Effect.fnUntraced(function* (workspace: string) {
  const file = recordFile(environment(), workspace)
  if (file === undefined)
    return yield* usageError("there is no home folder to keep the records of runs in", `Set HOME, or ${elsewhere}.`)
  const folder = dirname(file)
  return yield* Effect.try({
    try: () => {
      makeFolder(folder)
      accessSync(folder, constants.W_OK)
      return file
    },
    catch: (cause) =>
      usageError(
        `the records of runs cannot be kept in ${folder}: ${reasonOf(cause, noFolder)}`,
        `Make it a folder that you may write to, or ${elsewhere}.`
      )
  })
})

// internal

const elsewhere = "set DEPUTIZE_HOME to a folder for all that deputize keeps"

/** Not with `recursive`: in a file system that has no room for folders, as /proc, that never returns. */
const makeFolder = (folder: string): void => {
  if (existsSync(folder)) return
  if (dirname(folder) !== folder) makeFolder(dirname(folder))
  try {
    mkdirSync(folder, { mode: 0o700 })
  } catch (cause) {
    // Another run may have been quicker.
    if (!existsSync(folder)) throw cause
  }
}

const noFolder = { ENOENT: "no folder can be made there" }
