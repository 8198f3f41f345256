import { expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { raceEscapes } from "./race.ts"

it.live("gives nothing from outside while folders and files are swapped with links under the tools", () =>
  Effect.gen(function* () {
    const { denied, escapes, globNames, grepHits, reads, swaps } = yield* raceEscapes({ seconds: 3, minReads: 500 })
    expect(escapes).toStrictEqual([])
    expect([reads >= 500, swaps >= 500, denied > 0, grepHits > 0, globNames > 0]).toStrictEqual(Array(5).fill(true))
  })
)

it.live("would notice: the door that is not race-proof lets something through", () =>
  Effect.gen(function* () {
    const { escapes } = yield* raceEscapes({ seconds: 20, minReads: 0, platform: "darwin", untilEscape: true })
    expect(escapes.length).toBeGreaterThan(0)
  })
)
