import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { JournalError } from "@deputize/core/journal/JournalError"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { BuildRecord } from "../../src/record/BuildRecord.ts"
import { type Place, run, withPlace } from "../runner/place.ts"
import { shell } from "../testing/steps.ts"
import { killedAfter } from "./killed.ts"

const files = ["record.db", "record.db-wal"] as const

const steps = [shell("one", "true"), shell("two", "true", { needs: ["one"] })]

/** Steps that a record takes for ended; null where it is refused with a message. */
const endedIn = (folder: string) =>
  BuildRecord.use(({ last }) => last).pipe(
    Effect.map((state) =>
      Option.toArray(state).flatMap((found) => found.steps.filter((step) => step.outcome !== null))
    ),
    Effect.map((ended) => ended.map(({ id }) => id)),
    Effect.catchIf(
      (error): error is JournalError => error instanceof JournalError && error.message !== "",
      () => Effect.succeed(null)
    ),
    Effect.provide(BuildRecord.layer(folder), { local: true })
  )

/** A copy of the record with one file changed. */
const changed = (place: Place, file: (typeof files)[number], number: number, change: (whole: Buffer) => Buffer) => {
  const folder = join(place.workspace, "..", `copy-${file}-${number}`)
  mkdirSync(folder)
  for (const each of files) {
    if (existsSync(join(place.options.folder, each))) copyFileSync(join(place.options.folder, each), join(folder, each))
  }
  writeFileSync(join(folder, file), change(readFileSync(join(folder, file))))
  return folder
}

describe("a record that a loss of power has cut", () => {
  for (const file of files)
    it.live(`takes no step for ended that had not, wherever ${file} is cut in its last 4 KiB`, () =>
      withPlace((place) =>
        Effect.gen(function* () {
          // The first step has ended, the second is at work.
          const facts = yield* killedAfter(place, steps, 9)
          expect(facts.filter((fact) => fact === "StepEnded")).toHaveLength(1)
          for (let cut = 1; cut <= 4_096; cut += 13) {
            const ended = yield* endedIn(changed(place, file, cut, (whole) => whole.subarray(0, -cut)))
            expect([cut, ended]).toStrictEqual([cut, expect.toBeOneOf([null, [], ["one"]])])
          }
        })
      )
    )
})

describe("a record that a bad disk has changed", () => {
  it.live("is refused, whichever bit of a step's name or outcome was flipped", () =>
    withPlace((place) =>
      Effect.gen(function* () {
        yield* run(place, steps)
        const whole = readFileSync(join(place.options.folder, "record.db"))
        expect(yield* endedIn(place.options.folder)).toStrictEqual(["one", "two"])
        const at = whole.indexOf('"_tag":"StepEnded"')
        expect(at).toBeGreaterThan(0)
        for (let bit = 0; bit < 60 * 8; bit += 7) {
          const flip = (content: Buffer) => {
            const copy = Buffer.from(content)
            copy.writeUInt8(copy.readUInt8(at + (bit >> 3)) ^ (1 << (bit & 7)), at + (bit >> 3))
            return copy
          }
          expect([bit, yield* endedIn(changed(place, "record.db", bit, flip))]).toStrictEqual([bit, null])
        }
      })
    )
  )
})

describe("a build whose record is damaged", () => {
  it.live("names the file and says what to do with it", () =>
    withPlace((place) =>
      Effect.gen(function* () {
        yield* run(place, steps)
        const file = join(place.options.folder, "record.db")
        writeFileSync(file, readFileSync(file).subarray(0, -5_000))
        const error = yield* Effect.flip(run(place, steps, { fresh: true }))
        expect(error).toMatchObject({
          message: expect.stringContaining(`journal ${file}:`),
          hint: expect.stringContaining(`Keep a copy of ${file}`)
        })
      })
    )
  )
})
