/**
 * What a YAML file may not be, whatever it says: deep, endless, ambiguous. Definitions come from anybody's repository,
 * and listing them must stay quick; no honest one comes near these bounds.
 */
import { type Document, isAlias, isMap, isScalar, isSeq, type Pair } from "yaml"

/** What is wrong, at which offset of the text. */
export interface Misfit {
  readonly offset: number
  readonly field: string
  readonly problem: string
  readonly fix: string
}

const deepest = 64
const mostValues = 10_000
const mostAliases = 100

/** The first thing that makes the document one that is not read. */
export const misfit = (document: Document): Misfit | undefined => {
  const seen = { values: 0, aliases: 0 }
  const found = walk(document.contents, "", 0, seen)
  if (found !== undefined || seen.aliases === 0) return found
  try {
    // Circular values and bombs show only when aliases are followed.
    JSON.stringify(document.toJS({ maxAliasCount: mostAliases }))
    return undefined
  } catch {
    return bomb(offsetOf(document.contents))
  }
}

export const keyOf = (pair: Pair): string => (isScalar(pair.key) ? String(pair.key.value) : "?")

/** Where a node begins; 0 for what has no place of its own. */
export const offsetOf = (node: unknown): number =>
  typeof node === "object" && node !== null && "range" in node && Array.isArray(node.range) ? Number(node.range[0]) : 0

export const joinField = (field: string, key: string): string => (field === "" ? key : `${field}.${key}`)

// internal

interface Seen {
  values: number
  aliases: number
}

const walk = (node: unknown, field: string, depth: number, seen: Seen): Misfit | undefined => {
  const offset = offsetOf(node)
  if (++seen.values > mostValues) {
    return { offset, field: "", problem: `more than ${mostValues} values`, fix: "Shorten the definition." }
  }
  if (depth > deepest) {
    return { offset, field: "", problem: `nested deeper than ${deepest} levels`, fix: "Flatten the definition." }
  }
  if (isAlias(node)) return ++seen.aliases > mostAliases ? bomb(offset) : undefined
  if (isMap(node)) return walkMap(node.items, field, depth, seen)
  if (!isSeq(node)) return undefined
  for (const [index, item] of node.items.entries()) {
    const found = walk(item, `${field}[${index}]`, depth + 1, seen)
    if (found !== undefined) return found
  }
  return undefined
}

const walkMap = (pairs: ReadonlyArray<Pair>, field: string, depth: number, seen: Seen): Misfit | undefined => {
  const keys = new Set<string>()
  for (const pair of pairs) {
    const key = keyOf(pair)
    const place = { offset: offsetOf(pair.key), field: joinField(field, key) }
    if (!isScalar(pair.key)) {
      return { ...place, field, problem: "a key that is not a text", fix: "Write a plain text before the colon." }
    }
    if (keys.has(key)) return { ...place, problem: "given twice", fix: "Keep one of the two." }
    keys.add(key)
    const found = walk(pair.value, place.field, depth + 1, seen)
    if (found !== undefined) return found
  }
  return undefined
}

const bomb = (offset: number): Misfit => ({
  offset,
  field: "",
  problem: "its aliases (*name) expand to too much",
  fix: "Write the values out instead of using aliases."
})
