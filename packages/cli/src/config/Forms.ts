/**
 * The forms that values of settings have. Pure.
 */
import type { Value } from "@deputize/core/document/Value"
import * as Result from "effect/Result"
import { type Misread, readCount, readTime, timeText } from "./Amount.ts"
import { type Form, misread, ofWords, unlike, wordOf } from "./Form.ts"

export const text: Form<string> = {
  ofValue: (value) => {
    const said = wordOf(value)
    return said === undefined || said.trim() === "" ? unlike("a text", value) : Result.succeed(said)
  },
  ofText: Result.succeed,
  show: (value) => (/^[\p{L}\p{N}_./:+@-]+$/u.test(value) ? value : JSON.stringify(value)),
  plain: (value) => value,
  schema: { type: "string", minLength: 1 }
}

export const oneOf = <A extends string>(choices: ReadonlyArray<A>): Form<A> => {
  const list = choices.join(" or ")
  return ofWords(
    list,
    (said) => {
      const choice = choices.find((each) => each === said)
      return choice === undefined
        ? misread(`is ${JSON.stringify(said)}, but it can only be ${list}`, `Write ${list}.`)
        : Result.succeed(choice)
    },
    (value) => value,
    { enum: choices }
  )
}

export const count: Form<number> = ofWords("a whole number above 0", readCount, String, { type: "integer", minimum: 1 })

/** How many at the same time, or as many as is sensible. */
export const countOrAuto: Form<number | "auto"> = ofWords(
  "a whole number above 0, or auto",
  (said) => (said === "auto" ? Result.succeed("auto" as const) : readCount(said)),
  String,
  { anyOf: [{ type: "integer", minimum: 1 }, { const: "auto" }] }
)

/** How often something is tried again, from 0 on. */
export const retries: Form<number> = ofWords(
  "a whole number from 0 to 999",
  (said) =>
    /^\d{1,3}$/.test(said)
      ? Result.succeed(Number(said))
      : misread(`is "${said}", but it must be a whole number from 0 to 999`, "Write 3, for example."),
  String,
  { type: "integer", minimum: 0, maximum: 999 }
)

/** Milliseconds, written with their unit; a bare number is minutes. */
export const time: Form<number> = ofWords(
  "a time",
  readTime,
  timeText,
  {
    anyOf: [
      { type: "string", pattern: "^[0-9._]+ *(s|sec|m|min|h)?$" },
      { type: "number", exclusiveMinimum: 0 }
    ]
  },
  timeText
)

export const yesOrNo: Form<boolean> = {
  ofValue: (value) =>
    value._tag === "Scalar" && typeof value.value === "boolean"
      ? Result.succeed(value.value)
      : unlike("true or false", value),
  ofText: (said) =>
    said === "true" || said === "false"
      ? Result.succeed(said === "true")
      : misread(`is "${said}", but it must be true or false`, "Write true or false."),
  show: String,
  plain: (value) => value,
  schema: { type: "boolean" }
}

/** Without slashes at its end. */
export const webAddress: Form<string> = ofWords(
  "an http or https URL",
  (said) =>
    isWebAddress(said)
      ? Result.succeed(said.replace(/\/+$/, ""))
      : misread(`is "${said}", but it must be an http or https URL`, "Write https://HOST/v1, for example."),
  text.show,
  { type: "string", pattern: "^https?://" }
)

/** US dollars for a million tokens. */
export const dollars: Form<number> = ofWords(
  "US dollars for a million tokens",
  (said) => {
    const value = said.trim() === "" ? Number.NaN : Number(said)
    return Number.isFinite(value) && value >= 0
      ? Result.succeed(value)
      : misread(`is "${said}", but it must be US dollars for a million tokens`, "Write 1.25, for example.")
  },
  String,
  { type: "number", minimum: 0 }
)

/** Texts by name: headers, variables. */
export const texts: Form<Readonly<Record<string, string>>> = {
  ofValue: (value) =>
    value._tag === "Mapping" ? textsOf(value.entries) : unlike("a mapping of names to texts", value),
  ofText: (said) => misread(`is "${said}", but it must be a mapping`, "Set it in a file."),
  show: (value) =>
    `{ ${Object.entries(value)
      .map(([name, each]) => `${text.show(name)}: ${text.show(each)}`)
      .join(", ")} }`,
  plain: (value) => value,
  schema: { type: "object", additionalProperties: { type: "string" } }
}

// internal

const isWebAddress = (said: string): boolean => {
  const url = URL.canParse(said) ? new URL(said) : undefined
  return url?.protocol === "http:" || url?.protocol === "https:"
}

const textsOf = (
  entries: ReadonlyArray<{ readonly key: string; readonly value: Value }>
): Result.Result<Readonly<Record<string, string>>, Misread> =>
  Result.gen(function* () {
    const found: Array<readonly [string, string]> = []
    for (const { key, value } of entries) {
      const said = wordOf(value)
      if (said === undefined) return yield* unlike(`a text for ${key}`, value)
      found.push([key, said])
    }
    return Object.fromEntries(found)
  })
