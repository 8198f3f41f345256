/**
 * Which source files no test file mirrors by name or imports. A file that is only reached through another one counts
 * as untested: the claim is about names and imports, and the report says so.
 */
import { isCode, isGenerated, isTest } from "./SourceLine.ts"
import type { FoundLine } from "./ToolText.ts"

export interface TestEvidence {
  readonly sources: ReadonlyArray<string>
  readonly tests: ReadonlyArray<string>
  /** Import lines of test files that hold a source file's name. */
  readonly imports: ReadonlyArray<FoundLine>
  /** Lines that begin a test module inside a source file. */
  readonly inline: ReadonlyArray<FoundLine>
}

export const untested = ({ imports, inline, sources, tests }: TestEvidence): ReadonlyArray<string> => {
  const mirrored = new Set(tests.filter(isTest).map(subjectOf))
  const own = new Set(inline.map((line) => line.path))
  const imported = imports.flatMap(({ path, text }) => importsOf(path, text))
  const exact = new Set(imported.flatMap((one) => (one.relative ? [one.module] : [])))
  const tails = new Set(imported.flatMap((one) => (one.relative ? [] : [one.module])))
  return sources.filter((source) => {
    if (!isCode(source) || isTest(source) || isGenerated(source) || notTestable.test(source) || own.has(source))
      return false
    const module = moduleOf(source)
    return (
      !mirrored.has(lastName(module).toLowerCase()) &&
      !exact.has(module) &&
      !tailsOf(module).some((tail) => tails.has(tail))
    )
  })
}

/** The name by which tests import a file: its own, or its folder's for an index file. */
export const moduleName = (path: string): string => lastName(moduleOf(path))

/** Of many files without a test of their name, only so many are looked for in the imports of the tests. */
const mostChecked = 24

/** The names of the modules that are looked for, in the order of their files. */
export const modulesChecked = (unnamed: ReadonlyArray<string>): ReadonlyArray<string> =>
  [...new Set(unnamed.map(moduleName))].slice(0, mostChecked)

/** One file of each folder after the other, so that no folder takes all the places. */
export const inTurn = (files: ReadonlyArray<string>): ReadonlyArray<string> => {
  const before = new Map<string, number>()
  return files
    .map((file) => {
      const folder = file.split("/").slice(0, -1).join("/")
      const place = before.get(folder) ?? 0
      before.set(folder, place + 1)
      return { file, place }
    })
    .toSorted((one, other) => one.place - other.place)
    .map(({ file }) => file)
}

// internal

/** Declarations, settings and helpers of tests: nothing there asks for a test of its own. */
const notTestable =
  /\.d\.[cm]?ts$|\.config\.[cm]?[jt]s$|\.stories\.|(^|\/)(fixtures?|testing|mocks?|__mocks__|conftest\.py|setup\.py)(\/|$)|\.(css|sql|sh)$/

/** `src/budget/index.ts` is the module `src/budget`. */
const moduleOf = (path: string): string => path.replace(/\.[^./]+$/, "").replace(/\/(index|mod|__init__)$/, "")

const lastName = (module: string): string => module.split("/").at(-1) ?? ""

/** All ends of a module's path: `a/b/c`, `b/c`, `c`. */
const tailsOf = (module: string): ReadonlyArray<string> => {
  const parts = module.split("/")
  return parts.map((_, from) => parts.slice(from).join("/"))
}

/** The name of the source files that a test file of this name stands for, in lower case. */
const subjectOf = (test: string): string =>
  lastName(moduleOf(test.replace(/[._-](tests?|spec)(\.[^./]+)$/i, "$2")))
    .replace(/^test_/, "")
    .replace(/(Tests?|Spec)$/, "")
    .toLowerCase()

const importsOf = (
  from: string,
  text: string
): ReadonlyArray<{ readonly module: string; readonly relative: boolean }> => {
  const quoted = [...text.matchAll(/(?:from|import|require)\b[^"']*["']([^"']+)["']/g)].map((match) => match[1] ?? "")
  const python = /^\s*(?:from|import)\s+\.*([\w.]+)\s*(?:import|as|$|,)/.exec(text)?.[1]
  return [
    ...quoted.map((specifier) =>
      specifier.startsWith(".")
        ? { module: moduleOf(resolve(from, specifier)), relative: true }
        : { module: withoutPackage(specifier).replace(/\.[cm]?[jt]sx?$/, ""), relative: false }
    ),
    ...(python === undefined ? [] : [{ module: python.replaceAll(".", "/"), relative: false }])
  ]
}

/** `@scope/name/budget/Budget` names `budget/Budget` in some package. */
const withoutPackage = (specifier: string): string => specifier.replace(/^(?:@[^/]+\/[^/]+|~|@)\//, "")

const resolve = (from: string, specifier: string): string => {
  const parts = from.split("/").slice(0, -1)
  for (const part of specifier.split("/")) {
    if (part === "..") parts.pop()
    else if (part !== "." && part !== "") parts.push(part)
  }
  // Without a known ending the last dot belongs to the name: `./a.b` is a.b.ts.
  const path = parts.join("/")
  return /\.([cm]?[jt]sx?|vue|svelte|json)$/.test(path) ? path : `${path}.ts`
}
