import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync
} from "node:fs"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import { TestClock } from "effect/testing"
import { BuildRecord, UnknownSession } from "../../src/record/BuildRecord.ts"
import { type BuildState, fold } from "../../src/record/BuildState.ts"
import { folder, session, start, timed } from "./fixture.ts"

type Service = BuildRecord["Service"]

/** Does `use` as the next process would. */
const withRecord = <A, E>(root: string, use: (record: Service) => Effect.Effect<A, E>) =>
  BuildRecord.use(use).pipe(Effect.provide(BuildRecord.layer(root), { local: true }))

/** Records a session's events, 10 ms apart. */
const play = Effect.fnUntraced(function* (record: Service, events = session.slice(1), name = start.session) {
  yield* record.begin({ ...start, session: name })
  for (const event of events) {
    yield* TestClock.adjust("10 millis")
    yield* record.record(event)
  }
})

const whole = fold(timed(session))

/** The state without the moments, which count from 1970 on the test's clock. */
const steps = (state: BuildState | undefined) =>
  state?.steps.map(({ attempts, id, outcome, tasks, why }) => ({ attempts, id, outcome, tasks: [...tasks], why }))

describe("the record of builds", () => {
  it.effect("gives the next process what was recorded, and the one at work too", () =>
    Effect.gen(function* () {
      const root = yield* folder
      yield* TestClock.setTime(1000)
      const current = yield* withRecord(root, (record) => Effect.andThen(play(record), record.current))
      expect(current).toStrictEqual(Option.fromUndefinedOr(whole))
      expect(yield* withRecord(root, (record) => record.read(start.session))).toStrictEqual(whole)
      expect(yield* withRecord(root, (record) => record.last)).toStrictEqual(Option.fromUndefinedOr(whole))
    })
  )

  it.effect("lists sessions newest first, and knows by them how long steps take", () =>
    Effect.gen(function* () {
      const root = yield* folder
      yield* withRecord(root, (record) => play(record))
      yield* TestClock.adjust("1 second")
      const { durations, list } = yield* withRecord(
        root,
        Effect.fnUntraced(function* (record) {
          yield* play(record, session.slice(1, 8), "20260802_150000")
          return { durations: yield* record.durations, list: yield* record.list }
        })
      )
      expect(list).toStrictEqual([
        { session: "20260802_150000", status: "interrupted", pipeline: "app", startedAt: 1260, ms: 70 },
        { session: "20260802_143005", status: "completed", pipeline: "app", startedAt: 0, ms: 260 }
      ])
      expect(durations.steps).toStrictEqual({ clean: 12, build: 1060, "release/install": 4 })
    })
  )

  it.effect("goes on with a session that was cut off or had ended", () =>
    Effect.gen(function* () {
      const root = yield* folder
      yield* withRecord(root, (record) => play(record, session.slice(1, 10)))
      const before = yield* withRecord(
        root,
        Effect.fnUntraced(function* (record) {
          const before = yield* record.resume(start.session, { pid: 300, jobs: 4 })
          yield* record.record({ _tag: "SessionEnded", status: "stopped" })
          return before
        })
      )
      expect([before.pid, before.status, steps(before)]).toStrictEqual([
        100,
        "interrupted",
        steps(fold(timed(session.slice(0, 10))))
      ])
      const again = yield* withRecord(
        root,
        Effect.fnUntraced(function* (record) {
          yield* record.resume(start.session, { pid: 301, jobs: 4 })
          return yield* record.read(start.session)
        })
      )
      expect([again.pid, again.resumed, again.status]).toStrictEqual([301, 2, "interrupted"])
    })
  )

  it.effect("names the sessions that there are when one is not known", () =>
    Effect.gen(function* () {
      const root = yield* folder
      const missing = withRecord(root, (record) => Effect.flip(record.read("20200101_000000")))
      expect(yield* missing).toStrictEqual(new UnknownSession({ session: "20200101_000000", known: [] }))
      yield* withRecord(root, (record) => play(record, []))
      const error = yield* missing
      expect([error.message, error.hint]).toStrictEqual([
        "there is no build session 20200101_000000 in this workspace",
        "The newest are 20260802_143005; deputize build list names all."
      ])
    })
  )

  it.effect("finds a free name for a session", () =>
    Effect.gen(function* () {
      const root = yield* folder
      yield* TestClock.setTime(new Date(2026, 7, 2, 14, 30, 5).getTime())
      const name = withRecord(root, (record) => record.freeName)
      expect(yield* name).toBe("20260802_143005")
      yield* withRecord(root, (record) => play(record, []))
      yield* TestClock.setTime(new Date(2026, 7, 2, 14, 30, 5).getTime())
      expect(yield* name).toBe("20260802_143005-2")
    })
  )

  it.effect("is not made or changed by those who only read", () =>
    Effect.gen(function* () {
      const root = yield* folder
      const look = withRecord(`${root}/state`, (record) =>
        Effect.all([record.list, record.last, record.durations, record.freeName])
      )
      expect((yield* look).slice(0, 3)).toStrictEqual([[], Option.none(), { steps: {}, tasks: {} }])
      expect(existsSync(`${root}/state`)).toBe(false)
      yield* withRecord(`${root}/state`, (record) => play(record))
      const before = [readdirSync(`${root}/state`), statSync(`${root}/state/record.db`).mtimeMs]
      yield* look
      expect([readdirSync(`${root}/state`), statSync(`${root}/state/record.db`).mtimeMs]).toStrictEqual(before)
    })
  )

  it.effect("reads as one that was cut off between two events, wherever its file is cut off", () =>
    Effect.gen(function* () {
      const root = yield* folder
      yield* withRecord(`${root}/live`, (record) =>
        Effect.andThen(
          play(record),
          // As a crash leaves it: the last connection would take the write-ahead file away.
          Effect.sync(() => cpSync(`${root}/live`, `${root}/crashed`, { recursive: true }))
        )
      )
      const wal = readFileSync(`${root}/crashed/record.db-wal`)
      const cuts = Array.from({ length: 40 }, (_, at) => Math.floor((wal.length * at) / 39))
      const known = Array.from({ length: session.length + 1 }, (_, length) =>
        JSON.stringify(steps(fold(timed(session.slice(0, length)))) ?? null)
      )
      const lengths: Array<number> = []
      for (const cut of cuts) {
        const copy = `${root}/cut-${cut}`
        cpSync(`${root}/crashed`, copy, { recursive: true })
        truncateSync(`${copy}/record.db-wal`, cut)
        const state = yield* withRecord(copy, (record) => record.last)
        lengths.push(known.lastIndexOf(JSON.stringify(steps(Option.getOrUndefined(state)) ?? null)))
      }
      expect(lengths.every((length) => length >= 0)).toBe(true)
      expect(lengths).toStrictEqual([...lengths].sort((a, b) => a - b))
      expect(lengths.at(-1)).toBe(session.length)
    })
  )

  it.effect("that cannot be opened says so when a session begins, and is empty for those who read", () =>
    Effect.gen(function* () {
      const root = yield* folder
      writeFileSync(`${root}/file`, "")
      const error = yield* withRecord(`${root}/file`, (record) => Effect.flip(record.begin(start)))
      expect(error.reason).toStrictEqual({
        _tag: "Unavailable",
        detail: `EEXIST: file already exists, mkdir '${root}/file'`
      })
      expect(yield* withRecord(`${root}/file`, (record) => record.list)).toStrictEqual([])
      mkdirSync(`${root}/taken/record.db`, { recursive: true })
      const taken = yield* withRecord(`${root}/taken`, (record) => Effect.flip(record.begin(start)))
      expect(taken.reason._tag).toBe("Unavailable")
    })
  )

  it.effect("in memory behaves alike", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(1000)
      const state = yield* BuildRecord.use((record) => Effect.andThen(play(record), record.last)).pipe(
        Effect.provide(Layer.fresh(BuildRecord.layerMemory))
      )
      expect(state).toStrictEqual(Option.fromUndefinedOr(whole))
    })
  )
})
