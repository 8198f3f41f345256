/**
 * Names that someone may have meant by a name that does not exist: the beginning of one, other case, other Unicode form,
 * a typing mistake, another ending.
 */
import { distance } from "fastest-levenshtein"

/** At most three of `names`, the likeliest first, ties by name; none when nothing is close. */
export const nearestNames = (wanted: string, names: Iterable<string>): ReadonlyArray<string> => {
  const target = fold(wanted)
  const ranked: Array<{ readonly name: string; readonly far: number }> = []
  for (const name of names) {
    const far = distanceOf(target, fold(name))
    if (far <= Math.max(1, Math.floor(target.length / 3))) ranked.push({ name, far })
  }
  return ranked
    .sort((a, b) => a.far - b.far || (a.name < b.name ? -1 : 1))
    .slice(0, 3)
    .map((each) => each.name)
}

// internal

const fold = (name: string): string => name.normalize("NFKC").toLowerCase()

const distanceOf = (target: string, name: string): number => {
  if (target === name) return 0
  const isMeant = stem(target) === stem(name) || (target.length > 2 && name.startsWith(target))
  return isMeant ? 1 : distance(target, name)
}

const stem = (name: string): string => name.replace(/(.)\.[^.]*$/, "$1")
