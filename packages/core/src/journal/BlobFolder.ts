/**
 * The files of kept bytes in their folder: `ab/cdef…` for the hash `abcdef…`. What says when bytes were last put is the
 * time of their file.
 */
import { randomBytes } from "node:crypto"
import { mkdir, open, readFile, rename, rm, utimes } from "node:fs/promises"
import { dirname, join } from "node:path"
import * as Effect from "effect/Effect"
import { sha256 } from "../domain/Sha256.ts"
import { codeOf } from "../domain/SystemCode.ts"
import { JournalError } from "./JournalError.ts"

/** Where a prune puts a file before it removes it, to look once more. */
export const aside = (file: string): string => `${file}.old`

export const place = (folder: string, hash: string): string => join(folder, hash.slice(0, 2), hash.slice(2))

/** Keeps bytes and returns their hash. */
export const keep = (folder: string, bytes: Uint8Array) =>
  Effect.tryPromise({
    try: async () => {
      const hash = sha256(bytes)
      const file = place(folder, hash)
      const made = await mkdir(dirname(file), { recursive: true, mode: 0o700 })
      // What is there but damaged is replaced; what somebody else has just put may not be on the disk yet.
      const kept = await readFile(file).catch(() => undefined)
      if (kept === undefined || sha256(kept) !== hash || !(await renewed(file))) await write(file, bytes)
      await syncFolders(dirname(file), made === undefined ? dirname(file) : dirname(made))
      return hash
    },
    catch: (cause) => failure(folder, cause)
  }).pipe(Effect.uninterruptible)

/** Says that the bytes were put now; false when they are not there any more. */
const renewed = async (file: string): Promise<boolean> => {
  const now = Date.now() / 1000
  try {
    await utimes(file, now, now)
    return true
  } catch (cause) {
    if (codeOf(cause) === "ENOENT") return false
    throw cause
  }
}

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

/** The bytes of a hash. */
export const fetch = (folder: string, hash: string) =>
  isHash.test(hash)
    ? Effect.tryPromise({
        try: async () => new Uint8Array(await readKept(place(folder, hash))),
        catch: (cause) => (codeOf(cause) === "ENOENT" ? lost(folder, hash) : failure(folder, cause))
      }).pipe(
        Effect.filterOrFail(
          (bytes) => sha256(bytes) === hash,
          () => lost(folder, hash)
        )
      )
    : Effect.fail(lost(folder, hash))

export const isHash = /^[0-9a-f]{64}$/

export const lost = (folder: string, hash: string): JournalError => {
  const what = `the bytes ${hash.slice(0, 12)} of a changed file are not there, or are others`
  return new JournalError({ path: folder, reason: { _tag: "Corrupt", run: null, seq: null, what } })
}

export const failure = (folder: string, cause: unknown): JournalError => {
  const code = codeOf(cause)
  if (code === "ENOSPC" || code === "EDQUOT") return new JournalError({ path: folder, reason: { _tag: "DiskFull" } })
  const detail = cause instanceof Error ? cause.message : String(cause)
  return new JournalError({ path: folder, reason: { _tag: "Unavailable", detail } })
}

/** Looks again: a prune may just put it back. */
const readKept = async (file: string): Promise<Buffer> => {
  for (const name of [file, aside(file)]) {
    try {
      return await readFile(name)
    } catch (cause) {
      if (codeOf(cause) !== "ENOENT") throw cause
    }
  }
  return readFile(file)
}
