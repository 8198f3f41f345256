/** An undo that is cut at each of its steps, and made again. */
import * as fs from "node:fs"
import * as path from "node:path"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { rootPath } from "../../src/domain/Ids.ts"
import { Blobs } from "../../src/journal/Blobs.ts"
import { Journal } from "../../src/journal/Journal.ts"
import { ConfinedRoot } from "../../src/workspace/ConfinedRoot.ts"
import type { Fixture } from "../workspace/fixture.ts"
import { change, picture, run, undo, within } from "./fixture.ts"

class Cut extends Error {}

/** Services whose `at`-th effect is the last one, made or not: what a process that is killed then has done. */
const cutting = (at: number, isMade: boolean) =>
  Effect.gen(function* () {
    const [journal, blobs, root] = [yield* Journal, yield* Blobs, yield* ConfinedRoot]
    let count = 0
    const step = <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
      Effect.suspend(() => {
        count += 1
        if (count < at) return effect
        if (count > at) return Effect.die(new Cut())
        return isMade ? Effect.andThen(effect, Effect.die(new Cut())) : Effect.die(new Cut())
      })
    return {
      count: () => count,
      journal: Journal.of({
        ...journal,
        append: (...args) => step(journal.append(...args)),
        barrier: step(journal.barrier),
        close: (...args) => step(journal.close(...args))
      }),
      blobs: Blobs.of({ ...blobs, put: (...args) => step(blobs.put(...args)) }),
      root: ConfinedRoot.of({
        ...root,
        writeFile: (...args) => step(root.writeFile(...args)),
        deleteFile: (...args) => step(root.deleteFile(...args)),
        removeDirectory: (...args) => step(root.removeDirectory(...args))
      })
    }
  })

const prepare = (files: Fixture) => {
  files.write("a.txt", "one")
  files.write("old.sh", "old")
  fs.chmodSync(path.join(files.root, "old.sh"), 0o755)
  files.write("place", "file")
  files.write("again.sh", "again")
  fs.chmodSync(path.join(files.root, "again.sh"), 0o755)
}

const changes = Effect.gen(function* () {
  yield* change("x", { "a.txt": "two", "old.sh": null, "new/deep/b": "b", place: null, "again.sh": null })
  yield* change("y", { "place/c": "c", "new/d": "d", "again.sh": "again" })
  const journal = yield* Journal
  const ended = { _tag: "Ended", status: "completed", wallMs: 1, usedTokens: 0, nanoUsd: 0 }
  yield* journal.append(run, [{ namespace: "run", version: 1, path: rootPath, parent: null, body: ended }])
  yield* journal.close(run)
})

/** The undo, or its being taken back, cut at that step; whether it came to its end before. */
const cutUndo = Effect.fnUntraced(function* (at: number, isMade: boolean, redo: boolean) {
  const services = yield* cutting(at, isMade)
  const exit = yield* undo({ redo }).pipe(
    Effect.provideService(Journal, services.journal),
    Effect.provideService(Blobs, services.blobs),
    Effect.provideService(ConfinedRoot, services.root),
    Effect.exit
  )
  return exit._tag === "Success" && services.count() < at
})

/** Each file has its bytes from before the run or after it; `name` is where both have something else. */
const isOneOf =
  (now: string | undefined, ...sides: ReadonlyArray<Readonly<Record<string, string>>>) =>
  (name: string) =>
    sides.some((side) => side[name] === now)

describe.each([
  ["an undo", false],
  ["what takes an undo back", true]
] as const)("%s", (_, redo) => {
  it.effect.each([true, false])("is finished by a second one wherever it is cut, its step made: %s", (isMade) =>
    Effect.gen(function* () {
      let isOver = false
      let cuts = 0
      for (let at = 1; !isOver; at++) {
        yield* within(
          prepare,
          Effect.fnUntraced(function* (files) {
            const first = picture(files)
            yield* changes
            const changed = picture(files)
            if (redo) yield* undo()
            const [from, to] = redo ? [first, changed] : [changed, first]
            isOver = yield* cutUndo(at, isMade, redo)
            const torn = Object.entries(picture(files)).filter(
              ([name, now]) => !name.endsWith("/") && !isOneOf(now, from, to)(name)
            )
            expect(torn).toStrictEqual([])
            const { left } = yield* undo({ redo })
            expect({ at, left, now: picture(files) }).toStrictEqual({ at, left: [], now: to })
            const journal = yield* Journal
            yield* undo({ redo: !redo })
            expect(picture(files)).toStrictEqual(from)
            expect([yield* journal.standing(run), typeof (yield* journal.verify(run)).head]).toStrictEqual([
              "closed",
              "string"
            ])
          }),
          () => Blobs.layerMemory
        )
        cuts += 1
      }
      expect(cuts).toBeGreaterThan(15)
    })
  )
})
