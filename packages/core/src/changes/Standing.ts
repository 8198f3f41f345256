/**
 * Which of a file's steps were made and still stand. Pure.
 *
 * 1. A step that is not on record as made was made if what came after it began with its bytes; the last one, if the file
 *    has them.
 * 2. An undo takes the steps away that it put back, and one that takes an undo back brings them again.
 */
import { hashOf, type Present } from "./Present.ts"
import type { Step } from "./Step.ts"

/** `isCertain` is false for a step of which nothing tells whether it was made. */
export interface Settled extends Step {
  readonly isCertain: boolean
}

/** Without the steps that were announced and not made. */
export const settled = (steps: ReadonlyArray<Step>, now: Present): ReadonlyArray<Settled> =>
  steps.flatMap((step, index): ReadonlyArray<Settled> => {
    if (step.outcome === "made") return [{ ...step, isCertain: true }]
    const next = steps[index + 1]
    if (step.by._tag === "Undo" && step.before === step.after) {
      // It put back rights alone: those that are there tell, not the bytes.
      const rights = next === undefined ? rightsOf(now) : next.mode
      return rights === null || rights === step.mode ? [] : [{ ...step, isCertain: true }]
    }
    const found = next === undefined ? hashOf(now) : next.before
    if (found === step.after) return [{ ...step, isCertain: true }]
    // An undo that nothing tells of has not put anything back: it is then looked at again.
    const isNot = found === step.before || step.outcome === "failed" || step.by._tag === "Undo"
    return isNot ? [] : [{ ...step, isCertain: false }]
  })

/** The steps of agents that were not put back, in order. */
export const standing = (steps: ReadonlyArray<Settled>): ReadonlyArray<Settled> => {
  const stack: Array<Settled> = []
  const away: Array<{ readonly undo: Settled; readonly steps: ReadonlyArray<Settled> }> = []
  for (const step of steps) {
    if (step.by._tag === "Agent") stack.push(step)
    else if (step.by.redoes === null) {
      const first = stack.findLastIndex(({ before }) => before === step.after)
      if (first >= 0) away.push({ undo: step, steps: stack.splice(first) })
    } else {
      const last = away.findLastIndex(({ undo }) => undo.before === step.after && undo.after === step.before)
      stack.push(...away.splice(last, last < 0 ? 0 : 1).flatMap(({ steps }) => steps))
    }
  }
  return stack
}

// internal

const rightsOf = (found: Present): number | null => (found._tag === "File" ? found.mode : null)
