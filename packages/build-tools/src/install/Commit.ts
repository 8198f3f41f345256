/**
 * The end of an install or a rollback: a whole version becomes the one in use.
 *
 * 1. Up to the swap everything can be taken back, and is, if anything fails.
 * 2. After it nothing is: what is left to do (names that nobody has any more, agent definitions) is done again by the next
 *    install if it fails, or if the process is killed.
 */
import { renameSync } from "node:fs"
import { join } from "node:path"
import * as Effect from "effect/Effect"
import { type AgentChanges, commitAgents, prepareAgents, sweepAgents } from "./AgentFiles.ts"
import { addCommands, dropCommands } from "./Commands.ts"
import { syncFolder } from "./Durable.ts"
import { attempt } from "./InstallError.ts"
import type { Place } from "./Place.ts"
import { swap } from "./Swap.ts"
import { currentOf, discard, manifestOf, sweep, type VersionManifest } from "./Versions.ts"

/** From here on nobody interrupts: a version gets its name, its commands, the swap. */
export const commit = (place: Place, manifest: VersionManifest, staging: string | null, log: (line: string) => void) =>
  Effect.uninterruptible(
    Effect.gen(function* () {
      const folder = join(place.versions, manifest.version)
      const agents = yield* attempt(folder, async () => {
        try {
          if (staging !== null) await giveName(place, staging, folder)
          const changes = await prepareAgents(place, manifest.version)
          await addCommands(place, Object.keys(manifest.bin))
          await swap(place, manifest.version)
          return changes
        } catch (error) {
          await withdraw(place, staging === null ? null : manifest.version)
          throw error
        }
      })
      yield* afterSwap(place, log, () => tidy(place, manifest, agents))
      for (const name of agents.edited) log(`${join(place.agents, name)} was edited and stays as it is`)
      return agents
    })
  )

/** What fails here fails too late to undo the install. */
export const afterSwap = (place: Place, log: (line: string) => void, act: () => void | Promise<void>) =>
  attempt(place.prefix, act).pipe(
    Effect.catch((error) => Effect.sync(() => log(`${error.message}; the next install tries again`)))
  )

/**
 * What a dead installer began after its swap is done first: the hashes of the agent definitions that it should have
 * replaced may stand in a version that goes now.
 */
export const recover = async (place: Place): Promise<void> => {
  const current = currentOf(place)
  const manifest = current === undefined ? undefined : manifestOf(place, current)
  if (manifest !== undefined) await tidy(place, manifest, await prepareAgents(place, manifest.version))
  sweepAgents(place)
  sweep(place, Number.POSITIVE_INFINITY)
}

// internal

const giveName = async (place: Place, staging: string, folder: string): Promise<void> => {
  renameSync(staging, folder)
  await syncFolder(place.versions)
}

/** The swap did not come about: no trace of what was prepared for it. If it did and only its sync failed, it stays. */
const withdraw = async (place: Place, version: string | null): Promise<void> => {
  const current = currentOf(place)
  sweepAgents(place)
  if (version !== null && current !== version) discard(place, version)
  const bin = current === undefined ? {} : manifestOf(place, current)?.bin
  if (bin !== undefined) await dropCommands(place, Object.keys(bin)).catch(() => {})
}

const tidy = async (place: Place, manifest: VersionManifest, agents: AgentChanges): Promise<void> => {
  await dropCommands(place, Object.keys(manifest.bin))
  await commitAgents(place, agents)
}
