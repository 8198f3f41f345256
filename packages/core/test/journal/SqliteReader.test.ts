import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import type { RunId } from "../../src/domain/Ids.ts"
import { Journal, type JournalService } from "../../src/journal/Journal.ts"
import { SqliteReader } from "../../src/journal/SqliteReader.ts"
import { folder, note, noteBody, runId, withJournal } from "./fixture.ts"

const run = runId(1)

const reading = <A, E, R>(file: string, use: (journal: JournalService) => Effect.Effect<A, E, R>) =>
  Journal.use(use).pipe(Effect.provide(SqliteReader.layer({ file }), { local: true }))

const recorded = (file: string) =>
  withJournal({ file }, (journal) =>
    Effect.gen(function* () {
      yield* journal.open(run)
      yield* journal.append(run, [note("first"), note("second")])
      yield* journal.close(run)
    })
  )

/** Names, bytes and times of all files below. */
const stateOf = (path: string) =>
  readdirSync(path, { recursive: true, encoding: "utf8" })
    .sort()
    .map((name) => {
      const { ctimeMs, mode, mtimeMs } = statSync(join(path, name))
      const bytes = statSync(join(path, name)).isFile() ? readFileSync(join(path, name), "base64") : ""
      return { name, mode, ctimeMs, mtimeMs, bytes }
    })

const texts = (journal: JournalService) => Effect.map(journal.read(run), (events) => events.map(({ body }) => body))

describe("a journal that is only read", () => {
  it.effect("leaves a file that nobody has open as it was, with nothing beside it", () =>
    Effect.gen(function* () {
      const place = yield* folder
      const file = join(place, "state #1?", "journal.db")
      yield* recorded(file)
      const before = stateOf(place)
      const found = yield* reading(file, (journal) =>
        Effect.all([
          Effect.map(journal.list, (runs) => runs.map(({ events, run }) => ({ events, run }))),
          texts(journal)
        ])
      )
      expect(found).toStrictEqual([[{ run, events: 2 }], [noteBody("first"), noteBody("second")]])
      expect(stateOf(place)).toStrictEqual(before)
    })
  )

  it.effect("sees what another process commits while it is open", () =>
    Effect.gen(function* () {
      const file = join(yield* folder, "journal.db")
      yield* withJournal({ file }, (writer) =>
        Effect.gen(function* () {
          yield* writer.open(run)
          yield* writer.append(run, [note("first")])
          yield* reading(file, (reader) =>
            Effect.gen(function* () {
              expect(yield* texts(reader)).toStrictEqual([noteBody("first")])
              yield* writer.append(run, [note("second")])
              expect(yield* texts(reader)).toStrictEqual([noteBody("first"), noteBody("second")])
            })
          )
        })
      )
    })
  )

  it.effect("sees what a process that came later has written, and is gone again", () =>
    Effect.gen(function* () {
      const file = join(yield* folder, "journal.db")
      yield* recorded(file)
      yield* reading(file, (reader) =>
        Effect.gen(function* () {
          expect(yield* texts(reader)).toStrictEqual([noteBody("first"), noteBody("second")])
          yield* withJournal({ file }, (writer) =>
            Effect.gen(function* () {
              yield* writer.open(run)
              yield* writer.append(run, [note("third")])
              expect(yield* texts(reader)).toStrictEqual(["first", "second", "third"].map(noteBody))
              yield* writer.append(run, [note("fourth")])
            })
          )
          expect(yield* texts(reader)).toStrictEqual(["first", "second", "third", "fourth"].map(noteBody))
        })
      )
    })
  )

  it.effect("reads every event of a run, whatever others write over the file meanwhile", () =>
    Effect.gen(function* () {
      const file = join(yield* folder, "journal.db")
      const written = Array.from({ length: 600 }, (_, n) => `${n} `.repeat(150))
      const write = (id: RunId) =>
        withJournal({ file }, (writer) =>
          Effect.andThen(writer.open(id), Effect.andThen(writer.append(id, written.map(note)), writer.close(id)))
        )
      yield* write(runId(2))
      yield* write(run)
      const numbers = yield* reading(file, (reader) =>
        reader.stream(run).pipe(
          Stream.tap(({ seq }) => {
            if (seq !== 1) return Effect.void
            const remove = withJournal({ file }, (writer) => writer.remove(runId(2)))
            return Effect.andThen(remove, write(runId(3)))
          }),
          Stream.map(({ seq }) => seq),
          Stream.runCollect
        )
      )
      expect(numbers).toStrictEqual(written.map((_, index) => index + 1))
    })
  )

  it.effect("sees the first run of a journal that was not there when it was opened", () =>
    Effect.gen(function* () {
      const file = join(yield* folder, "state", "journal.db")
      yield* reading(file, (reader) =>
        Effect.gen(function* () {
          expect(yield* reader.list).toStrictEqual([])
          yield* recorded(file)
          expect(yield* texts(reader)).toStrictEqual([noteBody("first"), noteBody("second")])
        })
      )
    })
  )

  it.effect("has no runs, and makes no folder, where there is no file", () =>
    Effect.gen(function* () {
      const place = yield* folder
      expect(yield* reading(join(place, "state", "journal.db"), (journal) => journal.list)).toStrictEqual([])
      expect(readdirSync(place)).toStrictEqual([])
    })
  )

  it.effect("has no runs in a file that has nothing in it yet", () =>
    Effect.gen(function* () {
      const place = yield* folder
      const file = join(place, "journal.db")
      writeFileSync(file, "")
      const before = stateOf(place)
      expect(yield* reading(file, (journal) => journal.list)).toStrictEqual([])
      expect(stateOf(place)).toStrictEqual(before)
    })
  )

  it.effect.each(["a record", "no record"])("takes no events: %s", (kind) =>
    Effect.gen(function* () {
      const file = join(yield* folder, "journal.db")
      if (kind === "a record") yield* recorded(file)
      const error = yield* reading(file, (journal) => Effect.flip(journal.open(runId(2))))
      expect({ path: error.path, tag: error.reason._tag }).toStrictEqual({ path: file, tag: "Unavailable" })
    })
  )

  it.effect("says so of a file or a folder that is no journal", () =>
    Effect.gen(function* () {
      const place = yield* folder
      const [file, directory] = [join(place, "text.db"), join(place, "folder.db")]
      writeFileSync(file, "not a database, but longer than the header of one would be ".repeat(4))
      mkdirSync(directory)
      const tagOf = (path: string) => Effect.map(Effect.flip(reading(path, texts)), ({ reason }) => reason._tag)
      expect([yield* tagOf(file), yield* tagOf(directory)]).toStrictEqual(["NotAJournal", "Unavailable"])
    })
  )
})
