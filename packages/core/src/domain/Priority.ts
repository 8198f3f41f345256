/**
 * Who gets a place to work first when more agents wait than there are places: who is more urgent, then who was asked for
 * earlier; but every eighth place goes to the one that was asked for first of all, so that nobody waits for ever.
 */
import * as Schema from "effect/Schema"

export const Priority = Schema.Literals(["high", "normal", "low"])
export type Priority = typeof Priority.Type

/** The most urgent first. */
export const priorities: ReadonlyArray<Priority> = Priority.literals

export const usualPriority: Priority = "normal"

export interface InLine {
  readonly priority: Priority
  /** Of two in one line the smaller was asked for earlier. */
  readonly asked: number
}

/** Where somebody stands among those that wait: from 1, of so many. */
export interface Position {
  readonly position: number
  readonly of: number
}

/** More urgent ones first, then those asked for earlier. */
export const compareUrgency = (a: InLine, b: InLine): number =>
  priorities.indexOf(a.priority) - priorities.indexOf(b.priority) || a.asked - b.asked

/** All that wait, as they will get their places if nobody else comes; so many were `given` in this line before. Pure. */
export const inTurn = <A extends InLine>(waiting: ReadonlyArray<A>, given: number): ReadonlyArray<A> => {
  const lines = priorities.map((priority) =>
    waiting.filter((each) => each.priority === priority).toSorted((a, b) => a.asked - b.asked)
  )
  const heads = lines.map(() => 0)
  const order: Array<A> = []
  for (;;) {
    const front = lines.map((line, index) => line[heads[index] ?? 0])
    const index = nextOf(front, given + order.length)
    const next = front[index]
    if (next === undefined) return order
    heads[index] = (heads[index] ?? 0) + 1
    order.push(next)
  }
}

/** Which of the first of each line, the most urgent line first, goes next; -1 for none. Pure. */
export const nextOf = (front: ReadonlyArray<InLine | undefined>, given: number): number => {
  const urgent = front.findIndex((each) => each !== undefined)
  if (given % everySoOften !== everySoOften - 1) return urgent
  return front.reduce(
    (first, each, index) => (each !== undefined && each.asked < (front[first]?.asked ?? 0) ? index : first),
    urgent
  )
}

// internal

const everySoOften = 8
