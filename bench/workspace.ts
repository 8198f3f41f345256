/**
 * A workspace for build tools, made up from a seed: packages in layers, each depending on up to three of the layer below.
 *
 * All tools run the same program for a package: it reads the package's sources and what its dependencies wrote, computes
 * for a constant time, and writes one file whose content follows from what it read. So the right content of every output
 * is known without building, and a tool that answers quickly and wrongly is found out.
 */
import { spawnSync } from "node:child_process"
import { createHash } from "node:crypto"
import { appendFileSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs"
import { join } from "node:path"

export interface WorkspacePackage {
  readonly name: string
  /** Names of the layer below; none in the first. */
  readonly dependencies: ReadonlyArray<string>
}

/** Packages in an order that builds. The last one is a leaf: nothing depends on it. */
export const layeredPackages = (count: number, seed = 1): ReadonlyArray<WorkspacePackage> => {
  const random = mulberry32(seed)
  const width = Math.max(fanIn, Math.round(Math.sqrt(count)))
  const name = (index: number) => `package-${String(index).padStart(3, "0")}`
  return Array.from({ length: count }, (_, index) => {
    const layer = Math.floor(index / width)
    const below = Array.from({ length: layer === 0 ? 0 : width }, (_, place) => name((layer - 1) * width + place))
    const dependencies = Array.from({ length: Math.min(fanIn, below.length) }, () =>
      below.splice(Math.floor(random() * below.length), 1)
    )
    return { name: name(index), dependencies: dependencies.flat().toSorted() }
  })
}

/** Writes the packages into `root` (created), with what npm, nx, turbo and ninja need to build them, and commits it. */
export const writeWorkspace = (root: string, packages: ReadonlyArray<WorkspacePackage>): void => {
  mkdirSync(join(root, "node_modules", ".bin"), { recursive: true })
  mkdirSync(join(root, "tools"))
  writeFileSync(join(root, "tools", "task.js"), taskProgram)
  writeFileSync(join(root, ".gitignore"), "node_modules\ndist\n.nx\n.turbo\n.ninja_*\n")
  writeFileSync(join(root, "build.ninja"), ninjaFile(packages))
  writeJson(join(root, "package.json"), rootManifest)
  writeJson(join(root, "package-lock.json"), lockFile(packages))
  writeJson(join(root, "nx.json"), nxFile)
  writeJson(join(root, "turbo.json"), turboFile)
  for (const entry of packages) writePackage(root, entry)
  for (const tool of ["nx", "turbo"]) {
    symlinkSync(join(repository, "node_modules", tool), join(root, "node_modules", tool))
    symlinkSync(join(repository, "node_modules", ".bin", tool), join(root, "node_modules", ".bin", tool))
  }
  git(root, "init", "--quiet")
  git(root, "add", "--all")
  git(root, "-c", "user.name=bench", "-c", "user.email=bench@localhost", "commit", "--quiet", "--message=workspace")
}

/** Changes one source of a package in a way that no run before has seen. */
export const editPackage = (root: string, { name }: WorkspacePackage, mark: string): void =>
  appendFileSync(join(root, "packages", name, "src", "part0.js"), `exports.mark = ${JSON.stringify(mark)}\n`)

/** Outputs that are missing or whose content does not follow from the sources as they are now. */
export const wrongOutputs = (root: string, packages: ReadonlyArray<WorkspacePackage>): ReadonlyArray<string> => {
  const built = new Map<string, string>()
  return packages.flatMap(({ dependencies, name }) => {
    const folder = join(root, "packages", name)
    const hash = createHash("sha256").update(name)
    for (const part of parts) hash.update(readFileSync(join(folder, "src", part)))
    for (const dependency of dependencies) hash.update(built.get(dependency) ?? "")
    const right = `${hash.digest("hex")}\n`
    built.set(name, right)
    return readOr(join(folder, "dist", "out.txt"), "") === right ? [] : [`packages/${name}/dist/out.txt`]
  })
}

// internal

const repository = join(import.meta.dirname, "..")

const fanIn = 3

const parts = ["part0.js", "part1.js", "part2.js", "part3.js"]

/** The count of turns makes a task cost about 60 ms of processor time, the half of it the start of Node. */
const taskProgram = `"use strict"
const { createHash } = require("node:crypto")
const { mkdirSync, readFileSync, writeFileSync } = require("node:fs")
const { dependencies = {}, name } = JSON.parse(readFileSync("package.json", "utf8"))
const hash = createHash("sha256").update(name)
for (const part of ${JSON.stringify(parts)}) hash.update(readFileSync("src/" + part))
for (const dependency of Object.keys(dependencies).sort()) hash.update(readFileSync("../" + dependency + "/dist/out.txt"))
let state = 1
for (let turn = 0; turn < 5000000; turn += 1) state = Math.imul(state ^ (state >>> 15), 2246822519) + turn
if (Number.isNaN(state)) throw new Error("the work has no result")
mkdirSync("dist", { recursive: true })
writeFileSync("dist/out.txt", hash.digest("hex") + "\\n")
`

const task = "node ../../tools/task.js"

const rootManifest = {
  name: "bench-workspace",
  private: true,
  packageManager: "npm@11.0.0",
  workspaces: ["packages/*"]
}

/** Nothing leaves the folder: cache and database in `.nx`, no cloud. Whether the daemon runs is the caller's choice. */
const nxFile = {
  neverConnectToCloud: true,
  analytics: false,
  cacheDirectory: ".nx/cache",
  namedInputs: { sources: ["{projectRoot}/src/**/*", "{projectRoot}/package.json", "{workspaceRoot}/tools/task.js"] },
  targetDefaults: {
    build: { cache: true, dependsOn: ["^build"], inputs: ["sources", "^sources"], outputs: ["{projectRoot}/dist"] }
  }
}

const turboFile = {
  globalDependencies: ["tools/task.js"],
  tasks: { build: { dependsOn: ["^build"], inputs: ["src/**", "package.json"], outputs: ["dist/**"] } }
}

const versions = (names: ReadonlyArray<string>) => Object.fromEntries(names.map((name) => [name, "1.0.0"]))

const lockFile = (packages: ReadonlyArray<WorkspacePackage>) => ({
  name: rootManifest.name,
  lockfileVersion: 3,
  requires: true,
  packages: Object.fromEntries([
    ["", { name: rootManifest.name, workspaces: rootManifest.workspaces }],
    ...packages.map(({ name }) => [`node_modules/${name}`, { resolved: `packages/${name}`, link: true }]),
    ...packages.map(({ dependencies, name }) => [
      `packages/${name}`,
      { name, version: "1.0.0", dependencies: versions(dependencies) }
    ])
  ])
})

const ninjaFile = (packages: ReadonlyArray<WorkspacePackage>): string => {
  const out = (name: string) => `packages/${name}/dist/out.txt`
  const edges = packages.map(({ dependencies, name }) => {
    const sources = parts.map((part) => `packages/${name}/src/${part}`)
    const implicit = [`packages/${name}/package.json`, "tools/task.js", ...dependencies.map(out)]
    return `build ${out(name)}: task ${sources.join(" ")} | ${implicit.join(" ")}\n  folder = packages/${name}\n`
  })
  return `rule task\n  command = cd $folder && ${task}\n${edges.join("")}`
}

const writePackage = (root: string, { dependencies, name }: WorkspacePackage): void => {
  const folder = join(root, "packages", name)
  mkdirSync(join(folder, "src"), { recursive: true })
  writeJson(join(folder, "package.json"), {
    name,
    version: "1.0.0",
    scripts: { build: task },
    dependencies: versions(dependencies),
    nx: { targets: { build: { command: task, options: { cwd: "{projectRoot}" } } } }
  })
  for (const part of parts) {
    const lines = Array.from({ length: 60 }, (_, line) => `exports.value${line} = "${name}/${part}/${line}"\n`)
    writeFileSync(join(folder, "src", part), lines.join(""))
  }
  symlinkSync(join("..", "packages", name), join(root, "node_modules", name))
}

const writeJson = (path: string, value: unknown): void => writeFileSync(path, `${JSON.stringify(value, null, 2)}\n`)

const readOr = (path: string, otherwise: string): string => {
  try {
    return readFileSync(path, "utf8")
  } catch {
    return otherwise
  }
}

const git = (root: string, ...args: ReadonlyArray<string>): void => {
  const { error, status, stderr } = spawnSync("git", args, { cwd: root, encoding: "utf8" })
  if (error !== undefined) throw error
  if (status !== 0) throw new Error(`git ${args.join(" ")} in ${root} ended with ${status}: ${stderr}`)
}

/** A generator of numbers in [0, 1) that gives the same ones for the same seed everywhere. */
const mulberry32 = (seed: number): (() => number) => {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}
