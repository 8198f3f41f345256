/**
 * The arguments of a call, from the JSON text that the model wrote. What is wrong with them is said field by field, with
 * the fields that there are, so that the next attempt can be right.
 */
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as SchemaIssue from "effect/SchemaIssue"
import { visibleLine } from "../domain/VisibleText.ts"
import type { AnyTool, Tool } from "./Tool.ts"
import { ToolError } from "./ToolError.ts"

export const decodeArguments = <A>(tool: Tool<A>, text: string): Result.Result<A, ToolError> => {
  const fail = (message: string) =>
    Result.fail(new ToolError({ tool: tool.name, message, hint: `The arguments of ${tool.name}: ${describe(tool)}.` }))
  if (text.length > maxLength) return fail(`the arguments are longer than ${maxLength} characters`)
  const json = parse(text)
  if (json === undefined) return fail("the arguments are not a JSON object")
  const unknown = Object.keys(json).filter((key) => !Object.hasOwn(tool.parameters.fields, key))
  if (unknown.length > 0) return fail(`unknown argument ${unknown.slice(0, 5).map(quote).join(", ")}`)
  // Models that must fill in every field write null for what they leave out.
  const given = Object.fromEntries(Object.entries(json).filter(([, value]) => value !== null))
  const decoded = Schema.decodeUnknownResult(tool.parameters)(given, { errors: "all", onExcessProperty: "error" })
  return Result.isSuccess(decoded) ? Result.succeed(decoded.success) : fail(explain(decoded.failure.issue))
}

// internal

const maxLength = 1 << 20

const parse = (text: string): object | undefined => {
  try {
    const value: unknown = JSON.parse(text.trim() === "" ? "{}" : text)
    return typeof value === "object" && value !== null && !Array.isArray(value) ? value : undefined
  } catch {
    return undefined
  }
}

const format = SchemaIssue.makeFormatterStandardSchemaV1()

const explain = (issue: SchemaIssue.Issue): string =>
  format(issue)
    .issues.map(({ message, path }) => `${(path ?? []).map(String).map(quote).join(".")}: ${visibleLine(message)}`)
    .join("; ")

const describe = (tool: AnyTool): string => {
  const required = requiredOf(tool)
  const names = Object.keys(tool.parameters.fields)
  return names.map((name) => (required.has(name) ? `${quote(name)} (required)` : quote(name))).join(", ") || "none"
}

const requiredOf = (tool: AnyTool): ReadonlySet<unknown> => {
  const { required } = Schema.toJsonSchemaDocument(tool.parameters).schema
  return new Set(Array.isArray(required) ? required : [])
}

const quote = (name: string): string => `\`${visibleLine(name.slice(0, 60))}\``
