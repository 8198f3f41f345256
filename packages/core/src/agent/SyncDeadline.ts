/**
 * A time limit for plain code that other people's input may keep busy for ever: a pattern that goes back and forth over
 * a text, a schema without end. It holds up this thread until then, and no longer.
 */
import { createContext, Script } from "node:vm"
import * as Predicate from "effect/Predicate"

/** What `work` returns; `tooLate` when it is not done after so many milliseconds. It throws what `work` throws. */
export const within = <A, B>(ms: number, work: () => A, tooLate: () => B): A | B => {
  const done: Array<A> = []
  const context = createContext({ work: () => void done.push(work()) })
  try {
    script.runInContext(context, { timeout: ms })
  } catch (error) {
    if (isTimeout(error)) return tooLate()
    throw error
  }
  const [result] = done
  return result === undefined ? tooLate() : result
}

// internal

/** The limit holds for whatever a script calls, wherever that was made. */
const script = new Script("work()")

/** Known by its code: where this is itself run in a context of its own, it is none of that context's errors. */
const isTimeout = (error: unknown): boolean =>
  Predicate.hasProperty(error, "code") && error.code === "ERR_SCRIPT_EXECUTION_TIMEOUT"
