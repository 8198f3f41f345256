/**
 * The answer to a goal that counts files: a number for each package, folder or kind, and what is still to be looked up
 * for it. A package is a folder with a manifest; a file belongs to the nearest one above it.
 */
import type { Counting } from "./Count.ts"
import { type Count, type FileCount, fileCount, isBelow, plus, sumOf, unknown } from "./FileCount.ts"
import { type FileKind, namePattern } from "./FileKind.ts"
import { compare } from "./Ranking.ts"
import type { Round } from "./Round.ts"
import { inScopes, type Lookup } from "./Search.ts"

/** Files in no package, directly in the folder, or of other kinds than those listed. */
export type Rest = "outside" | "directly" | "other"

export interface Row {
  /** A path, or an ending such as `.ts`. */
  readonly of: string | { readonly rest: Rest }
  readonly count: Count
}

export interface Tally {
  /** The most first; without those that are known to have none. */
  readonly rows: ReadonlyArray<Row>
  readonly total: Count
  /** Packages and folders that are known to have none. */
  readonly without: ReadonlyArray<string>
  /** The name of the file that makes a folder a package; undefined where there is none or it was not asked for. */
  readonly manifest: string | undefined
  readonly errors: ReadonlyArray<string>
  /** To be looked up before the numbers stand. */
  readonly next: ReadonlyArray<Lookup>
}

/** The first one that there is any of says what packages are made of here. */
export const manifests: ReadonlyArray<string> = ["package.json", "Cargo.toml", "pyproject.toml", "go.mod"]

/** `places`: the folders in which is counted. */
export const tallyOf = ({ by, kind }: Counting, places: ReadonlyArray<string>, round: Round): Tally => {
  const count = fileCount(round)
  const { manifest, rows } = divisions[by ?? "whole"](count, kind, places)
  const counted = merged(rows)
  return {
    rows: counted
      .filter((row) => row.count.files > 0 || !row.count.exact)
      .toSorted(
        (one, other) => isRest(one) - isRest(other) || other.count.files - one.count.files || byName(one, other)
      ),
    total: sumOf(counted.map((row) => row.count)),
    without: counted.flatMap(({ count, of }) =>
      typeof of === "string" && count.exact && count.files === 0 ? [of] : []
    ),
    manifest,
    errors: count.errors(),
    next: inPlace(count.wanted(), round)
  }
}

/** Where a goal is to be counted: in the scopes, else in the folders that it names, each file once. */
export const placesOf = ({ folders }: Counting, scopes: ReadonlyArray<string>): ReadonlyArray<string> => {
  const asked = inScopes(scopes.length > 0 ? scopes : folders)
  return asked.filter((place) => !asked.some((other) => isBelow(place, other)))
}

// internal

interface Divided {
  readonly rows: ReadonlyArray<Row>
  readonly manifest?: string | undefined
}

type Divide = (count: FileCount, kind: FileKind, places: ReadonlyArray<string>) => Divided

const one: Count = { files: 1, exact: true }
const mostEndings = 12

/** In place of rows that are not known yet: whoever has to answer before they are is not to say 0. */
const pending: Row = { of: { rest: "other" }, count: unknown }

const whole: Divide = (count, kind, places) => ({
  rows: places.map((place) => ({ of: place, count: count.below(place, namePattern(kind)) }))
})

const byPackage: Divide = (count, kind, places) => {
  const found = count.paths(".", `{${manifests.join(",")}}`)
  if (found === undefined) return count.wanted().length > 0 ? { rows: [pending] } : whole(count, kind, places)
  const manifest = manifests.find((each) => found.some((path) => nameIn(path) === each))
  const packages = found.filter((path) => nameIn(path) === manifest).map(folderOf)
  const rows = places.flatMap((place): ReadonlyArray<Row> => {
    const below = packages.filter((each) => isBelow(each, place))
    const countIn = (folder: string) => count.below(folder, namePattern(kind), packages)
    return [
      { of: nearest(place, packages) ?? { rest: "outside" }, count: countIn(place) },
      ...below.map((each) => ({ of: each, count: countIn(each) }))
    ]
  })
  return { rows, manifest }
}

const byFolder: Divide = (count, kind, places) => ({
  rows: places.flatMap((place): ReadonlyArray<Row> => {
    const name = namePattern(kind)
    const all = count.paths(place, name)
    if (all !== undefined) return all.map((path) => ({ of: childOf(place, path), count: one }))
    const inside = count.wanted().length > 0 ? undefined : count.folders(place)
    if (inside === undefined) return [pending]
    const here: Count = plus(count.directly(place, name), { files: 0, exact: inside.exact })
    const children = inside.names.map((child) => ({
      of: place === "." ? child : `${place}/${child}`,
      count: count.inChild(place, child, name)
    }))
    return [{ of: directly, count: here }, ...children]
  })
})

const byKind: Divide = (count, kind, places) => ({
  rows: places.flatMap((place): ReadonlyArray<Row> => {
    const all = count.paths(place, namePattern(kind))
    if (all !== undefined) return all.map((path) => ({ of: endingOf(path), count: one }))
    const total = count.below(place, namePattern(kind))
    if (count.seen.length === 0) return [pending]
    const endings = kind.endings.length > 0 ? kind.endings : frequentEndings(count.seen)
    const kinds = endings.map(
      (ending): Row => ({
        of: `.${ending}`,
        count: count.below(place, namePattern({ ...kind, endings: [ending] }))
      })
    )
    const listed = sumOf(kinds.map((row) => row.count))
    const files = Math.max(0, total.files - listed.files)
    return [...kinds, { of: { rest: "other" }, count: { files, exact: total.exact && listed.exact } }]
  })
})

const divisions: Readonly<Record<NonNullable<Counting["by"]> | "whole", Divide>> = {
  whole,
  package: byPackage,
  folder: byFolder,
  kind: byKind
}

const directly: Row["of"] = { rest: "directly" }

const byName = (one: Row, other: Row): number => compare(String(one.of), String(other.of))

const isRest = ({ of }: Row): number => Number(typeof of !== "string")

const nameIn = (path: string): string => path.slice(path.lastIndexOf("/") + 1)

const folderOf = (path: string): string => path.split("/").slice(0, -1).join("/") || "."

/** The folder of `place` that a file is in. */
const childOf = (place: string, path: string): Row["of"] => {
  const depth = place === "." ? 0 : place.split("/").length
  const parts = path.split("/")
  return parts.length - depth > 1 ? parts.slice(0, depth + 1).join("/") : directly
}

const endingOf = (path: string): Row["of"] => {
  const [, ending] = /[^/]\.([^./]+)$/.exec(path) ?? []
  return ending === undefined ? { rest: "other" } : `.${ending}`
}

const frequentEndings = (seen: ReadonlyArray<string>): ReadonlyArray<string> =>
  [...Map.groupBy(new Set(seen), endingOf)]
    .flatMap(([ending, files]) =>
      typeof ending === "string" && /^\.[\p{L}\p{N}_-]+$/u.test(ending) ? [{ ending: ending.slice(1), files }] : []
    )
    .toSorted((one, other) => other.files.length - one.files.length)
    .slice(0, mostEndings)
    .map(({ ending }) => ending)

/** The package that a folder is or lies in. */
const nearest = (folder: string, packages: ReadonlyArray<string>): string | undefined =>
  packages
    .filter((each) => each === folder || isBelow(folder, each))
    .toSorted((one, other) => Number(isBelow(other, one)) - Number(isBelow(one, other)))[0]

/** Rows of the same thing as one, in the order in which they first come. */
const merged = (rows: ReadonlyArray<Row>): ReadonlyArray<Row> =>
  [...Map.groupBy(rows, ({ of }) => JSON.stringify(of)).values()].flatMap((same) =>
    same[0] === undefined ? [] : [{ of: same[0].of, count: sumOf(same.map((row) => row.count)) }]
  )

const mostLookups = 60
/** The results of a turn share its room. */
const lookupsPerTurn = 7

/** The next ones that have no number yet; none when there have been too many. */
const inPlace = (wanted: ReadonlyArray<Omit<Lookup, "id">>, { asked }: Round): ReadonlyArray<Lookup> => {
  const free = Array.from({ length: mostLookups }, (_, index) => `tally-${String(index + 1).padStart(2, "0")}`).filter(
    (id) => !asked(id)
  )
  return wanted.slice(0, lookupsPerTurn).flatMap((lookup, index) => {
    const id = free[index]
    return id === undefined ? [] : [{ id, ...lookup }]
  })
}
