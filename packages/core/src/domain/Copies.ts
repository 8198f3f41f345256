/**
 * The order of agents that one agent started. Copies of one agent tell theirs by their numbers: `x`, `x#2`, `x#3`. That is
 * needed because one that has to wait its turn is on record at once, an earlier one that need not only when it begins.
 */

/** Copies by their numbers, each before the first of those that follow it; besides in the order given. Pure. */
export const copiesInOrder = <A extends { readonly path: string }>(siblings: ReadonlyArray<A>): ReadonlyArray<A> => {
  const ordered: Array<A> = []
  const highest = new Map<string, number>()
  for (const agent of siblings) {
    const { base, copy } = copyOf(agent.path)
    const before = highest.get(base) ?? 0
    highest.set(base, Math.max(before, copy))
    // Most come in order: only one that does not has to be looked up among the others.
    const younger = copy < before ? ordered.findIndex(({ path }) => isOlder(agent.path, path)) : -1
    ordered.splice(younger < 0 ? ordered.length : younger, 0, agent)
  }
  return ordered
}

/** Whether both are copies of one agent, and the first was started before the other. */
export const isOlder = (path: string, than: string): boolean => {
  const [one, other] = [copyOf(path), copyOf(than)]
  return one.base === other.base && one.copy < other.copy
}

// internal

const copyOf = (path: string): { readonly base: string; readonly copy: number } => {
  const mark = /#(\d+)$/.exec(path)
  return mark === null ? { base: path, copy: 1 } : { base: path.slice(0, mark.index), copy: Number(mark[1]) }
}
