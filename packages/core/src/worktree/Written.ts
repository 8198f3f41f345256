/**
 * The files of a tree that are known to be written by others than the agent whose tree it is: those are kept with it, be
 * they ignored by git or not. Their writers end before the tree is committed, and maybe in another process than the one
 * that commits it.
 *
 * 1. What is noted is known here at once, and to whoever takes the run up once it is on the disk.
 * 2. A note that was cut by a kill or a full disk spoils none before or after it.
 */
import { appendFile, readFile } from "node:fs/promises"
import { join } from "node:path"
import * as Effect from "effect/Effect"
import { codeOf } from "../domain/SystemCode.ts"
import type { Repository } from "./Repository.ts"
import { onDisk, type Tree } from "./Tree.ts"
import type { WorktreeError } from "./WorktreeError.ts"

export interface Written {
  /** Paths relative to the repository's top. Fails where they are known to this process alone. */
  readonly note: (paths: ReadonlyArray<string>) => Effect.Effect<void, WorktreeError>
  readonly all: Effect.Effect<ReadonlyArray<string>, WorktreeError>
}

/** One for a tree as long as it is worked in. */
export const writtenIn = ({ workspace }: Repository, { folder }: Tree): Written => {
  const file = join(folder, "written")
  const known = new Set<string>()
  return {
    note: (paths) => {
      for (const path of paths) known.add(path)
      const text = paths.map((path) => `\0${path}\0`).join("")
      return text === "" ? Effect.void : onDisk(workspace, file, () => appendFile(file, text))
    },
    all: Effect.map(
      onDisk(workspace, file, () => readFile(file, "utf8").catch(none)),
      (text) => [...new Set([...text.split("\0"), ...known])].filter((path) => path !== "")
    )
  }
}

// internal

const none = (error: unknown): string => {
  if (codeOf(error) === "ENOENT") return ""
  throw error
}
