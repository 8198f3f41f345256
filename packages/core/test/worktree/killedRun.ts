/**
 * A run of four agents with trees of their own, as a process that may be killed at any moment and started again: each
 * does what it always does. Prints what became of them.
 *
 *   node --conditions=@deputize/source killedRun.ts ROOT TREES
 */
import * as path from "node:path"
import process from "node:process"
import * as Effect from "effect/Effect"
import { begin, childOf, placesOf, requestOf, services, work, write, writer } from "./fixture.ts"

const [root = "", trees = ""] = process.argv.slice(2)

const request = requestOf(root, ["one", "two", "three", "four"], {
  worktree: { copy: [".env"], setup: ["cp a.txt made-by-setup"] },
  checks: { commands: ["test -e .env && test -e made-by-setup"], environment: { PATH: process.env.PATH ?? "" } }
})

const many = Object.fromEntries(
  Array.from({ length: 60 }, (_, index) => [`many/${index % 7}/${index}.txt`, `${index}\n`])
)

const acts = {
  one: write({ "a.txt": "one\n2\n3\n4\n5\n", "ignored.log": "one\n" }),
  two: write({ "a.txt": "1\n2\n3\n4\ntwo\n", "gone.txt": null }),
  three: write({ "a.txt": "three\n2\n3\n4\n5\n", "mine.txt": "three\n" }),
  four: write({ ...many, "mine.txt": "four\n" })
}

const program = Effect.gen(function* () {
  const ground = yield* begin(request)
  const results = yield* Effect.forEach(
    placesOf(request),
    (place) => {
      const name = path.basename(place.path) as keyof typeof acts
      const child = childOf(place, writer("child", { isolation: "worktree" }))
      return work(
        ground.of,
        place,
        (own) =>
          Effect.gen(function* () {
            yield* acts[name](own)
            if (name === "four") yield* work(own.below, child, write({ "child/of-four.txt": "child\n" }))
          }),
        { artifacts: name === "one" ? ["ignored.log"] : [] }
      )
    },
    { concurrency: "unbounded" }
  )
  return yield* ground.finish(results, { isCut: false })
}).pipe(Effect.scoped, Effect.provide(services({ root, trees }, path.dirname(trees))))

process.stdout.write(`${JSON.stringify(await Effect.runPromise(program))}\n`)
