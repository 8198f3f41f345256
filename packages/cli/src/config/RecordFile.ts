/**
 * The database with the records of a workspace's runs: outside the repository, one for each real path.
 */

import { basename, join } from "node:path"
import { sha256 } from "@deputize/core/domain/Sha256"
import { type Environment, stateFolder } from "./Environment.ts"

/** Undefined where there is no folder for it. */
export const recordFile = (surroundings: Environment, workspace: string): string | undefined => {
  const state = stateFolder(surroundings)
  if (state === undefined) return undefined
  const key = sha256(workspace).slice(0, 16)
  const name = basename(workspace).replace(/[^\p{L}\p{N}._-]/gu, "_") || "root"
  // Names of files end at 255 bytes, and a character may take four.
  return join(state, `${[...name].slice(0, 40).join("")}-${key}`, "journal.db")
}
