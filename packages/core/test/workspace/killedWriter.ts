/**
 * Changes a workspace again and again until it is killed; says so once every kind of change was made.
 *
 *   node --conditions=@deputize/source killedWriter.ts ROOT
 */
import * as fs from "node:fs"
import { ConfinedRoot } from "@deputize/core/workspace/ConfinedRoot"
import * as Effect from "effect/Effect"
import { versions } from "./kill.ts"

const [root = ""] = process.argv.slice(2)

const round = Effect.gen(function* () {
  const confined = yield* ConfinedRoot
  for (const version of versions) {
    yield* confined.writeFile("replaced.txt", version, "any")
    yield* Effect.exit(confined.writeFile("made/here.txt", version, "absent"))
    yield* Effect.exit(confined.move("made/here.txt", "moved/there.txt", "any"))
    yield* confined.deleteFile("moved/there.txt", "any")
    yield* Effect.sync(() => fs.writeSync(1, "."))
  }
})

await Effect.runPromise(Effect.forever(round).pipe(Effect.provide(ConfinedRoot.layer(root))))
