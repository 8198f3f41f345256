/**
 * Commands and installs of a written pipeline as the runner takes them. Pure.
 */
import { join, posix, resolve } from "node:path"
import { parseMode } from "./PathValues.ts"
import type { Install, InstallSource, RunCommand } from "./Pipeline.ts"
import type { CommandText, InstallFile } from "./PipelineFile.ts"
import type { Path, YamlTree } from "./YamlTree.ts"

export interface Surroundings {
  readonly workspace: string
  readonly home: string
  /** The pipeline's name. */
  readonly pipeline: string
  readonly tree: Pick<YamlTree, "placeOf" | "writtenAt">
}

export const commandOf = (command: CommandText, path: Path, around: Surroundings): RunCommand => {
  if (typeof command === "string") return { _tag: "Shell", line: command }
  const [first, ...rest] = wordsOf(command, path, around)
  return { _tag: "Argv", argv: [first ?? "", ...rest] }
}

export const installOf = (file: InstallFile, path: Path, around: Surroundings): Install => ({
  prefix: absolute(file.prefix ?? "~/.deputize", around),
  name: file.name ?? folderName(around.pipeline),
  ...sourceOf(file, path, around),
  verify: file.verify === undefined ? null : commandOf(file.verify, [...path, "verify"], around),
  keep: file.keep ?? 3,
  agents: file.agents === undefined ? null : absolute(file.agents, around)
})

export const listOf = (value: string | ReadonlyArray<string>): ReadonlyArray<string> =>
  typeof value === "string" ? [value] : value

/** Numbers and booleans as they are written. */
export const writtenOf = (value: string | number | boolean, path: Path, { tree }: Surroundings): string =>
  typeof value === "string" ? value : (tree.writtenAt(path) ?? String(value))

export const wordsOf = (
  words: ReadonlyArray<string | number | boolean>,
  path: Path,
  around: Surroundings
): ReadonlyArray<string> => words.map((word, index) => writtenOf(word, [...path, index], around))

/** From the workspace unless it begins with `~/`. */
export const absolute = (path: string, { home, workspace }: Pick<Surroundings, "home" | "workspace">): string =>
  /^~(?:[/\\]|$)/.test(path) ? join(home, path.slice(1)) : resolve(workspace, path)

// internal

const sourceOf = (file: InstallFile, path: Path, around: Surroundings): Pick<Install, "from" | "bin"> => {
  const { bin = {}, cargo, files, npm } = file
  const commands = "length" in bin ? Object.fromEntries(namesIn(bin).map((name) => [name, `bin/${name}`])) : bin
  if (npm !== undefined) {
    return { from: { _tag: "Npm", packages: listOf(npm).map((folder) => absolute(folder, around)) }, bin: commands }
  }
  if (cargo !== undefined) return { from: cargoSource(cargo, [...path, "cargo"], around), bin: commands }
  if (files === undefined) return builtFiles(commands)
  return {
    from: {
      _tag: "Files",
      files: files.map((file, index) => {
        if (typeof file === "string") return { from: file, to: "", mode: null }
        const { from, mode, to = "" } = file
        const bits = mode === undefined ? undefined : writtenOf(mode, [...path, "files", index, "mode"], around)
        return { from, to, mode: bits === undefined ? null : (parseMode(bits) ?? null) }
      })
    },
    bin: commands
  }
}

const namesIn = (names: unknown): ReadonlyArray<string> =>
  Array.isArray(names) ? names.filter((name) => typeof name === "string") : []

const cargoSource = (cargo: NonNullable<InstallFile["cargo"]>, path: Path, around: Surroundings): InstallSource => {
  const { args = [], path: crate } = typeof cargo === "string" ? { path: cargo } : cargo
  return { _tag: "Cargo", path: absolute(crate, around), args: wordsOf(args, [...path, "args"], around) }
}

/** Without files of its own, an install takes the built file of each command. */
const builtFiles = (commands: Readonly<Record<string, string>>): Pick<Install, "from" | "bin"> => {
  const entries = Object.entries(commands).map(([command, from]) => ({
    command,
    from,
    to: `bin/${posix.basename(from.replaceAll("\\", "/"))}`
  }))
  return {
    from: { _tag: "Files", files: entries.map(({ from, to }) => ({ from, to, mode: 0o755 })) },
    bin: Object.fromEntries(entries.map(({ command, to }) => [command, to]))
  }
}

const folderName = (name: string): string => name.replace(/[^A-Za-z0-9._-]+/g, "-").replace(/^[-.]+/, "") || "build"
