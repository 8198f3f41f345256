/**
 * The chain of steps, each waiting for the one before, that determined how long the whole took. Pure.
 */

export interface Timed {
  readonly name: string
  readonly ms: number
  readonly needs: ReadonlyArray<string>
}

/** In the order in which they ran; `items` stand in an order in which needs come first. */
export const criticalPath = (
  items: ReadonlyArray<Timed>
): ReadonlyArray<{ readonly name: string; readonly ms: number }> => {
  const best = new Map<string, { readonly total: number; readonly before: string | null; readonly ms: number }>()
  let last: string | null = null
  for (const { ms, name, needs } of items) {
    let before: string | null = null
    for (const need of needs) if (totalOf(best, need) > totalOf(best, before)) before = need
    best.set(name, { total: totalOf(best, before) + ms, before, ms })
    if (totalOf(best, name) > totalOf(best, last)) last = name
  }
  const path: Array<{ readonly name: string; readonly ms: number }> = []
  for (let name = last; name !== null; ) {
    const { before, ms } = best.get(name) ?? { before: null, ms: 0 }
    path.unshift({ name, ms })
    name = before
  }
  return path.filter(({ ms }) => ms > 0)
}

// internal

const totalOf = (best: ReadonlyMap<string, { readonly total: number }>, name: string | null): number =>
  name === null ? 0 : (best.get(name)?.total ?? 0)
