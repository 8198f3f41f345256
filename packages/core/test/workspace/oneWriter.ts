/**
 * Writes one file with 4 MiB in it and reports in JSON what came of it. Tests start it where the system sets limits.
 *
 *   node --conditions=@deputize/source oneWriter.ts ROOT FILE
 */
import * as fs from "node:fs"
import { ConfinedRoot } from "@deputize/core/workspace/ConfinedRoot"
import * as Effect from "effect/Effect"

const [root = "", file = ""] = process.argv.slice(2)

const report = Effect.gen(function* () {
  const confined = yield* ConfinedRoot
  const error = yield* Effect.flip(confined.writeFile(file, new Uint8Array(4 << 20), "any"))
  yield* Effect.sync(() => {
    const names = fs.readdirSync(root, { recursive: true }).sort()
    const old = fs.readFileSync(`${root}/old.txt`, "utf8")
    fs.writeSync(1, JSON.stringify({ message: error.message, hint: error.hint, names, old }))
  })
})

await Effect.runPromise(report.pipe(Effect.provide(ConfinedRoot.layer(root))))
