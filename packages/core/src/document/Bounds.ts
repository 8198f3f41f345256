/**
 * What no document may be, whatever it is written in: deep, or endless. Documents come from anybody's repository, and
 * listing them must stay quick; no honest one comes near these bounds.
 */
import type { Place } from "./Place.ts"

const deepest = 64
const mostValues = 10_000

/** What is wrong, at a place of the text. */
export interface Misfit {
  readonly place: Place
  readonly field: string
  readonly problem: string
  readonly fix: string
}

/** Of one document. */
export interface Bounds {
  /** The values taken so far. */
  readonly count: number
  /** Asked for values before they are read; `depth` counts the lists and mappings around the deepest of them. */
  readonly take: (values: number, depth: number, place: () => Place) => Misfit | undefined
}

export const makeBounds = (): Bounds => {
  let count = 0
  return {
    get count() {
      return count
    },
    take: (values, depth, place) => {
      count += values
      if (count > mostValues) {
        return { place: place(), field: "", problem: `more than ${mostValues} values`, fix: "Shorten the file." }
      }
      if (depth > deepest) {
        return { place: place(), field: "", problem: `nested deeper than ${deepest} levels`, fix: "Flatten the file." }
      }
      return undefined
    }
  }
}

export const givenTwice = (place: Place, field: string): Misfit => ({
  place,
  field,
  problem: "given twice",
  fix: "Keep one of the two."
})
