/**
 * A process that writes to a journal, for tests of what is left when it dies and of two at once:
 *
 *   node writer.ts FILE RUN COUNT
 *
 * Appends three events at a time, COUNT times (0: until it is killed), and writes the last event's number to stdout
 * once it is acknowledged; in the end closes the run and writes `head HEAD`.
 */
import process from "node:process"
import * as Effect from "effect/Effect"
import { RunId } from "../../src/domain/Ids.ts"
import { note, withJournal } from "./fixture.ts"

const [file = "", run = "", count = "0"] = process.argv.slice(2)
const say = (line: string) =>
  Effect.callback<void>((resume) => {
    process.stdout.write(`${line}\n`, () => resume(Effect.void))
  })

await Effect.runPromise(
  withJournal({ file }, (journal) =>
    Effect.gen(function* () {
      const id = RunId.make(run)
      yield* journal.open(id)
      for (let n = 1; Number(count) === 0 || n <= Number(count); n++) {
        yield* say(
          String(
            yield* journal.append(
              id,
              ["a", "b", "c"].map((text) => note(`${text}${n} ${"x".repeat(500)}`))
            )
          )
        )
      }
      yield* say(`head ${yield* journal.close(id)}`)
    })
  )
)
