/**
 * TOML text as a document.
 */
import * as Toml from "effect/encoding/Toml"
import * as Result from "effect/Result"
import { makeBounds } from "./Bounds.ts"
import { type Place, placesOf } from "./Place.ts"
import { PlacedProblem } from "./PlacedProblem.ts"
import { pathKey, type TomlPath, tomlPlaces } from "./TomlPlaces.ts"
import type { Document, Mapping, Value } from "./Value.ts"

/** Throws PlacedProblem for what is not TOML of sane size. */
export const parseToml = (file: string, text: string): Document => {
  const parsed = Toml.parse(text)
  if (Result.isFailure(parsed)) {
    const { message } = parsed.failure
    const [, problem = message, line = "1", column = "1"] = /^(.*) at line (\d+), column (\d+)$/s.exec(message) ?? []
    throw new PlacedProblem({
      file,
      line: Number(line),
      column: Number(column),
      field: "",
      problem: problem.startsWith("Maximum call stack") ? "nested too deeply" : problem,
      fix: "Mend the TOML at this place."
    })
  }
  return { root: documentOf(file, text, parsed.success), warnings: [] }
}

// internal

const documentOf = (file: string, text: string, table: Readonly<Record<string, unknown>>): Mapping => {
  const places = tomlPlaces(text)
  const placeOf = placesOf(text)
  const bounds = makeBounds()
  const near = (path: TomlPath, kind: "key" | "value", around: Place): Place => {
    const found = places.get(pathKey(path))
    return found === undefined ? around : placeOf(found[kind])
  }
  const mappingOf = (values: object, path: TomlPath, place: Place): Mapping => ({
    _tag: "Mapping",
    place,
    entries: Object.entries(values).map(([key, value]: [string, unknown]) => {
      const at = near([...path, key], "key", place)
      return { key, place: at, value: valueFrom(value, [...path, key], at) }
    })
  })
  const valueFrom = (value: unknown, path: TomlPath, around: Place): Value => {
    const place = near(path, "value", around)
    const misfit = bounds.take(1, path.length, () => place)
    if (misfit !== undefined) {
      throw new PlacedProblem({ file, ...place, field: misfit.field, problem: misfit.problem, fix: misfit.fix })
    }
    if (Array.isArray(value)) {
      return {
        _tag: "List",
        place,
        items: value.map((item: unknown, index) => valueFrom(item, [...path, index], place))
      }
    }
    if (value instanceof Date) return { _tag: "Scalar", place, value: value.toISOString() }
    if (typeof value === "object" && value !== null) return mappingOf(value, path, place)
    return { _tag: "Scalar", place, value: scalarOf(value) }
  }
  return mappingOf(table, [], placeOf(0))
}

const scalarOf = (value: unknown): string | number | boolean =>
  typeof value === "string" || typeof value === "number" || typeof value === "boolean" ? value : String(value)
