/**
 * YAML text as a document. One schema, whatever a `%YAML` line asks for; aliases are followed as far as they stay small.
 */
import {
  type Alias,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Pair,
  parseDocument,
  type Document as Yaml
} from "yaml"
import { givenTwice, type Misfit, makeBounds } from "./Bounds.ts"
import { type Place, start } from "./Place.ts"
import { PlacedProblem, type Remark } from "./PlacedProblem.ts"
import { type Document, joinField, type Mapping, type Value } from "./Value.ts"

/**
 * Throws PlacedProblem for what is not one YAML mapping of sane size. `firstLine` is the line of the file on which
 * `text` begins, for front matter.
 */
export const parseYaml = (file: string, text: string, firstLine = 1): Document => {
  const counter = new LineCounter()
  const placeOf = (offset: number): Place => {
    const { col, line } = counter.linePos(offset)
    return { line: Math.max(1, line) + firstLine - 1, column: Math.max(1, col) }
  }
  const fail = ({ field, fix, place, problem }: Misfit): never => {
    throw new PlacedProblem({ file, ...place, field, problem, fix })
  }
  const yaml = parsed(text, counter, placeOf, fail)
  const root = yaml.contents
  if (root === null) {
    return fail({ place: placeOf(0), field: "", problem: "the file is empty", fix: "Write at least one key." })
  }
  if (!isMap(root)) {
    const problem = "the file is not a mapping of keys to values"
    return fail({ place: placeOf(offsetOf(root)), field: "", problem, fix: "Begin with `name: …`." })
  }
  const found = misfit(yaml, placeOf)
  if (found !== undefined) return fail(found)
  const warnings = yaml.warnings.map(
    ({ message, pos }): Remark => ({ ...placeOf(pos[0]), field: "", problem: firstSentence(message) })
  )
  return { root: mappingOf(root, { placeOf, anchored: new Map() }), warnings }
}

/** Whether a text is YAML by itself, whatever it says. */
export const isYaml = (text: string): boolean => {
  try {
    return parseDocument(text, options).errors.length === 0
  } catch {
    return false
  }
}

// internal

const options = {
  // 1.1 has dates, merge keys and `no` for false.
  schema: "core",
  merge: false,
  // Compares each key with each other one; `misfit` does it in one pass.
  uniqueKeys: false,
  // Messages without a copy of the text, and with nothing on the console.
  prettyErrors: false,
  logLevel: "error"
} as const

const mostAliases = 100

const parsed = (
  text: string,
  lineCounter: LineCounter,
  placeOf: (offset: number) => Place,
  fail: (found: Misfit) => never
): Yaml => {
  const fix = "Mend the YAML at this place."
  let document: Yaml
  try {
    document = parseDocument(text, { ...options, lineCounter })
  } catch (error) {
    const problem = `cannot be read (${error instanceof Error ? error.message : String(error)})`
    return fail({ place: start, field: "", problem, fix })
  }
  const [error] = document.errors
  if (error === undefined) return document
  const problem =
    error.code === "MULTIPLE_DOCS" ? "the file holds more than one YAML document" : firstSentence(error.message)
  return fail({ place: placeOf(error.pos[0]), field: "", problem, fix })
}

/** Where a node begins; 0 for what has no place of its own. */
const offsetOf = (node: unknown): number =>
  typeof node === "object" && node !== null && "range" in node && Array.isArray(node.range) ? Number(node.range[0]) : 0

const keyOf = (pair: Pair): string => (isScalar(pair.key) ? String(pair.key.value) : "?")

/** The first thing that makes the document one that is not read. */
const misfit = (document: Yaml, placeOf: (offset: number) => Place): Misfit | undefined => {
  const bounds = makeBounds()
  let aliases = 0
  const bomb = (offset: number): Misfit => ({
    place: placeOf(offset),
    field: "",
    problem: "its aliases (*name) expand to too much",
    fix: "Write the values out instead of using aliases."
  })
  const walk = (node: unknown, field: string, depth: number): Misfit | undefined => {
    const found = bounds(depth, () => placeOf(offsetOf(node)))
    if (found !== undefined) return found
    if (isAlias(node)) return ++aliases > mostAliases ? bomb(offsetOf(node)) : undefined
    if (isMap(node)) return walkMap(node.items, field, depth)
    if (!isSeq(node)) return undefined
    return firstOf(node.items.entries(), ([index, item]) => walk(item, `${field}[${index}]`, depth + 1))
  }
  const walkMap = (pairs: ReadonlyArray<Pair>, field: string, depth: number): Misfit | undefined => {
    const keys = new Set<string>()
    return firstOf(pairs, (pair) => {
      const key = keyOf(pair)
      const place = placeOf(offsetOf(pair.key))
      if (!isScalar(pair.key)) {
        return { place, field, problem: "a key that is not a text", fix: "Write a plain text before the colon." }
      }
      if (keys.has(key)) return givenTwice(place, joinField(field, key))
      keys.add(key)
      return walk(pair.value, joinField(field, key), depth + 1)
    })
  }
  const found = walk(document.contents, "", 0)
  if (found !== undefined || aliases === 0) return found
  try {
    // Circular values and bombs show only when aliases are followed.
    JSON.stringify(document.toJS({ maxAliasCount: mostAliases }))
    return undefined
  } catch {
    return bomb(offsetOf(document.contents))
  }
}

const firstOf = <A>(all: Iterable<A>, problem: (one: A) => Misfit | undefined): Misfit | undefined => {
  for (const one of all) {
    const found = problem(one)
    if (found !== undefined) return found
  }
  return undefined
}

interface Reading {
  readonly placeOf: (offset: number) => Place
  /** What the aliases so far stand for; an anchor comes before its aliases. */
  readonly anchored: Map<string, Value>
}

const mappingOf = (node: { readonly items: ReadonlyArray<Pair> }, reading: Reading): Mapping => ({
  _tag: "Mapping",
  place: reading.placeOf(offsetOf(node)),
  entries: node.items.map((pair) => {
    const place = reading.placeOf(offsetOf(pair.key))
    return { key: keyOf(pair), place, value: valueFrom(pair.value, place, reading) }
  })
})

/** `place` is that of the key, for what has none of its own. */
const valueFrom = (node: unknown, place: Place, reading: Reading): Value => {
  const { anchored, placeOf } = reading
  if (isAlias(node)) return { ...standIn(node, anchored, place), place: placeOf(offsetOf(node)) }
  const value = ownValue(node, place, reading)
  const anchor = anchorOf(node)
  if (anchor !== undefined) anchored.set(anchor, value)
  return value
}

const standIn = (alias: Alias, anchored: ReadonlyMap<string, Value>, place: Place): Value =>
  anchored.get(alias.source) ?? { _tag: "Scalar", place, value: null }

const ownValue = (node: unknown, place: Place, reading: Reading): Value => {
  if (isMap(node)) return mappingOf(node, reading)
  if (isSeq(node)) {
    const own = reading.placeOf(offsetOf(node))
    return { _tag: "List", place: own, items: node.items.map((item) => valueFrom(item, own, reading)) }
  }
  if (!isScalar(node)) return { _tag: "Scalar", place, value: null }
  return { _tag: "Scalar", place: reading.placeOf(offsetOf(node)), value: scalarOf(node.value) }
}

const scalarOf = (value: unknown): string | number | boolean | null =>
  typeof value === "string" || typeof value === "number" || typeof value === "boolean" || value === null
    ? value
    : String(value)

const anchorOf = (node: unknown): string | undefined =>
  isScalar(node) || isMap(node) || isSeq(node) ? node.anchor : undefined

const firstSentence = (message: string): string => {
  if (message.startsWith("Maximum call stack")) return "nested too deeply"
  return message.split(/ at line \d+|\n/)[0]?.replace(/:$/, "") ?? message
}
