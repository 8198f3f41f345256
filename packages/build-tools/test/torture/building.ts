/**
 * A build in a process of its own, which kills itself when it has recorded so many facts: the moment is the same each
 * time. Prints the facts' names, a line each, so that the last line is the one after which it died.
 *
 *   node --conditions=@deputize/source building.ts REQUEST FACTS
 */
import { readFileSync, writeSync } from "node:fs"
import * as Effect from "effect/Effect"
import { run } from "../runner/place.ts"

const [request = "", facts = ""] = process.argv.slice(2)
const { options, steps, workspace } = JSON.parse(readFileSync(request, "utf8"))
const nothing = () => {
  throw new Error("a build does not need this of its place")
}
let left = Number(facts)

await Effect.runPromise(
  run({ workspace, options, starts: nothing, write: nothing, read: nothing }, steps, {}, (notice) => {
    if (notice._tag !== "Recorded") return
    writeSync(1, `${notice.event._tag}\n`)
    left -= 1
    if (left === 0) process.kill(process.pid, "SIGKILL")
  })
)
