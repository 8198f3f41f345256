/**
 * Copies of the agent definitions that a version brings, kept with it: a rollback brings its own back, and what a user has
 * edited is known by their hashes.
 */

import { constants, copyFileSync, existsSync, mkdirSync, statSync } from "node:fs"
import { chmod } from "node:fs/promises"
import { dirname, join, resolve } from "node:path"
import { contentHash } from "../fingerprint/FileHash.ts"
import type { Install } from "../pipeline/Pipeline.ts"
import { syncFile } from "./Durable.ts"
import { installError } from "./InstallError.ts"
import { agentsOf } from "./Place.ts"
import { leavesBelow } from "./Walk.ts"

/** Names, with `/`, to the SHA-256 of each. Files and folders with a dot are an editor's, and left out. */
export const addStagedAgents = async (
  { agents }: Install,
  folder: string,
  workspace: string
): Promise<Readonly<Record<string, string>>> => {
  if (agents === null) return {}
  const source = resolve(workspace, agents)
  const found = existsSync(source) ? leavesBelow(source, ({ entry }) => !entry.name.startsWith(".")) : []
  const names = found.flatMap(({ entry, name, path }) =>
    !entry.name.startsWith(".") && statSync(path).isFile() ? [name] : []
  )
  if (names.length === 0) throw installError({ _tag: "NoMatch", from: agents })
  const hashes: Array<readonly [string, string]> = []
  for (const name of names) {
    const path = join(agentsOf(folder), name)
    mkdirSync(dirname(path), { recursive: true })
    copyFileSync(join(source, name), path, constants.COPYFILE_EXCL)
    await chmod(path, 0o644)
    await syncFile(path)
    hashes.push([name, await contentHash(path)])
  }
  return Object.fromEntries(hashes)
}
