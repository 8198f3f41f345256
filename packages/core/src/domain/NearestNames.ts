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
  const isMeant =
    stem(target) === stem(name) || (target.length > 2 && name.startsWith(target)) || isSwapped(target, name)
  return isMeant ? 1 : distance(target, name)
}

/** Two neighbours in the wrong order, the commonest mistake of typing. */
const isSwapped = (target: string, name: string): boolean => {
  if (target.length !== name.length) return false
  let at = 0
  while (at < target.length && target[at] === name[at]) at += 1
  return target[at] === name[at + 1] && target[at + 1] === name[at] && target.slice(at + 2) === name.slice(at + 2)
}

const stem = (name: string): string => name.replace(/(.)\.[^.]*$/, "$1")
