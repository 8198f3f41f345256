/**
 * Whether a file or a variable may say something that a command has to go by before it starts. To look costs next to
 * nothing; to read a file costs every command some milliseconds.
 */
import { readFileSync, statSync } from "node:fs"
import { projectConfigFile, userConfigFile } from "./ConfigPlaces.ts"
import type { Environment } from "./Environment.ts"
import { type SettingFacts, settingFacts } from "./SettingFacts.ts"

/** Of the settings of these flags. True in doubt: whoever reads the file knows what is wrong with it. */
export const isConfigured = (
  surroundings: Environment,
  workspace: string | undefined,
  flags: ReadonlyArray<string>
): boolean => {
  const asked = Object.values<SettingFacts>(settingFacts).filter(({ flag }) => flags.includes(flag))
  if (asked.some(({ variable }) => (surroundings.variables[variable] ?? "") !== "")) return true
  const files = [userConfigFile(surroundings), workspace === undefined ? undefined : projectConfigFile(workspace)]
  // Comments name settings, too.
  const mention = new RegExp(`^[^#\\n]*\\b(?:${asked.map(({ key }) => key).join("|")})\\b`, "m")
  return files.some((file) => file !== undefined && mention.test(textOf(file)))
}

// internal

/** More is not read, nor what is no file: a pipe would never end. */
const mostBytes = 256 * 1024

const textOf = (file: string): string => {
  try {
    const stats = statSync(file, { throwIfNoEntry: false })
    if (stats === undefined) return ""
    return stats.isFile() && stats.size <= mostBytes ? readFileSync(file, "utf8") : anyMention
  } catch {
    return anyMention
  }
}

const anyMention = Object.values<SettingFacts>(settingFacts)
  .map(({ key }) => key)
  .join(" ")
