/**
 * Names that someone may have meant by a name that does not exist: other case, other Unicode form, a typing mistake,
 * another ending.
 */

/** At most three of `names`, the likeliest first, ties by name. */
export const nearestNames = (wanted: string, names: Iterable<string>): ReadonlyArray<string> => {
  const target = fold(wanted)
  const ranked: Array<{ readonly name: string; readonly distance: number }> = []
  for (const name of names) {
    const distance = distanceOf(target, fold(name))
    if (distance <= limit(target)) ranked.push({ name, distance })
  }
  return ranked
    .sort((a, b) => a.distance - b.distance || (a.name < b.name ? -1 : 1))
    .slice(0, 3)
    .map((each) => each.name)
}

// internal

const fold = (name: string): string => name.normalize("NFKC").toLowerCase()

/** A third of the name may be wrong. */
const limit = (target: string): number => Math.max(1, Math.floor(target.length / 3))

const distanceOf = (target: string, name: string): number => {
  if (stem(target) === stem(name)) return target === name ? 0 : 1
  return Math.abs(target.length - name.length) > limit(target) ? Number.POSITIVE_INFINITY : edits(target, name)
}

const stem = (name: string): string => name.replace(/(.)\.[^.]*$/, "$1")

/** Levenshtein's distance, one row at a time. */
const edits = (from: string, to: string): number => {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index)
  for (let i = 1; i <= from.length; i++) {
    const next = [i]
    for (let j = 1; j <= to.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (from[i - 1] === to[j - 1] ? 0 : 1)
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[to.length] ?? 0
}
