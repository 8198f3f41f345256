/**
 * Cycles of what needs what. Pure.
 */

/** Each as its path, the first name again at its end; one for each knot. */
export const cyclesIn = (needs: ReadonlyMap<string, ReadonlyArray<string>>): ReadonlyArray<ReadonlyArray<string>> => {
  const found: Array<ReadonlyArray<string>> = []
  const state = new Map<string, "open" | "done">()
  const open: Array<string> = []
  const knotted = new Set<string>()
  const visit = (name: string): void => {
    if (state.get(name) === "done") return
    if (state.get(name) === "open") {
      const cycle = open.slice(open.indexOf(name))
      if (cycle.some((each) => knotted.has(each))) return
      for (const each of cycle) knotted.add(each)
      found.push([...cycle, name])
      return
    }
    state.set(name, "open")
    open.push(name)
    for (const need of needs.get(name) ?? []) visit(need)
    open.pop()
    state.set(name, "done")
  }
  for (const name of needs.keys()) visit(name)
  return found
}
