import { mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { run, withPlace } from "../runner/place.ts"
import { shell } from "../testing/steps.ts"

const steps = ["one", "two", "three"].map((id) => shell(id, `echo ${id} | tee ${id}`, { outputs: [id] }))

describe("a state folder that can be written only in part", () => {
  for (const [part, warning] of [
    [
      "fingerprints",
      /^the state of the build cannot be written: .*fingerprints: .*: the next build will run this again$/
    ],
    ["logs", /^logs in .* are cut: /]
  ] as const)
    it.live(`costs one warning for all steps where there is no room for ${part}`, () =>
      withPlace((place) =>
        Effect.gen(function* () {
          mkdirSync(place.options.folder)
          // What cannot be a folder takes no file, whoever runs this test.
          writeFileSync(join(place.options.folder, part), "")
          const { status, steps: ends, warnings } = yield* run(place, steps)
          expect({ status, warnings, ran: ends.filter(({ outcome }) => outcome._tag === "Ran").length }).toStrictEqual({
            status: "completed",
            warnings: [expect.stringMatching(warning)],
            ran: 3
          })
        })
      )
    )

  it.live("does not fail a program whose mark cannot be made", () =>
    withPlace((place) =>
      Effect.gen(function* () {
        // It takes its own folder of logs away.
        const remove = shell("remove", "rm -rf ../state/logs; echo gone >product", { outputs: ["product"] })
        const { status, steps: ends } = yield* run(place, [remove])
        expect({ status, attempts: ends.map(({ attempts }) => attempts) }).toStrictEqual({
          status: "completed",
          attempts: [1]
        })
      })
    )
  )
})
