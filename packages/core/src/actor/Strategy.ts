/**
 * Who is stopped and started again with a child that crashed. Pure.
 *
 *   plan("rest-for-one", [a, b, c], b)   // { stop: [c], start: [b, c] }
 */
import * as Schema from "effect/Schema"
import type { Restart } from "./ChildSpec.ts"

/** Whom the crash of a child takes with it: nobody, all its siblings, or those that were started after it. */
export const Strategy = Schema.Literals(["one-for-one", "one-for-all", "rest-for-one"])
export type Strategy = typeof Strategy.Type

export interface Standing {
  readonly restart: Restart
  /** It has ended and is not started again: a sibling's crash does not change that. */
  readonly isOver: boolean
}

export interface Plan<Child> {
  /** The crashed one's siblings that go down with it, the one started last first. */
  readonly stop: ReadonlyArray<Child>
  /** Who comes back, in the order in which they were started. */
  readonly start: ReadonlyArray<Child>
}

/** `children` in the order in which they were started; `crashed` is one of them that is to come back. */
export const plan = <Child extends Standing>(
  strategy: Strategy,
  children: Iterable<Child>,
  crashed: Child
): Plan<Child> => {
  if (strategy === "one-for-one") return { stop: [], start: [crashed] }
  const [stop, start]: [Array<Child>, Array<Child>] = [[], []]
  let isBound = strategy === "one-for-all"
  for (const child of children) {
    isBound ||= child === crashed
    if (!isBound || child.isOver) continue
    if (child !== crashed) stop.push(child)
    if (child === crashed || child.restart !== "temporary") start.push(child)
  }
  return { stop: stop.reverse(), start }
}
