/**
 * The environment in which Nx and its tasks run: the user's, without a daemon, a cloud or a screen of its own, and with
 * cache and database in the workspace. By itself Nx keeps them for all clones of a repository together.
 */
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { unwritable } from "./host/Writable.ts"

/** Where Nx writes; null for where it is configured to, or `.nx` in the workspace. */
export type NxFolders = { readonly cache: string; readonly data: string } | null

export const nxEnvironment = (
  workspace: string,
  env: Readonly<Record<string, string>>,
  folders: NxFolders
): Readonly<Record<string, string>> => ({
  // Nx looks at each, and the database goes where this says; the cache follows nx.json, and is in .nx by default.
  ...(env["NX_PROJECT_GRAPH_CACHE_DIRECTORY"] === undefined
    ? { NX_WORKSPACE_DATA_DIRECTORY: join(workspace, ".nx", "workspace-data") }
    : {}),
  ...env,
  ...(folders === null ? {} : { NX_CACHE_DIRECTORY: folders.cache, NX_WORKSPACE_DATA_DIRECTORY: folders.data }),
  NX_DAEMON: "false",
  NX_NO_CLOUD: "true",
  NX_TUI: "false",
  NX_INTERACTIVE: "false"
})

/** Folders for one run, where those of the workspace cannot be written. Null where these cannot be, either. */
export const temporaryFolders: Effect.Effect<NxFolders, never, Scope.Scope> = Effect.map(
  Effect.acquireRelease(
    Effect.sync(() => places.map(madeIn).find((folder) => folder !== undefined)),
    (folder) =>
      Effect.sync(() => {
        if (folder !== undefined) rmSync(folder, { recursive: true, force: true })
      })
  ),
  (folder) => (folder === undefined ? null : { cache: join(folder, "cache"), data: join(folder, "workspace-data") })
)

// internal

/** Memory is a place, too, when all disks are full. */
const places = [tmpdir(), "/dev/shm"]

const madeIn = (place: string): string | undefined => {
  try {
    const folder = mkdtempSync(join(place, "deputize-nx-"))
    if (unwritable([folder]) === undefined) return folder
    rmSync(folder, { recursive: true, force: true })
  } catch {
    // The next place, then.
  }
  return undefined
}
