/**
 * The form of an answer as it goes over the wire. Where a schema keeps to the subset that OpenAI enforces token by token,
 * it is sent as strict; any other is sent as a wish, which the agent loop checks. Providers take schemas of objects; a
 * form of another kind is said in words.
 */
import type { JsonSchema } from "effect/JsonSchema"
import * as Predicate from "effect/Predicate"
import type { AnswerFormat } from "../../domain/AnswerFormat.ts"
import type { ModelRequest } from "../Model.ts"

export interface WireSchema {
  readonly name: string
  readonly schema: Record<string, unknown>
  readonly strict: boolean
}

/** Null where there is nothing to send. */
export const wireSchema = ({ format }: Pick<ModelRequest, "format">): WireSchema | null =>
  format === null || !isOfObjects(format) ? null : knownSchema(format)

/** The system text, with a form at its end that goes in words. */
export const systemWithForm = ({ format, system }: Pick<ModelRequest, "format" | "system">): string =>
  format === null || isOfObjects(format)
    ? system
    : `${system}\n\nYour final answer is one JSON value and nothing around it, by this JSON Schema: ${JSON.stringify(knownSchema(format).schema)}`

/** Every object closed, every property required, and nothing in it that strict decoding does not know. */
export const isStrict = (schema: JsonSchema): boolean => {
  const size: Size = { properties: 0, enumerated: 0, characters: 0 }
  return (
    schema.type === "object" &&
    schema.anyOf === undefined &&
    isStrictPart(schema, 1, size) &&
    size.properties <= most.properties &&
    size.enumerated <= most.enumerated &&
    size.characters <= most.characters
  )
}

// internal

const isOfObjects = ({ schema }: AnswerFormat): boolean => schema.type === "object"

/** Made once, so that every request carries the same bytes. */
const knownSchema = (format: AnswerFormat): WireSchema => {
  const known = wireSchemas.get(format)
  if (known !== undefined) return known
  // Which dialect it is says nothing to a model.
  const { $schema: _, ...schema } = format.schema
  const made = { name: format.name, schema, strict: isStrict(schema) }
  wireSchemas.set(format, made)
  return made
}

const wireSchemas = new WeakMap<AnswerFormat, WireSchema>()

const most = { depth: 10, properties: 5_000, enumerated: 1_000, characters: 120_000 }
/** A choice of more values than this may have so many characters. */
const long = { choice: 250, characters: 15_000 }

interface Size {
  properties: number
  enumerated: number
  /** Of names, and of values that are named. */
  characters: number
}

const keywords: ReadonlySet<string> = new Set([
  "$defs",
  "$ref",
  "additionalProperties",
  "anyOf",
  "const",
  "definitions",
  "description",
  "enum",
  "exclusiveMaximum",
  "exclusiveMinimum",
  "format",
  "items",
  "maximum",
  "maxItems",
  "minimum",
  "minItems",
  "multipleOf",
  "pattern",
  "properties",
  "required",
  "title",
  "type"
])

const types: ReadonlySet<unknown> = new Set(["string", "number", "integer", "boolean", "object", "array", "null"])

const formats: ReadonlySet<unknown> = new Set([
  "date-time",
  "time",
  "date",
  "duration",
  "email",
  "hostname",
  "ipv4",
  "ipv6",
  "uuid"
])

const isStrictPart = (part: unknown, depth: number, size: Size): boolean => {
  if (!Predicate.isReadonlyObject(part) || Array.isArray(part) || depth > most.depth) return false
  const { $defs, $ref, anyOf, const: only, definitions, enum: values, format, items, pattern, type } = part
  if ($ref !== undefined) return isReference($ref) && Object.keys(part).length === 1
  if (!Object.keys(part).every((key) => keywords.has(key))) return false
  if (format !== undefined && !formats.has(format)) return false
  if (pattern !== undefined && (typeof pattern !== "string" || pattern.includes("(?"))) return false
  if (!isShortChoice(values, size)) return false
  size.characters += lengthOf(only) + lengthsOf(keysOf($defs)) + lengthsOf(keysOf(definitions))
  const named = [type].flat()
  const isTyped = type !== undefined && named.length > 0 && named.every((each) => types.has(each))
  if (!isTyped && anyOf === undefined) return false
  const parts = [
    ...(anyOf === undefined ? [] : Array.isArray(anyOf) && anyOf.length > 0 ? anyOf : [undefined]),
    ...(named.includes("array") ? [items] : []),
    ...valuesOf($defs),
    ...valuesOf(definitions)
  ]
  return (
    (!named.includes("object") || isClosed(part, depth, size)) &&
    parts.every((each) => isStrictPart(each, depth + 1, size))
  )
}

const isClosed = (
  { additionalProperties, properties, required }: Readonly<Record<PropertyKey, unknown>>,
  depth: number,
  size: Size
): boolean => {
  const names = keysOf(properties)
  size.properties += names.length
  size.characters += lengthsOf(names)
  const asked = new Set(Array.isArray(required) ? required : [])
  return (
    additionalProperties === false &&
    asked.size === names.length &&
    names.every((name) => asked.has(name)) &&
    valuesOf(properties).every((each) => isStrictPart(each, depth + 1, size))
  )
}

/** To the whole, or to one of its definitions. */
const isReference = (value: unknown): boolean =>
  typeof value === "string" && /^#(\/(\$defs|definitions)\/[^/]+)?$/.test(value)

const isShortChoice = (values: unknown, size: Size): boolean => {
  if (!Array.isArray(values)) return values === undefined
  const characters = lengthsOf(values)
  size.enumerated += values.length
  size.characters += characters
  return values.length <= long.choice || characters <= long.characters
}

const lengthOf = (value: unknown): number => (typeof value === "string" ? value.length : 0)

const lengthsOf = (values: ReadonlyArray<unknown>): number =>
  values.reduce((sum: number, each) => sum + lengthOf(each), 0)

const keysOf = (value: unknown): ReadonlyArray<string> => (Predicate.isReadonlyObject(value) ? Object.keys(value) : [])

const valuesOf = (value: unknown): ReadonlyArray<unknown> =>
  value === undefined ? [] : Predicate.isReadonlyObject(value) ? Object.values(value) : [undefined]
