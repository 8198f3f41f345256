/**
 * `PATH` of an environment.
 */
import { realpathSync } from "node:fs"
import { delimiter } from "node:path"

type Env = Readonly<Record<string, string>>

/** Windows writes it `Path`. */
const pathKey = (env: Env): string => Object.keys(env).find((key) => key.toUpperCase() === "PATH") ?? "PATH"

export const withFirstOnPath = (folder: string, env: Env): Env => {
  const key = pathKey(env)
  const rest = env[key]
  return { ...env, [key]: rest === undefined || rest === "" ? folder : `${folder}${delimiter}${rest}` }
}

/** By its real path, which `folder` has to be. */
export const isOnPath = (folder: string, env: Env): boolean =>
  (env[pathKey(env)] ?? "").split(delimiter).some((entry) => {
    try {
      return entry !== "" && realpathSync(entry) === folder
    } catch {
      return false
    }
  })
