/**
 * Claims files by making them, in a race with others of its kind: writes the numbers of those that it got, as JSON. It
 * says when it is ready, and begins when it is told something.
 *
 *   node --conditions=@deputize/source claimingWriter.ts ROOT NAME COUNT
 */
import * as fs from "node:fs"
import { ConfinedRoot } from "@deputize/core/workspace/ConfinedRoot"
import * as Effect from "effect/Effect"

const [root = "", name = "", count = "0"] = process.argv.slice(2)

const claims = Effect.gen(function* () {
  const confined = yield* ConfinedRoot
  yield* Effect.sync(() => fs.writeSync(1, "ready\n"))
  yield* Effect.callback<void>((resume) => void process.stdin.once("data", () => resume(Effect.void)))
  const all = Array.from({ length: Number(count) }, (_, index) => index)
  const won = yield* Effect.filter(all, (index) =>
    Effect.isSuccess(confined.writeFile(`${index}.txt`, new TextEncoder().encode(name), "absent"))
  )
  yield* Effect.sync(() => {
    fs.writeSync(1, `${JSON.stringify(won)}\n`)
    process.stdin.destroy()
  })
})

await Effect.runPromise(claims.pipe(Effect.provide(ConfinedRoot.layer(root))))
