/**
 * A process that owns runs, for tests of several at once, of one that is stopped and of one that dies:
 *
 *   node owner.ts FILE [PLACE]
 *
 * Takes a command a line from stdin and answers each with a line: `hold RUN`, `append RUN`, `release RUN`, `close RUN`,
 * `say RUN TEXT`. The answer is `ok`, or the reason's tag with the process that it names. With a PLACE it behaves as if
 * numbers of processes meant something else there.
 */
import process from "node:process"
import { createInterface } from "node:readline"
import { DatabaseSync } from "node:sqlite"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Scope from "effect/Scope"
import { RunId } from "../../src/domain/Ids.ts"
import type { JournalError } from "../../src/journal/Journal.ts"
import { here } from "../../src/journal/Lease.ts"
import * as SqliteStore from "../../src/journal/SqliteStore.ts"
import * as StoredJournal from "../../src/journal/StoredJournal.ts"
import { note } from "./fixture.ts"

const [file = "", place] = process.argv.slice(2)

const answer = (call: Effect.Effect<unknown, JournalError>) =>
  Effect.match(call, {
    onSuccess: () => "ok",
    onFailure: ({ reason }) => ("pid" in reason ? `${reason._tag} ${reason.pid}` : reason._tag)
  })

await Effect.runPromise(
  Effect.scoped(
    Effect.gen(function* () {
      const store = SqliteStore.open(DatabaseSync, file, 5000)
      const journal = yield* StoredJournal.make(store, Effect.void, place === undefined ? here() : { ...here(), place })
      const held = new Map<string, Scope.Closeable>()
      const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]()
      for (;;) {
        const { done, value } = yield* Effect.promise(() => lines.next())
        if (done === true) break
        const [command = "", id = "", ...text] = value.split(" ")
        const run = RunId.make(id)
        const scope = held.get(run) ?? (yield* Scope.make())
        held.set(run, scope)
        switch (command) {
          case "hold":
            process.stdout.write(`${yield* answer(Scope.provide(journal.hold(run), scope))}\n`)
            break
          case "release":
            held.delete(run)
            process.stdout.write(`${yield* answer(Scope.close(scope, Exit.void))}\n`)
            break
          case "append":
            process.stdout.write(`${yield* answer(journal.append(run, [note("by another process")]))}\n`)
            break
          case "close":
            process.stdout.write(`${yield* answer(journal.close(run))}\n`)
            break
          case "say":
            process.stdout.write(
              `${yield* answer(journal.post(run, { _tag: "Say", to: null, text: text.join(" ") }))}\n`
            )
            break
          default:
            process.stdout.write(`there is no command ${command}\n`)
        }
      }
      store.close()
    })
  )
)
