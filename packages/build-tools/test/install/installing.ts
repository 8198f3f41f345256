/**
 * Installs version after version, with a rollback after every third, into the prefix of a fixture: COUNT of them, or
 * without end from the moment in which it is told to by a byte on stdin. Says so with a dot once it has begun.
 *
 *   node --conditions=@deputize/source installing.ts BASE LABEL [COUNT]
 */
import * as fs from "node:fs"
import { install, rollback } from "@deputize/build-tools/install/Installer"
import * as Effect from "effect/Effect"
import { fixtureIn, sessionFiles } from "./fixture.ts"

const [base = "", label = "", count] = process.argv.slice(2)
const files = fixtureIn(base, label)

const round = Effect.fn("round")(function* (number: number) {
  const session = `${label}-${number}`
  yield* install(sessionFiles(files, session), files.options(session))
  if (number % 3 === 2) yield* rollback(files.prefix, "tool")
})

if (count === undefined) {
  fs.writeSync(1, ".")
  await new Promise((resolve) => process.stdin.once("data", resolve))
}
const end = count === undefined ? Number.POSITIVE_INFINITY : Number(count)
for (let number = 0; number < end; number++) await Effect.runPromise(round(number))
