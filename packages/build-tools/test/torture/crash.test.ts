import { rmSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { outcomes, type Place, run, withPlace } from "../runner/place.ts"
import { shell } from "../testing/steps.ts"
import { killedAfter } from "./killed.ts"

/** What is partial when it is interrupted: the product is there before it is whole. */
const steps = [
  shell("compile", "echo compile >>$STARTS; head -c2 source >product; tr a-z A-Z <source >product", {
    inputs: ["source"],
    outputs: ["product"],
    cache: "content"
  }),
  shell("announce", "echo announce >>$STARTS", { needs: ["compile"] })
]

/** All that a build of these steps records, in its order. */
const facts = [
  "SessionStarted",
  ...steps.flatMap(() => ["StepStarted", "AttemptStarted", "ProcessStarted", "AttemptEnded", "StepEnded"]),
  "SessionEnded"
]

/** After which facts each step is known to have passed. */
const known = { compile: facts.indexOf("AttemptEnded") + 1, announce: facts.lastIndexOf("AttemptEnded") + 1 }

describe("a build that is killed", () => {
  for (const [index, fact] of facts.entries())
    it.live(`goes on from fact ${index + 1}, ${fact}, and repeats nothing that was known to have passed`, () =>
      withPlace((place) =>
        Effect.gen(function* () {
          place.write("source", "one")
          expect(yield* killedAfter(place, steps, index + 1)).toStrictEqual(facts.slice(0, index + 1))
          const result = yield* run(place, steps, { resume: true })
          expect(result.status).toBe(index === facts.length - 1 ? "nothing-to-do" : "completed")
          expect(place.read("product")).toBe("ONE")
          const starts = place.starts()
          for (const [step, from] of Object.entries(known))
            expect([step, starts.filter((each) => each === step).length]).toStrictEqual([
              step,
              index + 1 >= from ? 1 : expect.toSatisfy((count) => count === 1 || count === 2)
            ])
          expect((yield* run(place, steps)).status).toBe("nothing-to-do")
        })
      )
    )
})

describe("an output that was damaged after success", () => {
  const bundle = shell("bundle", "echo bundle >>$STARTS; cat product product >bundle", {
    needs: ["compile"],
    inputs: ["product"],
    outputs: ["bundle"],
    cache: "content"
  })
  const [compile = bundle] = steps

  for (const [name, damage] of [
    ["truncated", (place: Place) => place.write("product", "O")],
    ["deleted", (place: Place) => rmSync(join(place.workspace, "product"))]
  ] as const)
    it.live(`is made again when ${name}, and nothing that was made of it before`, () =>
      withPlace((place) =>
        Effect.gen(function* () {
          place.write("source", "one")
          yield* run(place, [compile, bundle])
          place.starts()
          damage(place)
          const result = yield* run(place, [compile, bundle])
          expect({ steps: outcomes(result), starts: place.starts(), bundle: place.read("bundle") }).toStrictEqual({
            steps: { compile: "Ran", bundle: "UpToDate" },
            starts: ["compile"],
            bundle: "ONEONE"
          })
        })
      )
    )
})
