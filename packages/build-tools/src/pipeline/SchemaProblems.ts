/**
 * What a schema finds wrong with a value, as places with words for users. Pure.
 */
import { nearestNames } from "@deputize/core/internal/domain/NearestNames"
import type * as SchemaAST from "effect/SchemaAST"
import type * as SchemaIssue from "effect/SchemaIssue"
import type { Rule } from "./Values.ts"
import type { Path } from "./YamlTree.ts"

export interface Finding {
  readonly path: Path
  /** Whether the key is meant and not its value. */
  readonly isKey: boolean
  readonly problem: string
  readonly fix: string
}

/** `value` is what was read: it is shown beside what was expected. */
export const schemaProblems = (issue: SchemaIssue.Issue, value: unknown): ReadonlyArray<Finding> =>
  findings(issue, [], value)

// internal

const findings = (issue: SchemaIssue.Issue, path: Path, value: unknown): ReadonlyArray<Finding> => {
  switch (issue._tag) {
    case "Composite":
      return issue.issues.flatMap((each) => findings(each, path, value))
    case "Pointer": {
      const keys = issue.path.map((key) => (typeof key === "number" ? key : String(key)))
      return findings(issue.issue, [...path, ...keys], keys.reduce<unknown>(memberOf, value))
    }
    case "Encoding":
      return findings(issue.issue, path, value)
    case "Filter":
      return [filterFinding(issue, path, value)]
    case "AnyOf":
      // Members of another type are left out already: what is left of several says all that can be said.
      return issue.issues.length === 1
        ? issue.issues.flatMap((each) => findings(each, path, value))
        : [wrongType(issue.ast, path, value)]
    case "InvalidType":
      return [wrongType(issue.ast, path, value)]
    case "MissingKey":
      return [missing(path)]
    case "UnexpectedKey":
      return [unexpected(issue.ast, path)]
    case "OneOf":
    case "InvalidValue":
    case "Forbidden":
      return [{ path, isKey: false, problem: `${described(value)} cannot stand here`, fix: "Correct the value." }]
  }
}

const filterFinding = (issue: SchemaIssue.Filter, path: Path, value: unknown): Finding => {
  const { annotations } = issue.filter
  const said = issue.issue._tag === "InvalidValue" ? issue.issue.annotations?.message : undefined
  const expected = textOr(annotations?.expected, "another value")
  return {
    path,
    isKey: false,
    problem: textOr(said, `expected ${expected}, found ${described(value)}`),
    fix: textOr(annotations?.fix, `Write ${expected}.`)
  }
}

const wrongType = ({ annotations }: SchemaAST.AST, path: Path, value: unknown): Finding => {
  const expected = textOr(annotations?.expected, "another value")
  if (value === null) {
    return { path, isKey: true, problem: "has no value", fix: `Write ${expected}, or remove the key.` }
  }
  return {
    path,
    isKey: false,
    problem: `expected ${expected}, found ${described(value)}`,
    fix: textOr(annotations?.fix, `Write ${expected}.`)
  }
}

const missing = (path: Path): Finding => {
  const key = path.at(-1) ?? ""
  if (typeof key === "number" || key === "0") {
    return { path: path.slice(0, -1), isKey: false, problem: "is an empty list", fix: "Give it at least one entry." }
  }
  return { path: path.slice(0, -1), isKey: false, problem: `${key} is missing`, fix: `Add ${key}: to it.` }
}

const unexpected = (ast: SchemaAST.AST, path: Path): Finding => {
  const key = String(path.at(-1) ?? "")
  const rule = ast.annotations?.keyRule
  if (isRule(rule)) {
    return { path, isKey: true, problem: rule.problem(key) ?? "cannot stand here", fix: rule.fix }
  }
  const known = ast._tag === "Objects" ? ast.propertySignatures.map(({ name }) => String(name)) : []
  const meant = known.includes(synonyms[key] ?? "") ? [synonyms[key]] : nearestNames(key, known)
  const fix = meant.length > 0 ? `Did you mean ${meant.join(" or ")}?` : `Known here: ${known.join(", ")}.`
  return { path, isKey: true, problem: "unknown key", fix }
}

/** What other build files call it. */
const synonyms: Readonly<Record<string, string>> = {
  depends_on: "needs",
  dependsOn: "needs",
  deps: "needs",
  command: "run",
  cmd: "run",
  script: "run",
  sources: "inputs",
  generates: "outputs",
  artifacts: "outputs",
  environment: "env",
  working_directory: "cwd",
  dir: "cwd",
  if: "skip_unless",
  when: "skip_unless",
  allow_failure: "continue_on_error",
  ignore_error: "continue_on_error",
  platforms: "on",
  tasks: "steps",
  jobs: "steps"
}

const memberOf = (value: unknown, key: string | number): unknown =>
  typeof value === "object" && value !== null ? Object.getOwnPropertyDescriptor(value, key)?.value : undefined

const isRule = (rule: unknown): rule is Rule => typeof rule === "object" && rule !== null && "problem" in rule

const textOr = (value: unknown, otherwise: string): string => (typeof value === "string" ? value : otherwise)

const described = (value: unknown): string => {
  if (value === null || value === undefined) return "nothing"
  if (Array.isArray(value)) return value.length === 0 ? "an empty list" : "a list"
  if (typeof value === "object") return "a mapping"
  const text = JSON.stringify(value)
  return text.length > 60 ? `${text.slice(0, 57)}...` : text
}
