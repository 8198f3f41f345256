/**
 * The folder that records are kept in, the record of this workspace, and the room on its disk.
 */

import { accessSync, constants, existsSync, statfsSync, statSync } from "node:fs"
import { dirname } from "node:path"
import { Journal } from "@deputize/core/journal/Journal"
import * as Effect from "effect/Effect"
import type { Environment } from "../config/Environment.ts"
import { recordFile } from "../config/RecordFile.ts"
import { recordLayer } from "../layers.ts"
import type { Finding } from "../render/Doctor.ts"
import { plural } from "../render/Figures.ts"
import { reasonOf } from "../values/SystemReason.ts"
import { ok, problem, warning } from "./Finding.ts"

/** Whether a run could write its record; nothing is written to find out. */
export const folderFinding = (surroundings: Environment, workspace: string): Effect.Effect<Finding> =>
  Effect.sync(() => {
    const file = recordFile(surroundings, workspace)
    if (file === undefined) {
      return problem(name, "there is no home folder to keep the records of runs in", `Set HOME, or ${elsewhere}.`)
    }
    const folder = dirname(file)
    const nearest = nearestAbove(folder)
    try {
      if (!statSync(nearest).isDirectory()) return unwritable(folder, `${nearest} is a file`)
      accessSync(nearest, constants.W_OK | constants.X_OK)
      if (existsSync(file)) accessSync(file, constants.W_OK)
      return ok(name, nearest === folder ? `records are kept in ${folder}` : `records will be kept in ${folder}`)
    } catch (cause) {
      return unwritable(folder, reasonOf(cause))
    }
  })

export const recordFinding = (surroundings: Environment, workspace: string): Effect.Effect<Finding> =>
  Effect.flatMap(Journal, (journal) => journal.list).pipe(
    Effect.map((runs) => ok("record", `${plural(runs.length, "run")} on record`)),
    Effect.provide(recordLayer(recordFile(surroundings, workspace))),
    Effect.catch((error) => Effect.succeed(problem("record", error.message, error.hint)))
  )

/** Nothing where there is no folder, or a system that does not tell. */
export const diskFinding = (surroundings: Environment, workspace: string): Effect.Effect<ReadonlyArray<Finding>> =>
  Effect.sync(() => {
    const file = recordFile(surroundings, workspace)
    if (file === undefined) return []
    try {
      const { bavail, bsize } = statfsSync(nearestAbove(dirname(file)))
      return [roomFinding(bavail * bsize)]
    } catch {
      return []
    }
  })

/** By the bytes that are free. Pure. */
export const roomFinding = (free: number): Finding => {
  const text = `${sizeText(free)} free on the disk of the records`
  if (free < leastBytes) return problem("disk", text, `Free space there, or ${elsewhere} on another disk.`)
  return free < fewBytes ? warning("disk", text, "Free space there before long runs.") : ok("disk", text)
}

// internal

const name = "state folder"

const elsewhere = "set DEPUTIZE_HOME to a folder for all that deputize keeps"

const leastBytes = 64 * 1024 ** 2
const fewBytes = 1024 ** 3

const sizeText = (bytes: number): string =>
  bytes < fewBytes ? `${Math.floor(bytes / 1024 ** 2)} MiB` : `${(bytes / fewBytes).toFixed(1)} GiB`

const unwritable = (folder: string, why: string): Finding =>
  problem(
    name,
    `the records of runs cannot be kept in ${folder}: ${why}`,
    `Make it a folder that you may write to, or ${elsewhere}.`
  )

const nearestAbove = (folder: string): string =>
  existsSync(folder) || dirname(folder) === folder ? folder : nearestAbove(dirname(folder))
