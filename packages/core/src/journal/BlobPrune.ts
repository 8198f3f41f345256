/**
 * Takes kept bytes away that nothing names any more.
 *
 * Who puts bytes names them in the record afterwards, and a prune in another process may come in between. So it takes
 * only what was last put before a time, which a put of the same bytes moves on:
 *
 * 1. What may go is listed before the record is asked for names, so that what is put and named later is not among it.
 * 2. A file is put aside under another name before it is removed, and put back when its time has moved on by then. A put
 *    that finds the file gone when it sets its time writes it anew. So the one or the other sees what has happened.
 * 3. What a killed prune has put aside is found by readers, and put back by the next prune.
 */
import { link, readdir, rename, rm, stat } from "node:fs/promises"
import { join } from "node:path"
import * as Effect from "effect/Effect"
import { codeOf } from "../domain/SystemCode.ts"
import { aside, failure, isHash, place } from "./BlobFolder.ts"

export const prune = Effect.fnUntraced(function* <E, R>(
  folder: string,
  before: number,
  unnamed: (hashes: ReadonlySet<string>) => Effect.Effect<ReadonlySet<string>, E, R>
) {
  const attempt = <A>(body: () => Promise<A>) =>
    Effect.tryPromise({ try: body, catch: (cause) => failure(folder, cause) })
  const old = yield* attempt(() => putBefore(folder, before))
  let [count, bytes] = [0, 0]
  for (const hash of yield* unnamed(old)) {
    if (!old.has(hash)) continue
    const size = yield* attempt(() => remove(place(folder, hash), before))
    if (size === undefined) continue
    count += 1
    bytes += size
  }
  return { count, bytes }
})

// internal

/** Hashes of what was last put before then. What killed writers and prunes have left is removed, or put back. */
const putBefore = async (folder: string, before: number): Promise<Set<string>> => {
  const found = new Set<string>()
  for (const first of (await namesIn(folder)).filter((name) => /^[0-9a-f]{2}$/.test(name))) {
    for (const name of await namesIn(join(folder, first))) {
      const file = join(folder, first, name)
      const hash = first + name.slice(0, hashLength - first.length)
      if (!isHash.test(hash)) continue
      if (file === aside(place(folder, hash))) await putBack(place(folder, hash))
      const isOld = ((await unlessGone(stat(file)))?.mtimeMs ?? before) < before
      if (isOld && name.endsWith(".tmp")) await rm(file, { force: true })
      else if (isOld && isHash.test(first + name)) found.add(hash)
    }
  }
  return found
}

/** The bytes that were freed; undefined when it was put again meanwhile, or somebody else has removed it. */
const remove = (file: string, before: number): Promise<number | undefined> =>
  unlessGone(
    (async () => {
      await rename(file, aside(file))
      const { mtimeMs, size } = await stat(aside(file))
      if (mtimeMs >= before) return putBack(file)
      await rm(aside(file))
      return size
    })()
  )

/** Unless it was put anew meanwhile, which must keep its time. */
const putBack = async (file: string): Promise<undefined> => {
  try {
    await link(aside(file), file)
  } catch (cause) {
    const code = codeOf(cause)
    if (code !== "EEXIST" && code !== "ENOENT") {
      // Some file systems have no links.
      await unlessGone(rename(aside(file), file))
    }
  }
  await rm(aside(file), { force: true })
}

const hashLength = 64

const namesIn = async (folder: string): Promise<ReadonlyArray<string>> => (await unlessGone(readdir(folder))) ?? []

/** Others write and prune at the same time. */
const unlessGone = async <A>(look: Promise<A>): Promise<A | undefined> => {
  try {
    return await look
  } catch (cause) {
    if (codeOf(cause) === "ENOENT" || codeOf(cause) === "ENOTDIR") return undefined
    throw cause
  }
}
