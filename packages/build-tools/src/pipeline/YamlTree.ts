/**
 * A YAML text as plain values and the places of each, by paths as a schema's problems have them.
 */
import type { Misfit } from "@deputize/core/internal/document/Bounds"
import { type Place, start } from "@deputize/core/internal/document/Place"
import { type Value, writtenText } from "@deputize/core/internal/document/Value"
import { readYaml } from "@deputize/core/internal/document/Yaml"

export type Path = ReadonlyArray<string | number>

export interface YamlTree {
  /** Undefined where nothing else can be said than the misfits. */
  readonly value: unknown
  readonly misfits: ReadonlyArray<Misfit>
  /** Where the value at a path begins, or what is nearest above it. */
  readonly placeOf: (path: Path) => Place
  /** Where the key of a value begins. */
  readonly placeOfKey: (path: Path) => Place
  /** A number or boolean as it is written. */
  readonly writtenAt: (path: Path) => string | undefined
}

export const yamlTree = (text: string): YamlTree => {
  const { misfits, root, warnings } = readYaml(text)
  // A tag that nobody resolves makes its value another one.
  const wrong = [...misfits, ...warnings]
  const isEmpty = root === undefined && wrong.length === 0
  return {
    value: root === undefined || warnings.length > 0 ? undefined : valueIn(root),
    misfits: isEmpty ? [empty] : wrong,
    placeOf: (path) => nearest(root, path).value?.place ?? start,
    placeOfKey: (path) => nearest(root, path).key,
    writtenAt: (path) => {
      const { length, value } = nearest(root, path)
      return length === path.length && value?._tag === "Scalar" ? writtenText(value) : undefined
    }
  }
}

// internal

const empty: Misfit = {
  place: start,
  field: "",
  problem: "the file is empty",
  fix: "Write at least one step, or have deputize build --init write the file."
}

/** With infinity, which can be the value of a variable as it is written. */
const valueIn = (value: Value): unknown => {
  switch (value._tag) {
    case "Scalar":
      return value.value
    case "List":
      return value.items.map(valueIn)
    case "Mapping":
      return Object.fromEntries(value.entries.map((entry) => [entry.key, valueIn(entry.value)]))
  }
}

interface Spot {
  readonly value: Value | undefined
  readonly key: Place
  /** How much of the path leads to it. */
  readonly length: number
}

const nearest = (root: Value | undefined, path: Path): Spot => {
  let spot: Spot = { value: root, key: start, length: 0 }
  for (const key of path) {
    const below = memberOf(spot.value, key)
    if (below === undefined) return spot
    spot = { ...below, length: spot.length + 1 }
  }
  return spot
}

const memberOf = (value: Value | undefined, key: string | number): Omit<Spot, "length"> | undefined => {
  if (value?._tag === "Mapping") {
    const entry = value.entries.find((each) => each.key === String(key))
    return entry && { value: entry.value, key: entry.place }
  }
  const item = value?._tag === "List" ? value.items[Number(key)] : undefined
  return item && { value: item, key: item.place }
}
