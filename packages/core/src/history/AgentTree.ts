/**
 * Agents of a run as the tree that their paths say. Pure.
 */
import { type Sibling, siblingsInOrder } from "../domain/Siblings.ts"

/** Levels below the run: 1 for the agents that the user named, more for those that agents started. */
export const depthOf = (path: string): number => path.split("/").length - 2

/** The path of the agent that started this one; the root for one that the user named. */
export const parentOf = (path: string): string => path.slice(0, Math.max(1, path.lastIndexOf("/")))

/**
 * Children behind their parent, depth first, in the order in which it started them; where that is not known, copies by
 * their numbers. Agents whose parent is not among them stand in the order given.
 */
export const inTreeOrder = <A extends Sibling>(agents: ReadonlyArray<A>): ReadonlyArray<A> => {
  const known = new Set(agents.map(({ path }) => path))
  const below = Map.groupBy(agents, ({ path }) => (known.has(parentOf(path)) ? parentOf(path) : ""))
  const allBelow = (path: string): ReadonlyArray<A> =>
    siblingsInOrder(below.get(path) ?? []).flatMap((agent) => [agent, ...allBelow(agent.path)])
  return allBelow("")
}
