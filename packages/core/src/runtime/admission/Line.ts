/**
 * Agents that have all that they need but a place to work, in the order in which they get one (`domain/Priority`). Who
 * was asked for earlier goes first among equally urgent ones, also if it comes into the line later. Who is not there any
 * more when its turn comes is passed over.
 */
import { type InLine, nextOf, priorities } from "../../domain/Priority.ts"

export interface Line<A extends InLine> {
  /** How many wait. */
  readonly waiting: number
  /** Places that were given until now. */
  readonly given: number
  readonly enter: (who: A) => void
  /** Takes the next one out, who gets a place. */
  readonly next: () => A | undefined
}

export const make = <A extends InLine>(isThere: (who: A) => boolean): Line<A> => {
  const lines = priorities.map((): Array<A> => [])
  let given = 0
  const firstOf = (line: Array<A>): A | undefined => {
    const gone = line.findIndex(isThere)
    if (gone !== 0) line.splice(0, gone < 0 ? line.length : gone)
    return line[0]
  }
  return {
    get waiting() {
      return lines.reduce((sum, line) => sum + line.filter(isThere).length, 0)
    },
    get given() {
      return given
    },
    enter: (who) => {
      const line = lines[priorities.indexOf(who.priority)]
      // From the end: most come in their order.
      const before = line?.findLastIndex(({ asked }) => asked < who.asked) ?? -1
      line?.splice(before + 1, 0, who)
    },
    next: () => {
      const found = lines[nextOf(lines.map(firstOf), given)]?.shift()
      if (found !== undefined) given += 1
      return found
    }
  }
}
