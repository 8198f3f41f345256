/**
 * The bytes that files had before agents changed them, and those that came from agents' own trees, kept by their hash
 * beside the record. What is put is on the disk before `put` returns, its name included; the same bytes are kept once.
 * Only the user can read them.
 */
import { resolve } from "node:path"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { sha256 } from "../domain/Sha256.ts"
import { fetch, keep, lost } from "./BlobFolder.ts"
import { prune } from "./BlobPrune.ts"
import type { JournalError } from "./JournalError.ts"

export interface Pruned {
  readonly count: number
  readonly bytes: number
}

export class Blobs extends Context.Service<
  Blobs,
  {
    /** Keeps bytes and returns their SHA-256, in hex. */
    readonly put: (bytes: Uint8Array) => Effect.Effect<string, JournalError>
    /** The bytes of a hash; fails when they are not there, or are others by now. */
    readonly get: (hash: string) => Effect.Effect<Uint8Array, JournalError>
    /**
     * Removes, of the bytes that were last put before `before` (milliseconds since 1970), those whose hashes `unnamed`
     * returns of them. Safe beside other processes, if `before` is so long ago that what was put then is named by now.
     */
    readonly prune: <E, R>(
      before: number,
      unnamed: (hashes: ReadonlySet<string>) => Effect.Effect<ReadonlySet<string>, E, R>
    ) => Effect.Effect<Pruned, JournalError | E, R>
  }
>()("@deputize/core/journal/Blobs") {
  /** In `folder`, which is made when something is put: `ab/cdef…` for the hash `abcdef…`. */
  static readonly layer = (folder: string): Layer.Layer<Blobs> =>
    Layer.sync(Blobs, () => {
      const home = resolve(folder)
      return Blobs.of({
        put: (bytes) => keep(home, bytes),
        get: (hash) => fetch(home, hash),
        prune: (before, unnamed) => prune(home, before, unnamed)
      })
    })

  static readonly layerMemory: Layer.Layer<Blobs> = Layer.sync(Blobs, () => {
    const kept = new Map<string, { readonly bytes: Uint8Array; readonly at: number }>()
    return Blobs.of({
      put: (bytes) =>
        Effect.map(Clock.currentTimeMillis, (at) => {
          const hash = sha256(bytes)
          kept.set(hash, { bytes: bytes.slice(), at })
          return hash
        }),
      get: (hash) => {
        const blob = kept.get(hash)
        return blob === undefined ? Effect.fail(lost("memory", hash)) : Effect.succeed(blob.bytes)
      },
      prune: (before, unnamed) => {
        const old = new Set([...kept].flatMap(([hash, { at }]) => (at < before ? [hash] : [])))
        return Effect.map(unnamed(old), (hashes) => {
          const pruned = { count: 0, bytes: 0 }
          for (const hash of hashes) {
            const blob = kept.get(hash)
            // Put again since it was looked at, it has another time.
            if (blob === undefined || blob.at >= before) continue
            kept.delete(hash)
            pruned.count += 1
            pruned.bytes += blob.bytes.length
          }
          return pruned
        })
      }
    })
  })
}
