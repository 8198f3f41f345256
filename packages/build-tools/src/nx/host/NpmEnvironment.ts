/**
 * What npm tells a script of its package and of itself, in the environment. Its own settings (`npm_config_*`) are left
 * out, but for those that say who runs the script and where: to know the others one has to start npm.
 */
import { readFileSync, realpathSync } from "node:fs"
import { homedir } from "node:os"
import { delimiter, dirname, join } from "node:path"

export type Manifest = Readonly<Record<string, unknown>>

export interface Npm {
  readonly program: string
  readonly version: string
}

/** Null where there is none on the PATH, or not one of the usual make. */
export const npmOn = (path: string): Npm | null => {
  for (const folder of path.split(delimiter)) {
    try {
      const program = realpathSync(join(folder, "npm"))
      const { version } = readManifest(join(dirname(program), "..", "package.json"))
      return program.endsWith("npm-cli.js") && typeof version === "string" ? { program, version } : null
    } catch {
      // Not in this folder.
    }
  }
  return null
}

/** For all scripts of the package in `folder`. */
export const npmEnvironment = (
  { program, version }: Npm,
  workspace: string,
  folder: string,
  manifest: Manifest
): Readonly<Record<string, string>> => {
  const isMember = folder !== workspace && readManifest(join(workspace, "package.json"))["workspaces"] !== undefined
  return {
    ...variables(
      {
        name: manifest["name"],
        version: manifest["version"],
        config: manifest["config"],
        engines: manifest["engines"],
        bin: manifest["bin"]
      },
      "npm_package_"
    ),
    npm_package_json: join(folder, "package.json"),
    npm_command: Number.parseInt(version, 10) < 11 ? "run-script" : "run",
    npm_execpath: program,
    npm_node_execpath: process.execPath,
    NODE: process.execPath,
    INIT_CWD: folder,
    npm_config_local_prefix: isMember ? workspace : folder,
    npm_config_npm_version: version,
    npm_config_user_agent: `npm/${version} node/${process.version} ${process.platform} ${process.arch} workspaces/${isMember}`
  }
}

/** Whether npm is told to run the scripts in `folder` in another shell, with other options of Node, or not at all. */
export const isSetApart = (
  workspace: string,
  folder: string,
  env: Readonly<Record<string, string | undefined>>
): boolean =>
  Object.keys(env).some((name) => isSetting.test(name)) ||
  [
    join(folder, ".npmrc"),
    join(workspace, ".npmrc"),
    env["npm_config_userconfig"] ?? join(homedir(), ".npmrc"),
    join(dirname(process.execPath), "..", "etc", "npmrc")
  ].some((file) => setsIt.test(readText(file)))

export const readManifest = (file: string): Manifest => {
  const manifest: unknown = JSON.parse(readFileSync(file, "utf8"))
  return isRecord(manifest) ? manifest : {}
}

export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null

// internal

const settings = "script[-_]shell|ignore[-_]scripts|node[-_]options"
const isSetting = new RegExp(`^npm_config_(${settings})$`, "i")
const setsIt = new RegExp(`^\\s*(${settings})\\s*=`, "im")

/** Each member of an object or a list by a variable of its own. */
const variables = (values: object, prefix: string): Readonly<Record<string, string>> =>
  Object.fromEntries(pairs(values, prefix))

const pairs = (values: object, prefix: string): ReadonlyArray<readonly [string, string]> =>
  Object.entries(values).flatMap(([key, value]: [string, unknown]): ReadonlyArray<readonly [string, string]> => {
    if (value === undefined) return []
    if (value === null || value === false) return [[`${prefix}${key}`, ""]]
    return typeof value === "object" ? pairs(value, `${prefix}${key}_`) : [[`${prefix}${key}`, String(value)]]
  })

const readText = (file: string): string => {
  try {
    return readFileSync(file, "utf8")
  } catch {
    return ""
  }
}
