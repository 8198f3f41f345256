import { createHash } from "node:crypto"
import * as fs from "node:fs"
import * as path from "node:path"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { Blobs } from "../../src/journal/Blobs.ts"
import { JournalError } from "../../src/journal/JournalError.ts"
import { folder } from "./fixture.ts"

const bytes = (text: string) => new TextEncoder().encode(text)
const hash = (text: string) => createHash("sha256").update(text).digest("hex")
const lost = (place: string, hash: string) => {
  const what = `the bytes ${hash.slice(0, 12)} of a changed file are not there, or are others`
  return new JournalError({ path: place, reason: { _tag: "Corrupt", run: null, seq: null, what } })
}

/** Runs with a folder that is not there yet. */
const onDisk = <A, E>(body: (blobs: Blobs["Service"], home: string) => Effect.Effect<A, E>) =>
  Effect.gen(function* () {
    const home = path.join(yield* folder, "state/blobs")
    return yield* Effect.flatMap(Blobs, (blobs) => body(blobs, home)).pipe(Effect.provide(Blobs.layer(home)))
  }).pipe(Effect.scoped)

const filesIn = (home: string) =>
  fs
    .readdirSync(home, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(home, path.join(entry.parentPath, entry.name)))

const placeOf = (hash: string) => path.join(hash.slice(0, 2), hash.slice(2))

describe.each([
  ["a folder", <A, E>(body: (blobs: Blobs["Service"]) => Effect.Effect<A, E>) => onDisk(body)],
  [
    "memory",
    <A, E>(body: (blobs: Blobs["Service"]) => Effect.Effect<A, E>) =>
      Effect.flatMap(Blobs, body).pipe(Effect.provide(Blobs.layerMemory))
  ]
] as const)("Blobs in %s", (_, within) => {
  it.effect.prop("gives back the bytes that were put, by their SHA-256", [Schema.Uint8Array], ([content]) =>
    within(
      Effect.fnUntraced(function* (blobs) {
        const given = Uint8Array.from(content)
        const key = yield* blobs.put(given)
        expect(key).toBe(createHash("sha256").update(content).digest("hex"))
        given.fill(0)
        expect(Array.from(yield* blobs.get(key))).toStrictEqual(Array.from(content))
      })
    )
  )

  it.effect.each(["", "..", "../../secret", "A".repeat(64), hash("never put")])("has nothing for %j", (key) =>
    within(
      Effect.fnUntraced(function* (blobs) {
        yield* blobs.put(bytes("something"))
        const error = yield* Effect.flip(blobs.get(key))
        expect(error).toStrictEqual(lost(error.path, key))
      })
    )
  )
})

describe("Blobs in a folder", () => {
  it.effect("keeps the same bytes once, readable for the user only", () =>
    onDisk(
      Effect.fnUntraced(function* (blobs, home) {
        const puts = Array.from({ length: 6 }, (_, index) => blobs.put(bytes(`content ${index % 2}`)))
        yield* Effect.all(puts, { concurrency: "unbounded" })
        const expected = [placeOf(hash("content 0")), placeOf(hash("content 1"))].toSorted()
        expect(filesIn(home).toSorted()).toStrictEqual(expected)
        const modes = expected.flatMap((file) => [file, path.dirname(file)].map((name) => path.join(home, name)))
        expect(modes.map((name) => fs.statSync(name).mode & 0o777)).toStrictEqual([0o600, 0o700, 0o600, 0o700])
      })
    )
  )

  it.effect("does not take damaged bytes for the right ones, and heals them when they are put again", () =>
    onDisk(
      Effect.fnUntraced(function* (blobs, home) {
        const key = yield* blobs.put(bytes("content"))
        for (const damage of ["CONTENT", "con", ""]) {
          fs.writeFileSync(path.join(home, placeOf(key)), damage)
          expect(yield* Effect.flip(blobs.get(key))).toStrictEqual(lost(home, key))
        }
        expect(yield* blobs.put(bytes("content"))).toBe(key)
        expect(yield* blobs.get(key)).toStrictEqual(bytes("content"))
      })
    )
  )

  it.effect("leaves no half file where it cannot put one", () =>
    onDisk(
      Effect.fnUntraced(function* (blobs, home) {
        const key = hash("content")
        // A folder has the name: the bytes can be written, but not given it.
        fs.mkdirSync(path.join(home, placeOf(key), "in the way"), { recursive: true })
        const error = yield* Effect.flip(blobs.put(bytes("content")))
        expect([error.path, error.reason._tag]).toStrictEqual([home, "Unavailable"])
        expect(filesIn(home)).toStrictEqual([])
      })
    )
  )

  it.effect("prunes what was put before a time and is not named, and counts it", () =>
    onDisk(
      Effect.fnUntraced(function* (blobs, home) {
        const [old, named, fresh] = yield* Effect.all(["old", "named", "fresh"].map((text) => blobs.put(bytes(text))))
        const asked: Array<ReadonlySet<string>> = []
        for (const key of [old, named]) fs.utimesSync(path.join(home, placeOf(key ?? "")), 10, 10)
        const pruned = yield* blobs.prune(10_001, (hashes) =>
          Effect.sync(() => {
            asked.push(hashes)
            return new Set([old ?? "", fresh ?? "", hash("never put")])
          })
        )
        expect(pruned).toStrictEqual({ count: 1, bytes: 3 })
        expect(asked).toStrictEqual([new Set([old, named])])
        expect(filesIn(home).toSorted()).toStrictEqual([named, fresh].map((key) => placeOf(key ?? "")).toSorted())
      })
    )
  )

  it.effect("has nothing to prune where nothing was put", () =>
    onDisk((blobs) =>
      Effect.map(
        blobs.prune(Date.now(), (hashes) => Effect.succeed(hashes)),
        (pruned) => expect(pruned).toStrictEqual({ count: 0, bytes: 0 })
      )
    )
  )

  it.effect("keeps what is put again while a prune is looking for names", () =>
    onDisk(
      Effect.fnUntraced(function* (blobs, home) {
        const key = yield* blobs.put(bytes("content"))
        fs.utimesSync(path.join(home, placeOf(key)), 10, 10)
        const pruned = yield* blobs.prune(Date.now() - 60_000, (hashes) =>
          Effect.as(blobs.put(bytes("content")), hashes)
        )
        expect(pruned).toStrictEqual({ count: 0, bytes: 0 })
        expect(filesIn(home)).toStrictEqual([placeOf(key)])
      })
    )
  )

  it.live("gives back what was put, however many prune beside it", () =>
    onDisk(
      Effect.fnUntraced(function* (blobs, home) {
        const key = hash("content")
        const writing = Effect.gen(function* () {
          for (let round = 0; round < 200; round++) {
            yield* blobs.put(bytes("content"))
            expect(yield* blobs.get(key)).toStrictEqual(bytes("content"))
            // As if it were of long ago, and in the way of the next prune.
            yield* Effect.sync(() => fs.utimesSync(path.join(home, placeOf(key)), 10, 10)).pipe(Effect.exit)
          }
        })
        let count = 0
        const pruning = Effect.forever(
          Effect.map(
            blobs.prune(Date.now() - 60_000, (hashes) => Effect.succeed(hashes)),
            (pruned) => {
              count += pruned.count
            }
          )
        )
        yield* Effect.race(writing, Effect.all([pruning, pruning], { concurrency: "unbounded", discard: true }))
        expect(count).toBeGreaterThan(0)
      })
    )
  )

  it.effect("finds what a killed prune has put aside, and the next one puts it back or removes what else is left", () =>
    onDisk(
      Effect.fnUntraced(function* (blobs, home) {
        const [lone, twice] = [yield* blobs.put(bytes("lone")), yield* blobs.put(bytes("twice"))]
        const [lonePlace, twicePlace] = [path.join(home, placeOf(lone)), path.join(home, placeOf(twice))]
        fs.renameSync(lonePlace, `${lonePlace}.old`)
        fs.copyFileSync(twicePlace, `${twicePlace}.old`)
        fs.utimesSync(`${twicePlace}.old`, 10, 10)
        fs.writeFileSync(`${twicePlace}.abc123.tmp`, "half")
        fs.utimesSync(`${twicePlace}.abc123.tmp`, 10, 10)
        expect(yield* blobs.get(lone)).toStrictEqual(bytes("lone"))
        const pruned = yield* blobs.prune(Date.now() - 60_000, (hashes) => Effect.succeed(hashes))
        expect(pruned).toStrictEqual({ count: 0, bytes: 0 })
        expect(filesIn(home).toSorted()).toStrictEqual([placeOf(lone), placeOf(twice)].toSorted())
      })
    )
  )

  it.effect("says that its folder cannot be made", () =>
    Effect.gen(function* () {
      const file = path.join(yield* folder, "file")
      fs.writeFileSync(file, "")
      const put = Effect.flatMap(Blobs, (blobs) => blobs.put(bytes("content")))
      const error = yield* Effect.flip(Effect.provide(put, Blobs.layer(path.join(file, "blobs"))))
      expect(error.reason).toMatchObject({ _tag: "Unavailable", detail: expect.stringContaining("ENOTDIR") })
    }).pipe(Effect.scoped)
  )
})
