/**
 * A workspace as its first pipeline is drafted from it.
 */
import { readdirSync, readFileSync, statSync } from "node:fs"
import { join } from "node:path"

export interface Project {
  /** Real path. */
  readonly workspace: string
  /** Absolute paths of the programs that were found, by name. */
  readonly tools: Readonly<Record<string, string>>
  /** As `process.platform` says it. */
  readonly platform: string
  /** The whole environment in which tools are asked. */
  readonly env: Readonly<Record<string, string>>
}

export const hasTool = ({ tools }: Project, name: string): boolean => Object.hasOwn(tools, name)

export const has = ({ workspace }: Pick<Project, "workspace">, path: string): boolean =>
  statSync(join(workspace, path), { throwIfNoEntry: false }) !== undefined

/** Empty where there is none that can be read. */
export const textIn = ({ workspace }: Pick<Project, "workspace">, path: string): string => {
  try {
    return readFileSync(join(workspace, path), "utf8")
  } catch {
    return ""
  }
}

/** Undefined where it is no JSON. */
export const jsonIn = (project: Pick<Project, "workspace">, path: string): unknown => {
  try {
    return JSON.parse(textIn(project, path))
  } catch {
    return undefined
  }
}

/** Names of the folders in a folder, those with a dot left out. */
export const foldersIn = ({ workspace }: Pick<Project, "workspace">, path: string): ReadonlyArray<string> => {
  try {
    const entries = readdirSync(join(workspace, path), { withFileTypes: true })
    return entries.filter((entry) => entry.isDirectory() && !entry.name.startsWith(".")).map(({ name }) => name)
  } catch {
    return []
  }
}

/** A member of what JSON holds. */
export const memberOf = (value: unknown, key: string): unknown =>
  typeof value === "object" && value !== null ? Object.getOwnPropertyDescriptor(value, key)?.value : undefined

export const textsOf = (value: unknown): ReadonlyArray<string> =>
  Array.isArray(value) ? value.filter((text) => typeof text === "string") : []

/** A command that removes files, there or not. */
export const removing = ({ platform }: Pick<Project, "platform">, files: ReadonlyArray<string>): string =>
  platform === "win32"
    ? files
        .map((file) => file.replaceAll("/", "\\"))
        .map((file) => `(if exist ${file} del /q ${file})`)
        .join(" & ")
    : `rm -f ${files.join(" ")}`
