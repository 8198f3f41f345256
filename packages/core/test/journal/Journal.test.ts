import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { TestClock } from "effect/testing"
import { childPath, rootPath } from "../../src/domain/Ids.ts"
import { Journal, type JournalEvent } from "../../src/journal/Journal.ts"
import { JournalError, type JournalErrorReason } from "../../src/journal/JournalError.ts"
import { SqliteJournal } from "../../src/journal/SqliteJournal.ts"
import { agent, entry, folder, note, noteBody, runId } from "./fixture.ts"

const layers = {
  memory: Journal.layerMemory,
  SQLite: Layer.unwrap(Effect.map(folder, (path) => SqliteJournal.layer({ file: `${path}/journal.db` })))
}

const run = runId(1)

const texts = (events: Iterable<JournalEvent>): ReadonlyArray<unknown> => Array.from(events, ({ body }) => body)

/** The reason that a journal's call fails with. */
const reasonOf = <A, R>(call: Effect.Effect<A, JournalError, R>): Effect.Effect<JournalErrorReason, A, R> =>
  Effect.map(Effect.flip(call), ({ reason }) => reason)

describe.each(Object.entries(layers))("a journal in %s", (_name, layer) => {
  const claim = <E>(sentence: string, body: Effect.Effect<void, E, Journal>) =>
    it.effect(sentence, () => body.pipe(Effect.provide(layer, { local: true })))

  claim(
    "numbers the events of a run from 1, over several appends, and reads them back whole",
    Effect.gen(function* () {
      const journal = yield* Journal
      yield* TestClock.setTime(1000)
      yield* journal.open(run)
      const first = yield* journal.append(run, [note("a"), note("b")])
      yield* TestClock.adjust("5 millis")
      const second = yield* journal.append(run, [
        { ...entry({ _tag: "Other" }), path: rootPath, parent: null, version: 7 }
      ])
      expect([first, second]).toStrictEqual([2, 3])
      const events = yield* journal.read(run)
      const common = { run, namespace: "test", hash: expect.stringMatching(/^[0-9a-f]{64}$/) }
      expect(events).toStrictEqual([
        { ...common, seq: 1, time: 1000, version: 1, path: agent, parent: rootPath, type: "Note", body: noteBody("a") },
        { ...common, seq: 2, time: 1000, version: 1, path: agent, parent: rootPath, type: "Note", body: noteBody("b") },
        {
          ...common,
          seq: 3,
          time: 1005,
          version: 7,
          path: rootPath,
          parent: null,
          type: "Other",
          body: { _tag: "Other" }
        }
      ])
      expect(yield* journal.read(run, 3)).toStrictEqual(events.slice(2))
      expect(yield* journal.read(run, 4)).toStrictEqual([])
    })
  )

  claim(
    "keeps the text of every body and path as it was, and finds it sound",
    Effect.gen(function* () {
      const journal = yield* Journal
      const odd = {
        _tag: "Odd",
        "": "\u0000 \ud800 \u2028 é e\u0301 😀",
        list: [null, 1e21, -0.5, { b: 1, a: [] }],
        big: "x".repeat(100_000)
      }
      yield* journal.open(run)
      yield* journal.append(run, [{ ...entry(odd), path: childPath(rootPath, "日本\ud800") }, note("")])
      const [event] = yield* journal.read(run)
      expect(event).toMatchObject({ body: odd, path: "/root/日本\ufffd" })
      expect((yield* journal.verify(run)).events).toBe(2)
    })
  )

  claim(
    "appends nothing for no entries",
    Effect.gen(function* () {
      const journal = yield* Journal
      yield* journal.open(run)
      expect(yield* journal.append(run, [])).toBe(0)
      yield* journal.append(run, [note("a")])
      expect(yield* journal.append(run, [])).toBe(1)
    })
  )

  claim(
    "refuses a run that was never opened",
    Effect.gen(function* () {
      const journal = yield* Journal
      const unknown: JournalErrorReason = { _tag: "UnknownRun", run }
      expect(yield* reasonOf(journal.append(run, [note("a")]))).toStrictEqual(unknown)
      expect(yield* reasonOf(journal.read(run))).toStrictEqual(unknown)
      expect(yield* reasonOf(Stream.runCollect(journal.tail(run)))).toStrictEqual(unknown)
      expect(yield* reasonOf(journal.close(run))).toStrictEqual(unknown)
      expect(yield* reasonOf(journal.verify(run))).toStrictEqual(unknown)
      expect(yield* journal.list).toStrictEqual([])
    })
  )

  claim(
    "lists runs newest first, with their heads",
    Effect.gen(function* () {
      const journal = yield* Journal
      for (const n of [1, 2, 3]) {
        yield* TestClock.setTime(n * 10)
        yield* journal.open(runId(n))
      }
      yield* journal.append(runId(1), [note("a"), note("b")])
      yield* journal.append(runId(3), [note("c")])
      const heads = yield* Effect.forEach([1, 2, 3], (n) => journal.close(runId(n)))
      expect(yield* journal.list).toStrictEqual([
        { run: runId(3), startedAt: 30, events: 1, head: heads[2], standing: "closed" },
        { run: runId(2), startedAt: 20, events: 0, head: heads[1], standing: "closed" },
        { run: runId(1), startedAt: 10, events: 2, head: heads[0], standing: "closed" }
      ])
      expect(new Set(heads).size).toBe(3)
    })
  )

  claim(
    "lists the newest of many runs, and those before them that nobody has closed",
    Effect.gen(function* () {
      const journal = yield* Journal
      for (const n of [1, 2, 3, 4, 5, 6]) {
        yield* journal.open(runId(n))
        yield* journal.append(runId(n), [note(String(n))])
      }
      for (const n of [1, 3, 5]) yield* journal.close(runId(n))
      yield* journal.remove(runId(6))
      yield* Effect.scoped(
        Effect.gen(function* () {
          yield* journal.hold(runId(2))
          const listed = Effect.map(journal.latest(2), (runs) => runs.map(({ run, standing }) => [run, standing]))
          expect(yield* listed).toStrictEqual([
            [runId(5), "closed"],
            [runId(4), "open"],
            [runId(2), "held"]
          ])
        })
      )
      expect((yield* journal.latest(0)).map(({ run, standing }) => [run, standing])).toStrictEqual([
        [runId(4), "open"],
        [runId(2), "free"]
      ])
      expect(yield* journal.latest(5)).toStrictEqual(yield* journal.list)
    })
  )

  claim(
    "reads only events of the types asked for, from a number on, at once and in pages",
    Effect.gen(function* () {
      const journal = yield* Journal
      yield* journal.open(run)
      const types = ["Note", "Other", "Third"]
      const count = 1_000
      yield* journal.append(
        run,
        Array.from({ length: count }, (_, n) => entry({ _tag: types[n % 3] ?? "" }))
      )
      const all = yield* journal.read(run)
      for (const wanted of [["Note"], ["Third", "Note", "None"], ["None"], [], types, undefined]) {
        for (const from of [undefined, 2, 500, count, count + 1]) {
          const expected = all.filter(
            ({ seq, type }) => seq >= (from ?? 1) && (wanted === undefined || wanted.includes(type))
          )
          expect(yield* journal.read(run, from, wanted)).toStrictEqual(expected)
          expect(yield* Stream.runCollect(journal.stream(run, from, wanted))).toStrictEqual(expected)
        }
      }
    })
  )

  claim(
    "reads only events of the agent asked for, of some types or of all",
    Effect.gen(function* () {
      const journal = yield* Journal
      yield* journal.open(run)
      const [types, paths] = [
        ["Note", "Other", "Third"],
        [agent, childPath(agent, "below"), rootPath]
      ]
      const entryOf = (n: number) => ({
        ...entry({ _tag: types[n % 3] ?? "" }),
        path: paths[Math.floor(n / 3) % 3] ?? agent
      })
      yield* journal.append(
        run,
        Array.from({ length: 90 }, (_, n) => entryOf(n))
      )
      const all = yield* journal.read(run)
      for (const wanted of [["Note"], ["Third", "Note"], [], undefined]) {
        for (const path of [...paths, childPath(rootPath, "nobody")]) {
          for (const from of [1, 40]) {
            const expected = all.filter(
              (event) =>
                event.seq >= from && event.path === path && (wanted === undefined || wanted.includes(event.type))
            )
            expect(yield* journal.read(run, from, wanted, path)).toStrictEqual(expected)
          }
        }
      }
    })
  )

  claim(
    "streams a run in pages that are read when they are asked for",
    Effect.gen(function* () {
      const journal = yield* Journal
      yield* journal.open(run)
      yield* journal.append(
        run,
        Array.from({ length: 600 }, (_, n) => note(String(n)))
      )
      const seen: Array<number> = []
      yield* Stream.runForEach(journal.stream(run), ({ seq }) =>
        Effect.gen(function* () {
          // Comes before the last page is read, and is in it.
          if (seq === 300) yield* journal.append(run, [note("late")])
          seen.push(seq)
        })
      )
      expect(seen).toStrictEqual(Array.from({ length: 601 }, (_, index) => index + 1))
    })
  )

  claim(
    "closes with the hash of the last event, which verify accepts, and takes no more",
    Effect.gen(function* () {
      const journal = yield* Journal
      yield* journal.open(run)
      yield* journal.append(run, [note("a"), note("b")])
      const head = yield* journal.close(run)
      const events = yield* journal.read(run)
      expect(events.at(-1)?.hash).toBe(head)
      expect(yield* journal.close(run)).toBe(head)
      expect(yield* journal.verify(run)).toStrictEqual({ events: 2, head })
      expect(yield* journal.verify(run, head)).toStrictEqual({ events: 2, head })
      expect(yield* reasonOf(journal.append(run, [note("c")]))).toStrictEqual({ _tag: "RunClosed", run })
      expect(yield* journal.read(run)).toStrictEqual(events)
    })
  )

  claim(
    "takes events again after a closed run was opened again; both heads stay valid",
    Effect.gen(function* () {
      const journal = yield* Journal
      yield* journal.open(run)
      yield* journal.append(run, [note("a")])
      const before = yield* journal.close(run)
      yield* journal.open(run)
      yield* journal.open(run)
      expect(yield* journal.append(run, [note("b")])).toBe(2)
      const after = yield* journal.close(run)
      expect(yield* journal.verify(run, before)).toStrictEqual({ events: 2, head: after })
      expect(yield* journal.verify(run, after)).toStrictEqual({ events: 2, head: after })
    })
  )

  claim(
    "fails verification against a head that the run never had",
    Effect.gen(function* () {
      const journal = yield* Journal
      yield* journal.open(run)
      yield* journal.append(run, [note("a")])
      const head = yield* journal.close(run)
      const other = "f".repeat(64)
      expect(yield* reasonOf(journal.verify(run, other))).toStrictEqual({
        _tag: "Corrupt",
        run,
        seq: null,
        what: `the head is ${head}, not ${other} as expected: events were changed or cut off`
      })
      expect(yield* reasonOf(journal.verify(runId(2), head))).toStrictEqual({
        _tag: "Corrupt",
        run: runId(2),
        seq: null,
        what: "the run is not in the journal any more"
      })
    })
  )

  claim(
    "tails past events, then live ones, and ends when the run is closed",
    Effect.gen(function* () {
      const journal = yield* Journal
      yield* journal.open(run)
      yield* journal.append(run, [note("a"), note("b")])
      const all = yield* Effect.forkChild(Stream.runCollect(journal.tail(run)), { startImmediately: true })
      const late = yield* Effect.forkChild(Stream.runCollect(journal.tail(run, 4)), { startImmediately: true })
      yield* Effect.yieldNow
      yield* journal.append(run, [note("c")])
      yield* Effect.yieldNow
      yield* journal.append(run, [note("d")])
      yield* journal.close(run)
      const events = yield* journal.read(run)
      expect(yield* Fiber.join(all)).toStrictEqual(events)
      expect(yield* Fiber.join(late)).toStrictEqual(events.slice(3))
      expect(yield* Stream.runCollect(journal.tail(run))).toStrictEqual(events)
    })
  )

  claim(
    "neither holds up writers nor loses events when a tail is read slowly",
    Effect.gen(function* () {
      const journal = yield* Journal
      const count = 1000
      yield* journal.open(run)
      const slow = yield* journal.tail(run).pipe(
        Stream.mapEffect((event) => Effect.as(Effect.sleep("1 second"), event.seq)),
        Stream.runCollect,
        Effect.forkChild({ startImmediately: true })
      )
      for (let n = 0; n < count; n++) yield* journal.append(run, [note(String(n))])
      yield* journal.close(run)
      expect(slow.pollUnsafe()).toBeUndefined()
      yield* TestClock.adjust(`${count} seconds`)
      expect(yield* Fiber.join(slow)).toStrictEqual(Array.from({ length: count }, (_, index) => index + 1))
    })
  )

  claim(
    "keeps the events of concurrent writers apart and in order",
    Effect.gen(function* () {
      const journal = yield* Journal
      const runs = [1, 2, 3].map(runId)
      yield* Effect.forEach(
        runs,
        (run) =>
          Effect.andThen(
            journal.open(run),
            Effect.forEach(
              Array.from({ length: 20 }, (_, n) => n),
              (n) => Effect.andThen(journal.append(run, [note(`${run} ${n}`)]), Effect.yieldNow)
            )
          ),
        { concurrency: "unbounded" }
      )
      for (const run of runs) {
        expect(texts(yield* journal.read(run))).toStrictEqual(
          Array.from({ length: 20 }, (_, n) => noteBody(`${run} ${n}`))
        )
        expect((yield* journal.verify(run)).events).toBe(20)
      }
    })
  )

  claim(
    "returns from a barrier",
    Effect.gen(function* () {
      const journal = yield* Journal
      yield* journal.open(run)
      yield* journal.append(run, [note("a")])
      expect(yield* Effect.exit(journal.barrier)).toStrictEqual(yield* Effect.exit(Effect.void))
    })
  )
})

class Cost extends Schema.Class<Cost>("Cost")({ tokens: Schema.Int }) {}
const Spent = Schema.TaggedStruct("Spent", { cost: Cost, at: Schema.Date })
const Idle = Schema.TaggedStruct("Idle", { why: Schema.NullOr(Schema.String) })

describe("a namespace of the journal", () => {
  const meter = Journal.of("meter", 2, Schema.Union([Spent, Idle]))
  const spent = Spent.make({ cost: new Cost({ tokens: 3 }), at: new Date(5) })
  const idle = Idle.make({ why: null })

  it.effect("writes typed bodies as JSON and reads them back", () =>
    Effect.gen(function* () {
      const journal = yield* Journal
      yield* journal.open(run)
      expect(yield* meter.append(run, agent, rootPath, spent, idle)).toBe(2)
      const events = yield* journal.read(run)
      expect(events.map(({ body, namespace, type, version }) => ({ body, namespace, type, version }))).toStrictEqual([
        {
          body: { _tag: "Spent", at: "1970-01-01T00:00:00.005Z", cost: { tokens: 3 } },
          namespace: "meter",
          type: "Spent",
          version: 2
        },
        { body: { _tag: "Idle", why: null }, namespace: "meter", type: "Idle", version: 2 }
      ])
      expect(events.map(meter.decode)).toStrictEqual([Option.some(spent), Option.some(idle)])
    }).pipe(Effect.provide(Journal.layerMemory, { local: true }))
  )

  it.effect("leaves other namespaces, other versions and unknown bodies undecoded, and they stay in the chain", () =>
    Effect.gen(function* () {
      const journal = yield* Journal
      yield* journal.open(run)
      const foreign = { ...entry({ _tag: "Idle" }), namespace: "someone-elses" }
      const older = { ...entry(idle), namespace: "meter", version: 1 }
      const strange = { ...entry({ _tag: "Strange" }), namespace: "meter", version: 2 }
      yield* journal.append(run, [foreign, older, strange])
      const events = yield* journal.read(run)
      expect(events.map(meter.decode)).toStrictEqual([Option.none(), Option.none(), Option.none()])
      expect((yield* journal.verify(run)).events).toBe(3)
    }).pipe(Effect.provide(Journal.layerMemory, { local: true }))
  )
})

describe("JournalError", () => {
  it("names the file and what to do next", () => {
    const reasons: ReadonlyArray<JournalErrorReason> = [
      { _tag: "Unavailable", detail: "unable to open database file" },
      { _tag: "DiskFull" },
      { _tag: "Busy", waitedMs: 5000 },
      { _tag: "NotAJournal", detail: "file is not a database" },
      { _tag: "NewerVersion", version: 2, known: 1 },
      { _tag: "Corrupt", run, seq: 4, what: "the event was changed" },
      { _tag: "Corrupt", run: null, seq: null, what: "malformed" },
      { _tag: "DatabaseLost", wal: "/state/j.db-wal" },
      { _tag: "UnknownRun", run },
      { _tag: "RunClosed", run },
      { _tag: "Removed", run, at: 1_767_225_600_000, events: 12 },
      { _tag: "Held", run, pid: 4711, since: 1_767_225_600_000 },
      { _tag: "Held", run, pid: 4711, since: 1e300 },
      { _tag: "LeaseLost", run, pid: 4711 },
      { _tag: "LeaseLost", run, pid: null }
    ]
    const errors = reasons.map((reason) => new JournalError({ path: "/state/j.db", reason }))
    expect(errors.map(({ message }) => message)).toStrictEqual([
      "journal /state/j.db: unable to open database file",
      "journal /state/j.db: the disk is full",
      "journal /state/j.db: another process has been writing to it for 5000 ms",
      "journal /state/j.db: the file is not a journal of deputize (file is not a database)",
      "journal /state/j.db: the file has version 2, this deputize knows versions up to 1",
      `journal /state/j.db: ${run}: event 4: the event was changed`,
      "journal /state/j.db: malformed",
      "journal /state/j.db: the file is missing or has nothing in it, and events that belong to it are left in /state/j.db-wal",
      `journal /state/j.db: there is no run ${run}`,
      `journal /state/j.db: run ${run} has ended and takes no more events`,
      `journal /state/j.db: run ${run} was removed at 2026-01-01T00:00:00.000Z, with its 12 events`,
      `journal /state/j.db: run ${run} is held by process 4711 since 2026-01-01T00:00:00.000Z`,
      `journal /state/j.db: run ${run} is held by process 4711 since time 1e+300`,
      `journal /state/j.db: run ${run} was taken over by process 4711`,
      `journal /state/j.db: run ${run} was taken over by another process, and has been given back since`
    ])
    expect(errors[11]?.hint).toContain(`deputize attach ${run}`)
    expect(errors[11]?.hint).toContain(`deputize stop ${run}`)
    expect(errors.filter(({ hint }) => hint.length < 20)).toStrictEqual([])
  })
})
