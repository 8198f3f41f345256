/**
 * Holds the architecture: packages and, inside a package, folders stand in an order, and each imports only from what
 * stands to its left (types count). Also holds who may import which unstable or heavy module. Prints the ten longest
 * files; exits 1 with a line for each import against the order.
 *
 *   node scripts/check-layers.ts [ROOT]
 */
import { readdirSync, readFileSync } from "node:fs"
import { dirname, join, relative, resolve, sep } from "node:path"
import process from "node:process"
import { fileURLToPath } from "node:url"

/** Packages by their folder, each may import those to its left. */
const packages = ["core", "build-tools", "cli"]

/** Folders of a package's `src`, left to right; files directly in `src` stand right of them all. */
const folders: Readonly<Record<string, ReadonlyArray<string>>> = {
  core: [
    "domain",
    "document",
    "process",
    "journal",
    "budget",
    "policy",
    "actor",
    "model",
    "workspace",
    "worktree",
    "tool",
    "definition",
    "agent",
    "runtime",
    "generate",
    "history",
    "changes",
    "promise",
    "testing"
  ],
  "build-tools": ["pipeline", "fingerprint", "record", "command", "nx", "install", "checks", "runner"],
  cli: ["config", "render", "command", "values", "record", "doctor", "run", "build", "commands"]
}

/** Folders below a folder in the same way; files directly in it are for all of them, and import from each. */
const stages: Readonly<Record<string, ReadonlyArray<string>>> = {
  "core/runtime": ["plan", "admission", "ground", "resume", "team"]
}

/** Files at the root of a package's `src` that its folders may import: its tables and its wiring. */
const shared: ReadonlyArray<string> = ["cli/src/ExitCode.ts", "cli/src/layers.ts"]

/** Modules that only the folders named may import. */
const reserved: ReadonlyArray<{ readonly module: RegExp; readonly only: ReadonlyArray<string> }> = [
  { module: /^node:child_process$/, only: ["core/process"] },
  { module: /^node:sqlite$/, only: ["core/journal"] },
  { module: /^@vscode\/ripgrep$/, only: ["core/tool"] },
  { module: /^yaml$/, only: ["core/document"] },
  { module: /^ajv($|\/)/, only: ["core/agent"] },
  { module: /^openai($|\/)/, only: ["core/model", "core/testing"] },
  { module: /^gpt-tokenizer($|\/)/, only: ["core/budget"] },
  { module: /^node:worker_threads$/, only: ["core/budget"] }
]

interface Import {
  readonly from: string
  readonly line: number
  readonly specifier: string
}

/** Every violation of the order below `root`, as `FILE:LINE: what is wrong`. */
export const violations = (root: string): ReadonlyArray<string> =>
  packages.flatMap((name) =>
    sources(join(root, "packages", name, "src")).flatMap((file) =>
      importsOf(file).flatMap((found) => {
        const problem = judge(root, name, found)
        return problem === undefined ? [] : [`${relative(root, found.from)}:${found.line}: ${problem}`]
      })
    )
  )

// internal

const judge = (root: string, name: string, { from, specifier }: Import): string | undefined => {
  const here = folderOf(root, name, from)
  const rule = reserved.find(({ module }) => module.test(specifier))
  if (rule !== undefined && !rule.only.includes(`${name}/${here}`)) {
    return `${specifier} is imported from ${rule.only.join(", ")} only`
  }
  const cross = /^@deputize\/([^/]+)(?:\/(.*))?$/.exec(specifier)
  if (cross !== null) {
    const target = cross[1] ?? ""
    if (packages.indexOf(target) < 0) return `${specifier} is not a package of this repository`
    return packages.indexOf(target) < packages.indexOf(name)
      ? undefined
      : `package ${name} may not import package ${target}`
  }
  if (!specifier.startsWith(".")) return undefined
  const target = resolve(dirname(from), specifier)
  if (!target.startsWith(join(root, "packages", name, "src") + sep)) return `${specifier} leaves the package's src`
  const there = folderOf(root, name, target)
  const order = folders[name] ?? []
  if (here !== "" && order.indexOf(here) < 0) return `folder ${here} has no place in the order of package ${name}`
  if (there === here) return judgeStage(root, name, here, from, target)
  if (here === "") return undefined
  if (there === "") {
    const isShared = shared.some((file) => target === join(root, "packages", file))
    return isShared ? undefined : `folder ${here} may not import a file at the root of src`
  }
  return order.indexOf(there) < order.indexOf(here) ? undefined : `folder ${here} may not import folder ${there}`
}

const judgeStage = (root: string, name: string, folder: string, from: string, target: string): string | undefined => {
  const order = stages[`${name}/${folder}`]
  if (order === undefined) return undefined
  const [here, there] = [stageOf(root, name, from), stageOf(root, name, target)]
  if (here !== "" && order.indexOf(here) < 0) return `folder ${folder}/${here} has no place in the order of ${folder}`
  return order.indexOf(there) <= order.indexOf(here) || here === ""
    ? undefined
    : `folder ${folder}/${here} may not import folder ${folder}/${there}`
}

const stageOf = (root: string, name: string, file: string): string => {
  const parts = relative(join(root, "packages", name, "src"), file).split(sep)
  return parts.length > 2 ? (parts[1] ?? "") : ""
}

const folderOf = (root: string, name: string, file: string): string => {
  const parts = relative(join(root, "packages", name, "src"), file).split(sep)
  return parts.length > 1 ? (parts[0] ?? "") : ""
}

const sources = (directory: string): ReadonlyArray<string> =>
  readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))

const importsOf = (file: string): ReadonlyArray<Import> => {
  const text = readFileSync(file, "utf8")
  const pattern = /(?:^|\n)\s*(?:import|export)\b[^"'`;]*?from\s*["']([^"']+)["']|\bimport\s*\(?\s*["']([^"']+)["']/g
  return [...text.matchAll(pattern)].map((match) => ({
    from: file,
    line: text.slice(0, match.index + match[0].length).split("\n").length,
    specifier: match[1] ?? match[2] ?? ""
  }))
}

const longest = (root: string): ReadonlyArray<string> =>
  packages
    .flatMap((name) => sources(join(root, "packages", name, "src")))
    .map((file) => ({ file, lines: readFileSync(file, "utf8").split("\n").length - 1 }))
    .sort((a, b) => b.lines - a.lines)
    .slice(0, 10)
    .map(({ file, lines }) => `${String(lines).padStart(5)}  ${relative(root, file)}`)

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const root = resolve(process.argv[2] ?? ".")
  const found = violations(root)
  process.stdout.write(`The ten longest files:\n${longest(root).join("\n")}\n`)
  if (found.length > 0) process.stderr.write(`${found.join("\n")}\n`)
  process.exitCode = found.length > 0 ? 1 : 0
}
