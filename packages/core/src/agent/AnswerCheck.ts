/**
 * Whether an answer has the form that was asked for, and whether that form can be asked for at all. The validator is
 * loaded when the first form is, and not for agents that answer freely. Neither a form nor an answer keeps it busy for
 * longer than a moment, whatever stands in them.
 */
import type * as Ajv from "ajv"
import * as Effect from "effect/Effect"
import type { JsonSchema } from "effect/JsonSchema"
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import { upperBound } from "../budget/Estimate.ts"
import type { AnswerFormat } from "../domain/AnswerFormat.ts"
import { within } from "./SyncDeadline.ts"

/** Nothing can be checked by this schema. */
export class AnswerFormatInvalid extends Schema.TaggedError<AnswerFormatInvalid>()("AnswerFormatInvalid", {
  /** Of what is wrong, in the schema: a JSON pointer; "" is the whole of it. */
  place: Schema.String,
  problem: Schema.String
}) {
  override get message() {
    return `the output schema is no valid JSON Schema${this.place === "" ? "" : ` at ${this.place}`}: ${this.problem}`
  }
  get hint() {
    return "Correct the schema there. Drafts 7, 2019-09 and 2020-12 are known, 2020-12 where $schema names none."
  }
}

export type Read =
  /** `json` is the bare text of the value. */
  { readonly _tag: "Fits"; readonly json: string } | { readonly _tag: "Misses"; readonly problem: string }

/** A form by its schema, checked before anything is started with it. */
export const formatOf = Effect.fn("AnswerCheck.formatOf")(function* (schema: unknown, name = "answer") {
  if (!isSchema(schema)) {
    return yield* new AnswerFormatInvalid({ place: "", problem: "it is not a JSON object" })
  }
  const format: AnswerFormat = { name: name.replace(/[^\w-]/g, "_").slice(0, 64) || "answer", schema }
  yield* Effect.tryPromise({
    try: () => validatorOf(format),
    catch: (error) =>
      error instanceof AnswerFormatInvalid
        ? error
        : new AnswerFormatInvalid({ place: "", problem: error instanceof Error ? error.message : String(error) })
  })
  return format
})

/** What an answer says, in a fence or bare. A form that cannot be checked is a defect: `formatOf` would have said so. */
export const read = (format: AnswerFormat, answer: string): Effect.Effect<Read> =>
  Effect.map(
    Effect.promise(() => validatorOf(format)),
    (validate): Read => {
      const json = unfenced(answer)
      const value = parsed(json)
      if (value === undefined) return { _tag: "Misses", problem: json === "" ? "it is empty" : "it is not JSON" }
      const problems = validate(value.json)
      return problems === "" ? { _tag: "Fits", json } : { _tag: "Misses", problem: problems }
    }
  )

/** What an agent is told whose answer misses the form, with the form where it fits into so many tokens. */
export const mismatchText = ({ schema }: AnswerFormat, problem: string, tokens: number): string => {
  const told = (form: string) =>
    `Your answer does not have the form that was asked for: ${problem}.\nAnswer again with one JSON value and nothing around it, by ${form}`
  const text = JSON.stringify(schema)
  const whole = told(`this JSON Schema: ${text}`)
  return text.length > longestSchema || upperBound(whole) > tokens ? told("the JSON Schema that was given") : whole
}

// internal

const longestSchema = 4_000
const mostProblems = 5
/** In characters: an enumeration, or a name that a model made up, may be of any length. */
const longestProblem = 200

/** In milliseconds. A form is checked once, before anything is started with it; an answer, while others are at work. */
const longestCompile = 5_000
const longestCheck = 500

/** Says what is wrong; "" for a value that fits. */
type Validate = (value: unknown) => string

const validators = new WeakMap<AnswerFormat, Promise<Validate>>()

const validatorOf = (format: AnswerFormat): Promise<Validate> => {
  const known = validators.get(format) ?? compile(format)
  validators.set(format, known)
  return known
}

const isSchema = (value: unknown): value is JsonSchema => Predicate.isReadonlyObject(value)

const compile = async ({ schema }: AnswerFormat): Promise<Validate> => {
  if ("$async" in schema) {
    throw new AnswerFormatInvalid({ place: "/$async", problem: "a schema that waits for something cannot be used" })
  }
  const ajv = await validatorFor(schema)
  // It is the dialect's own now, under whatever address the schema named it.
  const { $schema: _, ...bare } = schema
  const check = (): Ajv.ValidateFunction => {
    if (ajv.validateSchema(bare) === true) return ajv.compile(bare)
    const [first] = ajv.errors ?? []
    throw new AnswerFormatInvalid({ place: first?.instancePath ?? "", problem: problemOf(first) })
  }
  const invalid = (problem: string): never => {
    throw new AnswerFormatInvalid({ place: "", problem })
  }
  const validate = inTime(longestCompile, check, invalid)
  return (value) =>
    inTime(
      longestCheck,
      () => (validate(value) === true ? "" : problemsOf(validate.errors ?? [])),
      (problem) => problem
    )
}

/** `failed` gets what has kept `work` from being done. */
const inTime = <A, B>(ms: number, work: () => A, failed: (problem: string) => B): A | B => {
  try {
    return within(ms, work, () => failed(`it takes longer than ${ms / 1_000} s to check; look at its patterns`))
  } catch (error) {
    if (error instanceof AnswerFormatInvalid) throw error
    if (error instanceof RangeError) return failed("it is nested too deeply to be checked")
    // What only shows when the parts of a schema are put together.
    const missing = error instanceof Error && "missingRef" in error ? String(error.missingRef) : undefined
    if (missing !== undefined) return failed(`nothing stands at ${missing}, to which a $ref leads`)
    return failed(error instanceof Error ? error.message : String(error))
  }
}

const options = { allErrors: true, strict: false, validateFormats: false, logger: false } as const

/** By the default export: bundled, a module of CommonJS that is loaded late has no other. */
const validatorFor = async ({ $schema }: JsonSchema) => {
  const dialect = typeof $schema === "string" ? $schema.replace(/^https?:\/\/json-schema\.org\/|#$/g, "") : $schema
  switch (dialect) {
    case undefined:
    case "draft/2020-12/schema":
      return new (await import("ajv/dist/2020.js")).default.Ajv2020(options)
    case "draft/2019-09/schema":
      return new (await import("ajv/dist/2019.js")).default.Ajv2019(options)
    case "draft-07/schema":
      return new (await import("ajv")).default.Ajv(options)
    default:
      throw new AnswerFormatInvalid({
        place: "/$schema",
        problem: `${JSON.stringify($schema)} is no dialect that is known here`
      })
  }
}

interface Problem {
  readonly message?: string
  readonly params: Readonly<Record<string, unknown>>
}

const problemsOf = (errors: ReadonlyArray<Problem & { readonly instancePath: string }>): string => {
  const told = errors
    .slice(0, mostProblems)
    .map((error) => `${beginning(error.instancePath) || "the value"} ${problemOf(error)}`)
  const more = errors.length - told.length
  return [...told, ...(more > 0 ? [`${more} more`] : [])].join("; ")
}

const beginning = (text: string): string =>
  text.length <= longestProblem ? text : `${text.slice(0, longestProblem).toWellFormed()}…`

/** With the name or the values that the validator's own sentence leaves out. */
const problemOf = (error: Problem | undefined): string => {
  const { additionalProperty, allowedValue, allowedValues } = error?.params ?? {}
  const named = [additionalProperty, allowedValues, allowedValue].find((value) => value !== undefined)
  return beginning(`${error?.message ?? "is wrong"}${named === undefined ? "" : `: ${JSON.stringify(named)}`}`)
}

const unfenced = (answer: string): string => {
  const text = answer.trim()
  return /^```(?:json)?[ \t]*\r?\n([\s\S]*?)\n?```$/i.exec(text)?.[1]?.trim() ?? text
}

const parsed = (text: string): { readonly json: unknown } | undefined => {
  try {
    return { json: JSON.parse(text) }
  } catch {
    return undefined
  }
}
