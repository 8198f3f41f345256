/**
 * Names that someone may have meant by a name that does not exist: the beginning of one, other case, other Unicode form,
 * a typing mistake, another ending.
 */
import { distance } from "fastest-levenshtein"

/** At most three of `names`, the likeliest first, ties by name; none when nothing is close. */
export const nearestNames = (wanted: string, names: Iterable<string>): ReadonlyArray<string> => {
  const target = fold(wanted)
  const farthest = Math.max(1, Math.floor(target.length / 3))
  const distanceTo = distanceFrom(target, farthest)
  const ranked: Array<{ readonly name: string; readonly far: number }> = []
  for (const name of names) {
    const far = distanceTo(fold(name))
    if (far <= farthest) ranked.push({ name, far })
  }
  return ranked
    .sort((a, b) => a.far - b.far || (a.name < b.name ? -1 : 1))
    .slice(0, 3)
    .map((each) => each.name)
}

// internal

const fold = (name: string): string => name.normalize("NFKC").toLowerCase()

/** Of names that are farther than `farthest`, only that they are. */
const distanceFrom = (target: string, farthest: number) => {
  const targetStem = stem(target)
  return (name: string): number => {
    if (target === name) return 0
    const isMeant =
      targetStem === stem(name) || (target.length > 2 && name.startsWith(target)) || isSwapped(target, name)
    if (isMeant) return 1
    // Each letter too many is a step.
    const least = Math.abs(target.length - name.length)
    return least > farthest ? least : distance(target, name)
  }
}

/** Two neighbours in the wrong order, the commonest mistake of typing. */
const isSwapped = (target: string, name: string): boolean => {
  if (target.length !== name.length) return false
  let at = 0
  while (at < target.length && target[at] === name[at]) at += 1
  return target[at] === name[at + 1] && target[at + 1] === name[at] && target.slice(at + 2) === name.slice(at + 2)
}

/** Without the ending. */
const stem = (name: string): string => {
  const dot = name.lastIndexOf(".")
  return dot > 0 ? name.slice(0, dot) : name
}
