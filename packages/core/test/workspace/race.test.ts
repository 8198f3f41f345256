import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { raceEscapes } from "./race.ts"

it.live("gives nothing from outside and changes nothing there while folders and files are swapped with links", () =>
  Effect.gen(function* () {
    const race = yield* raceEscapes({ seconds: 3, minReads: 500, minChanges: 1 })
    const { changes, denied, escapes, gitLines, globNames, grepHits, reads, swaps } = race
    expect(escapes).toStrictEqual([])
    expect([reads >= 500, swaps >= 500, denied > 0, grepHits > 0, globNames > 0, gitLines > 0]).toStrictEqual(
      Array(6).fill(true)
    )
    expect(Object.entries(changes).filter(([, count]) => count === 0)).toStrictEqual([])
  })
)

describe("would notice: the door that is not race-proof", () => {
  it.live.each(["reads", "changes"] as const)("lets something through when it %s", (only) =>
    Effect.gen(function* () {
      const { escapes } = yield* raceEscapes({
        seconds: 20,
        minReads: 0,
        minChanges: 0,
        platform: "darwin",
        untilEscape: true,
        only
      })
      expect(escapes.length).toBeGreaterThan(0)
    })
  )
})
