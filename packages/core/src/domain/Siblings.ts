/**
 * The order of agents that one agent started: the one in which it did. The record says it of each. Where it does not,
 * copies of one agent tell theirs by their numbers: `x`, `x#2`, `x#3`. Either is needed because one that has to wait its
 * turn is on record at once, an earlier one that need not only when it begins.
 */

export interface Sibling {
  readonly path: string
  /** From 1; null or missing where it is not known. */
  readonly order?: number | null
}

/** Each before the first of those that follow it; besides in the order given. Pure. */
export const siblingsInOrder = <A extends Sibling>(siblings: ReadonlyArray<A>): ReadonlyArray<A> => {
  const ordered: Array<A> = []
  const highest = new Map<string, number>()
  for (const agent of siblings) {
    const { base, number } = isNumbered(agent) ? { base: "", number: agent.order } : copyOf(agent.path)
    const before = highest.get(base) ?? 0
    highest.set(base, Math.max(before, number))
    // Most come in order: only one that does not has to be looked up among the others.
    const younger = number < before ? ordered.findIndex((other) => isOlder(agent, other)) : -1
    ordered.splice(younger < 0 ? ordered.length : younger, 0, agent)
  }
  return ordered
}

/** Whether one agent started both, and the first before the other. */
export const isOlder = (agent: Sibling, than: Sibling): boolean => {
  if (isNumbered(agent) && isNumbered(than)) return folderOf(agent) === folderOf(than) && agent.order < than.order
  const [one, other] = [copyOf(agent.path), copyOf(than.path)]
  return one.base === other.base && one.number < other.number
}

// internal

const isNumbered = <A extends Sibling>(agent: A): agent is A & { readonly order: number } =>
  agent.order !== undefined && agent.order !== null

const folderOf = ({ path }: Sibling): string => path.slice(0, path.lastIndexOf("/"))

const copyOf = (path: string): { readonly base: string; readonly number: number } => {
  const mark = /#(\d+)$/.exec(path)
  return mark === null ? { base: path, number: 1 } : { base: path.slice(0, mark.index), number: Number(mark[1]) }
}
