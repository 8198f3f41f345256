/**
 * The bytes that files had before agents changed them, kept by their hash beside the record. What is put is on the disk
 * before `put` returns, its name included; the same bytes are kept once. Only the user can read them.
 */

import { randomBytes } from "node:crypto"
import { mkdir, open, readFile, rename, rm } from "node:fs/promises"
import { dirname, join, resolve } from "node:path"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { sha256 } from "../domain/Sha256.ts"
import { codeOf } from "../domain/SystemCode.ts"
import { JournalError } from "./JournalError.ts"

export class Blobs extends Context.Service<
  Blobs,
  {
    /** Keeps bytes and returns their SHA-256, in hex. */
    readonly put: (bytes: Uint8Array) => Effect.Effect<string, JournalError>
    /** The bytes of a hash; fails when they are not there, or are others by now. */
    readonly get: (hash: string) => Effect.Effect<Uint8Array, JournalError>
  }
>()("@deputize/core/journal/Blobs") {
  /** In `folder`, which is made when something is put: `ab/cdef…` for the hash `abcdef…`. */
  static readonly layer = (folder: string): Layer.Layer<Blobs> =>
    Layer.sync(Blobs, () => {
      const home = resolve(folder)
      return Blobs.of({ put: (bytes) => keep(home, bytes), get: (hash) => fetch(home, hash) })
    })

  static readonly layerMemory: Layer.Layer<Blobs> = Layer.sync(Blobs, () => {
    const kept = new Map<string, Uint8Array>()
    return Blobs.of({
      put: (bytes) =>
        Effect.sync(() => {
          const hash = sha256(bytes)
          kept.set(hash, bytes.slice())
          return hash
        }),
      get: (hash) => {
        const bytes = kept.get(hash)
        return bytes === undefined ? Effect.fail(lost("memory", hash)) : Effect.succeed(bytes)
      }
    })
  })
}

// internal

const place = (folder: string, hash: string): string => join(folder, hash.slice(0, 2), hash.slice(2))

const keep = (folder: string, bytes: Uint8Array) =>
  Effect.tryPromise({
    try: async () => {
      const hash = sha256(bytes)
      const file = place(folder, hash)
      const made = await mkdir(dirname(file), { recursive: true, mode: 0o700 })
      // What is there but damaged is replaced; what somebody else has just put may not be on the disk yet.
      const kept = await readFile(file).catch(() => undefined)
      if (kept === undefined || sha256(kept) !== hash) await write(file, bytes)
      await syncFolders(dirname(file), made === undefined ? dirname(file) : dirname(made))
      return hash
    },
    catch: (cause) => failure(folder, cause)
  }).pipe(Effect.uninterruptible)

/** Under another name first, so that no half of it is ever taken for the whole. */
const write = async (file: string, bytes: Uint8Array): Promise<void> => {
  const temporary = `${file}.${randomBytes(6).toString("hex")}.tmp`
  try {
    const handle = await open(temporary, "wx", 0o600)
    await handle
      .writeFile(bytes)
      .then(() => handle.datasync())
      .finally(() => handle.close())
    await rename(temporary, file)
  } catch (cause) {
    await rm(temporary, { force: true })
    throw cause
  }
}

/** A name lasts when its folder is on the disk. Windows has no such thing for folders. */
const syncFolders = async (from: string, to: string): Promise<void> => {
  if (process.platform === "win32") return
  for (let folder = from; ; folder = dirname(folder)) {
    const handle = await open(folder, "r")
    await handle.sync().finally(() => handle.close())
    if (folder === to || folder === dirname(folder)) return
  }
}

const fetch = (folder: string, hash: string) =>
  isHash.test(hash)
    ? Effect.tryPromise({
        try: async () => new Uint8Array(await readFile(place(folder, hash))),
        catch: (cause) => (codeOf(cause) === "ENOENT" ? lost(folder, hash) : failure(folder, cause))
      }).pipe(
        Effect.filterOrFail(
          (bytes) => sha256(bytes) === hash,
          () => lost(folder, hash)
        )
      )
    : Effect.fail(lost(folder, hash))

const isHash = /^[0-9a-f]{64}$/

const lost = (folder: string, hash: string): JournalError => {
  const what = `the bytes ${hash.slice(0, 12)} of a changed file are not there, or are others`
  return new JournalError({ path: folder, reason: { _tag: "Corrupt", run: null, seq: null, what } })
}

const failure = (folder: string, cause: unknown): JournalError => {
  const code = codeOf(cause)
  if (code === "ENOSPC" || code === "EDQUOT") return new JournalError({ path: folder, reason: { _tag: "DiskFull" } })
  const detail = cause instanceof Error ? cause.message : String(cause)
  return new JournalError({ path: folder, reason: { _tag: "Unavailable", detail } })
}
