/**
 * What someone with SQL and the file can do to the record, and where it is found.
 */
import { DatabaseSync } from "node:sqlite"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import type { JournalErrorReason } from "../../src/journal/JournalError.ts"
import { folder, note, runId, withJournal } from "./fixture.ts"

/** Three closed runs of four events each and one that is still open; then `sql` on the file. Returns the heads. */
const tampered = Effect.fnUntraced(function* (sql: string) {
  const file = `${yield* folder}/journal.db`
  const heads = yield* withJournal({ file }, (journal) =>
    Effect.gen(function* () {
      const heads: Array<string> = []
      for (const n of [1, 2, 3, 4]) {
        const run = runId(n)
        yield* journal.open(run)
        for (const text of ["a", "b", "c", "d"]) yield* journal.append(run, [note(`${text}${n}`)])
        heads.push(n === 4 ? (yield* journal.verify(run)).head : yield* journal.close(run))
      }
      return heads
    })
  )
  const db = new DatabaseSync(file)
  db.exec(sql)
  db.close()
  /** What verification of the `n`-th run says: the reason it fails for, or undefined. */
  const verdict = (n: number, head?: string): Effect.Effect<JournalErrorReason | undefined> =>
    withJournal({ file }, (journal) => journal.verify(runId(n), head)).pipe(
      Effect.match({ onFailure: ({ reason }) => reason, onSuccess: () => undefined })
    )
  return { heads, verdict }
})

const corrupt = (n: number, seq: number | null, what: string): JournalErrorReason => ({
  _tag: "Corrupt",
  run: runId(n),
  seq,
  what
})

const second = `run = '${runId(2)}'`

describe("verify", () => {
  it.effect("finds nothing in a record that nobody touched", () =>
    Effect.gen(function* () {
      const { heads, verdict } = yield* tampered("SELECT 1")
      const verdicts = yield* Effect.forEach(heads, (head, index) => verdict(index + 1, head))
      expect(verdicts).toStrictEqual([undefined, undefined, undefined, undefined])
    })
  )

  const changes = {
    time: "time = time + 1",
    namespace: "namespace = 'other'",
    version: "version = 2",
    path: "path = '/root/someone-else'",
    parent: "parent = NULL",
    type: "type = 'Other'",
    body: "body = replace(body, 'b2', 'x2')",
    hash: "hash = replace(hash, substr(hash, 1, 1), 'x')"
  }
  for (const [column, change] of Object.entries(changes)) {
    it.effect(`finds a changed ${column}`, () =>
      Effect.gen(function* () {
        const { verdict } = yield* tampered(`UPDATE events SET ${change} WHERE ${second} AND seq = 2`)
        expect(yield* verdict(2)).toStrictEqual(corrupt(2, 2, "the event was changed"))
        expect(yield* verdict(1)).toBeUndefined()
      })
    )
  }

  it.effect("finds a body that is JSON no more", () =>
    Effect.gen(function* () {
      const { verdict } = yield* tampered(`UPDATE events SET body = '{' WHERE ${second} AND seq = 2`)
      expect(yield* verdict(2)).toStrictEqual(corrupt(2, 2, "the body is not a JSON object"))
    })
  )

  it.effect("finds an event that was taken out of the middle", () =>
    Effect.gen(function* () {
      const { verdict } = yield* tampered(`DELETE FROM events WHERE ${second} AND seq = 2`)
      expect(yield* verdict(2)).toStrictEqual(corrupt(2, 2, "the event is missing"))
    })
  )

  it.effect("finds an event that was taken out and the rest numbered anew", () =>
    Effect.gen(function* () {
      const { verdict } = yield* tampered(
        `DELETE FROM events WHERE ${second} AND seq = 2;
         UPDATE events SET seq = 2 WHERE ${second} AND seq = 3; UPDATE events SET seq = 3 WHERE ${second} AND seq = 4`
      )
      expect(yield* verdict(2)).toStrictEqual(corrupt(2, 2, "the event was changed"))
    })
  )

  it.effect("finds a cut tail of a closed run without being told its head", () =>
    Effect.gen(function* () {
      const { verdict } = yield* tampered(`DELETE FROM events WHERE ${second} AND seq > 2`)
      expect(yield* verdict(2)).toStrictEqual(corrupt(2, 3, "the tail is missing: the run had 4 events"))
    })
  )

  it.effect("finds a cut tail of an open run against its head", () =>
    Effect.gen(function* () {
      const { heads, verdict } = yield* tampered(`DELETE FROM events WHERE run = '${runId(4)}' AND seq > 3`)
      expect(yield* verdict(4)).toBeUndefined()
      expect((yield* verdict(4, heads[3]))?._tag).toBe("Corrupt")
    })
  )

  it.effect("finds that all events of a run were deleted", () =>
    Effect.gen(function* () {
      const { verdict } = yield* tampered(`DELETE FROM events WHERE ${second}`)
      expect(yield* verdict(2)).toStrictEqual(corrupt(2, 1, "the tail is missing: the run had 4 events"))
    })
  )

  it.effect("finds that a whole run was deleted, from any other run", () =>
    Effect.gen(function* () {
      const { heads, verdict } = yield* tampered(
        `DELETE FROM events WHERE ${second}; DELETE FROM heads WHERE ${second}`
      )
      const missing = "entry 3 of the chain of heads is missing"
      expect(yield* Effect.forEach([1, 2, 3, 4], (n) => verdict(n))).toStrictEqual(
        [1, 2, 3, 4].map((n) => corrupt(n, null, missing))
      )
      expect(yield* verdict(2, heads[1])).toStrictEqual(corrupt(2, null, missing))
    })
  )

  it.effect("finds that a whole run was deleted and the chain of heads numbered anew", () =>
    Effect.gen(function* () {
      const { verdict } = yield* tampered(
        `DELETE FROM events WHERE ${second}; DELETE FROM heads WHERE ${second};
         UPDATE heads SET position = position - 2 WHERE position > 4`
      )
      expect(yield* verdict(1)).toStrictEqual(
        corrupt(1, null, `entry 3 of the chain of heads (run ${runId(3)}) was changed`)
      )
    })
  )

  it.effect("finds the newest run deleted against its head only", () =>
    Effect.gen(function* () {
      const { heads, verdict } = yield* tampered(
        `DELETE FROM events WHERE run = '${runId(4)}'; DELETE FROM heads WHERE run = '${runId(4)}'`
      )
      expect(yield* verdict(3)).toBeUndefined()
      expect(yield* verdict(4)).toStrictEqual({ _tag: "UnknownRun", run: runId(4) })
      expect(yield* verdict(4, heads[3])).toStrictEqual(corrupt(4, null, "the run is not in the journal any more"))
    })
  )

  for (const change of [
    "head = replace(head, substr(head, 1, 1), 'x')",
    "events = 3",
    "time = time + 1",
    "kind = 'Reopened'"
  ]) {
    it.effect(`finds a changed entry of the chain of heads (${change})`, () =>
      Effect.gen(function* () {
        const { verdict } = yield* tampered(`UPDATE heads SET ${change} WHERE ${second} AND kind = 'Closed'`)
        const what = `entry 4 of the chain of heads (run ${runId(2)}) was changed`
        expect(yield* verdict(2)).toStrictEqual(corrupt(2, null, what))
        expect(yield* verdict(3)).toStrictEqual(corrupt(3, null, what))
      })
    )
  }

  it.effect("finds events added after a run's end", () =>
    Effect.gen(function* () {
      const { verdict } = yield* tampered(
        `INSERT INTO events SELECT run, 5, time, namespace, version, path, parent, type, body, hash FROM events WHERE ${second} AND seq = 4`
      )
      expect(yield* verdict(2)).toStrictEqual(corrupt(2, 5, "the event was changed"))
    })
  )
})
