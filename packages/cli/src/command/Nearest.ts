/**
 * The names that a mistyped one was probably meant to be.
 */
import { distance } from "fastest-levenshtein"

/** At most three of `names`, the likeliest first; none when nothing is close. */
export const nearest = (asked: string, names: ReadonlyArray<string>): ReadonlyArray<string> => {
  const wanted = asked.toLowerCase()
  return names
    .map((name) => ({ name, far: name.startsWith(wanted) && wanted !== "" ? 0 : distance(wanted, name.toLowerCase()) }))
    .filter(({ far, name }) => far <= Math.max(2, Math.floor(Math.max(name.length, asked.length) / 3)))
    .sort((a, b) => a.far - b.far)
    .slice(0, 3)
    .map(({ name }) => name)
}
