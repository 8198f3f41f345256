import { mkdtempSync, readdirSync, rmSync, statSync, utimesSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { TestClock } from "effect/testing"
import { pruneBlobs, removeRun } from "../../src/history/Removal.ts"
import { Blobs } from "../../src/journal/Blobs.ts"
import { Journal } from "../../src/journal/Journal.ts"
import { SqliteJournal } from "../../src/journal/SqliteJournal.ts"
import { append, runId } from "./Journals.ts"

const put = (text: string) => Effect.flatMap(Blobs, (blobs) => blobs.put(new TextEncoder().encode(text)))

const has = (hash: string) =>
  Effect.flatMap(Blobs, (blobs) => Effect.map(Effect.option(blobs.get(hash)), ({ _tag }) => _tag === "Some"))

/** Records a run that names these bytes, in every way that a record knows. */
const naming = Effect.fnUntraced(function* (run: ReturnType<typeof runId>, ...texts: ReadonlyArray<string>) {
  yield* (yield* Journal).open(run)
  const hashes = yield* Effect.forEach(texts, put)
  const [before = null, after = null, ...others] = hashes
  yield* append(run, "agent.Started", { definition: others[0], system: others[1] })
  yield* append(run, "tool.Changing", { callId: "1", change: { path: "a", before, after: null } })
  yield* append(run, "tool.Done", {
    callId: "1",
    changes: [{ path: "a", before, after }],
    kept: { number: 1, hash: others[2], bytes: 3 }
  })
  // Of a version that nobody knows yet.
  yield* append(run, "board.Noted", { [others[3] ?? ""]: { text: `{"blob":"sha256:${others[4]}"}` } })
  yield* (yield* Journal).close(run)
  return hashes
})

const inMemory = <A, E>(effect: Effect.Effect<A, E, Journal | Blobs>) =>
  effect.pipe(Effect.provide(Layer.merge(Journal.layerMemory, Blobs.layerMemory), { local: true }))

const shared = ["before", "after", "definition", "system", "kept", "key", "nested"]

describe("removing a run", () => {
  it.effect("frees the bytes that only it has named, and keeps what others name", () =>
    Effect.gen(function* () {
      const kept = yield* naming(runId(1), ...shared)
      const own = shared.map((text) => `${text} of the second`)
      const freed = yield* naming(runId(2), ...own)
      yield* naming(runId(3), ...shared)
      yield* TestClock.adjust("11 minutes")
      expect(yield* removeRun(runId(2))).toStrictEqual({ count: own.length, bytes: own.join("").length })
      expect(yield* Effect.forEach(kept, has)).toStrictEqual(kept.map(() => true))
      expect(yield* Effect.forEach(freed, has)).toStrictEqual(freed.map(() => false))
      yield* removeRun(runId(1))
      expect(yield* Effect.forEach(kept, has)).toStrictEqual(kept.map(() => true))
      yield* removeRun(runId(3))
      expect(yield* Effect.forEach(kept, has)).toStrictEqual(kept.map(() => false))
      expect(yield* (yield* Journal).list).toStrictEqual([])
    }).pipe(inMemory)
  )

  it.effect("fails while somebody holds it, and frees nothing", () =>
    Effect.gen(function* () {
      const [hash = ""] = yield* naming(runId(1), "text")
      yield* TestClock.adjust("11 minutes")
      const { reason } = yield* Effect.scoped(
        Effect.andThen((yield* Journal).hold(runId(1)), Effect.flip(removeRun(runId(1))))
      )
      expect(reason._tag).toBe("Held")
      expect(yield* has(hash)).toBe(true)
    }).pipe(inMemory)
  )

  it.effect("leaves what was put in the last ten minutes, and since the oldest run began that is under way", () =>
    Effect.gen(function* () {
      const journal = yield* Journal
      const old = yield* put("old")
      yield* TestClock.adjust("1 second")
      yield* Effect.scoped(
        Effect.gen(function* () {
          yield* journal.hold(runId(1))
          const [ofRun, again] = [yield* put("of a run"), yield* put("old again")]
          yield* TestClock.adjust("1 hour")
          yield* put("old again")
          expect(yield* pruneBlobs).toStrictEqual({ count: 1, bytes: 3 })
          expect(yield* Effect.forEach([old, ofRun, again], has)).toStrictEqual([false, true, true])
        })
      )
      expect(yield* pruneBlobs).toStrictEqual({ count: 1, bytes: 8 })
      yield* TestClock.adjust("11 minutes")
      expect(yield* pruneBlobs).toStrictEqual({ count: 1, bytes: 9 })
    }).pipe(inMemory)
  )

  it.live("removes files of bytes from their folder", () =>
    Effect.gen(function* () {
      const home = yield* Effect.acquireRelease(
        Effect.sync(() => mkdtempSync(join(tmpdir(), "deputize-removal-"))),
        (path) => Effect.sync(() => rmSync(path, { recursive: true }))
      )
      const files = () =>
        readdirSync(join(home, "blobs"), { recursive: true, encoding: "utf8" })
          .map((name) => join(home, "blobs", name))
          .filter((name) => statSync(name).isFile())
      const layers = Layer.merge(
        SqliteJournal.layer({ file: join(home, "journal.db") }),
        Blobs.layer(join(home, "blobs"))
      )
      yield* Effect.gen(function* () {
        yield* naming(runId(1), "one", "two")
        yield* naming(runId(2), "two", "three")
        const fresh = yield* put("fresh")
        for (const name of files()) if (!name.endsWith(fresh.slice(2))) utimesSync(name, 1, 1)
        expect(yield* removeRun(runId(1))).toStrictEqual({ count: 1, bytes: 3 })
        expect(files().length).toBe(3)
      }).pipe(Effect.provide(layers))
    }).pipe(Effect.scoped)
  )
})
