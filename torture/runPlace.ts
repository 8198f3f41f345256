/**
 * A place for one tortured run: a workspace, a state folder and a log of effects, each beside the other; removed at the
 * end, with whatever was mounted in it, and with the processes that are still at work in it. Its name stands in the words and the environment of all that is started in it.
 */
import { spawnSync } from "node:child_process"
import { hash } from "node:crypto"
import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync
} from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join, relative } from "node:path"
import process from "node:process"
import { Blobs } from "@deputize/core/journal/Blobs"
import * as Effect from "effect/Effect"
import { endGroupsIn } from "./runGroups.ts"
import { givenFiles } from "./runScript.ts"

export interface RunPlace {
  readonly base: string
  readonly workspace: string
  readonly state: string
}

export const withRunPlace = async <A>(body: (place: RunPlace) => Promise<A>): Promise<A> => {
  const base = realpathSync(mkdtempSync(join(tmpdir(), "deputize-torture-")))
  const place = { base, workspace: join(base, "workspace"), state: join(base, "state") }
  const leave = () => {
    endGroupsIn(base)
    for (const folder of mountsBelow(base)) spawnSync("umount", ["--lazy", folder])
    // Those that are just being ended may write until then.
    rmSync(base, { recursive: true, force: true, maxRetries: 20, retryDelay: 20 })
  }
  // Also when the torture itself is stopped.
  process.once("exit", leave)
  try {
    for (const folder of [place.workspace, place.state]) mkdirSync(folder)
    for (const [path, text] of Object.entries(givenFiles)) {
      mkdirSync(dirname(join(place.workspace, path)), { recursive: true })
      writeFileSync(join(place.workspace, path), text)
    }
    return await body(place)
  } finally {
    leave()
    process.off("exit", leave)
  }
}

/** Every file below a folder: its path, its mode, and its content by hash. */
export const treeOf = (folder: string): ReadonlyMap<string, string> =>
  new Map(
    filesBelow(folder).map((file) => {
      const mode = (lstatSync(file).mode & 0o777).toString(8)
      return [relative(folder, file), `${mode} ${hash("sha256", readFileSync(file))}`]
    })
  )

/** The same once what killed writers of bytes have left has been removed, as it is with the runs that are. */
export const leftAfterPrune = async (place: RunPlace): Promise<ReadonlyArray<string>> => {
  const prune = Blobs.use((blobs) => blobs.prune(Date.now(), () => Effect.succeed(new Set<string>())))
  await Effect.runPromise(Effect.provide(prune, Blobs.layer(join(place.state, "blobs"))))
  return leftInState(place)
}

/** Files of a state folder, of those that come and go the kinds only. */
export const leftInState = ({ state }: RunPlace): ReadonlyArray<string> =>
  filesBelow(state)
    .map((file) => relative(state, file))
    .filter((file) => !/^blobs\/[0-9a-f]{2}\/[0-9a-f]{62}$/.test(file) && !/^journal\.db(-wal|-shm)?$/.test(file))

// internal

const filesBelow = (folder: string): ReadonlyArray<string> =>
  readdirSync(folder, { withFileTypes: true })
    .flatMap((entry) => {
      const path = join(folder, entry.name)
      return entry.isDirectory() ? filesBelow(path) : [path]
    })
    .toSorted()

const mountsBelow = (base: string): ReadonlyArray<string> =>
  readFileSync("/proc/mounts", "utf8")
    .split("\n")
    .map((line) => line.split(" ")[1] ?? "")
    .filter((folder) => folder.startsWith(`${base}/`))
    .reverse()
