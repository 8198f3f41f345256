/**
 * The part of the environment that the command line itself depends on. Read here and nowhere else.
 */
import { homedir } from "node:os"
import { isAbsolute, join } from "node:path"

export interface Environment {
  readonly platform: NodeJS.Platform
  readonly variables: Readonly<Record<string, string | undefined>>
}

export const environment = (): Environment => ({ platform: process.platform, variables: process.env })

/** Where the records of runs are kept: DEPUTIZE_HOME, else the folder that the platform has for it. */
export const stateFolder = ({ platform, variables }: Environment): string => {
  const { DEPUTIZE_HOME, LOCALAPPDATA, XDG_STATE_HOME } = variables
  if (DEPUTIZE_HOME !== undefined && DEPUTIZE_HOME !== "") return join(DEPUTIZE_HOME, "state")
  if (XDG_STATE_HOME !== undefined && isAbsolute(XDG_STATE_HOME)) return join(XDG_STATE_HOME, "deputize")
  if (platform === "win32" && LOCALAPPDATA !== undefined) return join(LOCALAPPDATA, "deputize")
  return join(homedir(), ".local", "state", "deputize")
}

/** Where the user's configuration of all programs is, if the environment says so; relative paths are to be passed over. */
export const configFolder = ({ variables: { XDG_CONFIG_HOME } }: Environment): string | undefined =>
  XDG_CONFIG_HOME !== undefined && isAbsolute(XDG_CONFIG_HOME) ? XDG_CONFIG_HOME : undefined
