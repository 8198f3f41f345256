/**
 * The commands of a version that is being put together, in a folder of their own: `verify` finds them there before the
 * version is in use, and the prefix's `bin` finds them there afterwards.
 */
import { existsSync, mkdirSync, readdirSync } from "node:fs"
import { symlink, writeFile } from "node:fs/promises"
import { extname, join } from "node:path"
import process from "node:process"
import type { Install, InstallSource } from "../pipeline/Pipeline.ts"
import { installError } from "./InstallError.ts"
import { commandsOf, insidePath } from "./Place.ts"
import { isExecutable } from "./StagedFiles.ts"

/** Those of npm and Cargo are what they put there, unless the pipeline names them. */
export const addStagedCommands = async (
  install: Install,
  folder: string
): Promise<Readonly<Record<string, string>>> => {
  const bin = Object.keys(install.bin).length === 0 ? foundCommands(install.from, folder) : install.bin
  const commands = commandsOf(folder)
  mkdirSync(commands, { recursive: true })
  for (const [command, wanted] of Object.entries(bin)) {
    const path = insidePath(wanted) ?? ""
    if (!isExecutable(join(folder, path))) {
      const problem = existsSync(join(folder, path)) ? "not executable" : "missing"
      throw installError({ _tag: "NoProgram", command, path: wanted, problem })
    }
    if (process.platform !== "win32") await symlink(join("..", "..", path), join(commands, command))
    else await writeFile(join(commands, `${command}.cmd`), `@"%~dp0..\\..\\${path.replaceAll("/", "\\")}" %*\r\n`)
  }
  return bin
}

// internal

/** npm puts commands into `bin`, on Windows as scripts beside `node_modules`; Cargo into `bin` everywhere. */
const foundCommands = (from: InstallSource, folder: string): Readonly<Record<string, string>> => {
  if (from._tag === "Files") return {}
  const isNpmOnWindows = process.platform === "win32" && from._tag === "Npm"
  const place = isNpmOnWindows ? "" : "bin"
  if (!existsSync(join(folder, place))) return {}
  return Object.fromEntries(
    readdirSync(join(folder, place), { withFileTypes: true })
      .filter((entry) => !entry.isDirectory() && (!isNpmOnWindows || extname(entry.name) === ".cmd"))
      .map(({ name }) => [name.replace(/\.(cmd|exe)$/, ""), place === "" ? name : `${place}/${name}`])
  )
}
