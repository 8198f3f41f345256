/**
 * The part of the environment that the command line itself depends on. Read here and nowhere else.
 */
import { homedir, userInfo } from "node:os"
import { isAbsolute, join, resolve } from "node:path"

export interface Environment {
  readonly platform: NodeJS.Platform
  readonly variables: Readonly<Record<string, string | undefined>>
  /** The user's home folder, if there is one. */
  readonly home: string | undefined
}

export const environment = (): Environment => ({
  platform: process.platform,
  variables: process.env,
  home: homeFolder()
})

/** Holds the number of the process that a detached one was started by: it is the one that is to do the work. */
export const detachedBy = "DEPUTIZE_DETACHED_BY"

/** What a command of the user runs in: all of it, as when they type it themselves, but for what only providers get. */
export const checkEnvironment = (secret: ReadonlyArray<string>): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) =>
      value === undefined || secret.includes(name) ? [] : [[name, value]]
    )
  )

/** Where the records of runs are kept: DEPUTIZE_HOME, else the folder that the platform has for it, if there is a home. */
export const stateFolder = ({ home, platform, variables }: Environment): string | undefined => {
  const { DEPUTIZE_HOME, LOCALAPPDATA, XDG_STATE_HOME } = variables
  if (DEPUTIZE_HOME !== undefined && DEPUTIZE_HOME !== "") return resolve(DEPUTIZE_HOME, "state")
  if (XDG_STATE_HOME !== undefined && isAbsolute(XDG_STATE_HOME)) return join(XDG_STATE_HOME, "deputize")
  if (platform === "win32" && LOCALAPPDATA !== undefined) return join(LOCALAPPDATA, "deputize")
  return home === undefined ? undefined : join(home, ".local", "state", "deputize")
}

/** What can be made again: V8's code of this program, names for completion. */
export const cacheFolder = ({ home, platform, variables }: Environment): string | undefined => {
  const { DEPUTIZE_HOME, LOCALAPPDATA, XDG_CACHE_HOME } = variables
  if (DEPUTIZE_HOME !== undefined && DEPUTIZE_HOME !== "") return resolve(DEPUTIZE_HOME, "cache")
  if (XDG_CACHE_HOME !== undefined && isAbsolute(XDG_CACHE_HOME)) return join(XDG_CACHE_HOME, "deputize")
  if (platform === "win32" && LOCALAPPDATA !== undefined) return join(LOCALAPPDATA, "deputize", "cache")
  return home === undefined ? undefined : join(home, ".cache", "deputize")
}

/** What is the user's, neither configuration nor record. */
export const dataFolder = ({ home, platform, variables }: Environment): string | undefined => {
  const { DEPUTIZE_HOME, LOCALAPPDATA, XDG_DATA_HOME } = variables
  if (DEPUTIZE_HOME !== undefined && DEPUTIZE_HOME !== "") return resolve(DEPUTIZE_HOME, "data")
  if (XDG_DATA_HOME !== undefined && isAbsolute(XDG_DATA_HOME)) return join(XDG_DATA_HOME, "deputize")
  if (platform === "win32" && LOCALAPPDATA !== undefined) return join(LOCALAPPDATA, "deputize", "data")
  return home === undefined ? undefined : join(home, ".local", "share", "deputize")
}

/** What the user writes: `config.yaml`, and agents in `agents`. */
export const userFolder = ({ home, variables }: Environment): string | undefined => {
  const { DEPUTIZE_HOME, XDG_CONFIG_HOME } = variables
  if (DEPUTIZE_HOME !== undefined && DEPUTIZE_HOME !== "") return resolve(DEPUTIZE_HOME)
  if (XDG_CONFIG_HOME !== undefined && isAbsolute(XDG_CONFIG_HOME)) return join(XDG_CONFIG_HOME, "deputize")
  return home === undefined ? undefined : join(home, ".config", "deputize")
}

// internal

/**
 * An empty HOME would make the current folder the home, and put records into the repository; a user whom the system does
 * not know (a bare number, as containers have them) has none.
 */
const homeFolder = (): string | undefined => {
  for (const home of [homedir, () => userInfo().homedir]) {
    try {
      const folder = home()
      if (isAbsolute(folder)) return folder
    } catch {
      // Neither HOME nor an entry for the user.
    }
  }
  return undefined
}
