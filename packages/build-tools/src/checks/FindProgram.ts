/**
 * Where a program is, as a shell would look for it.
 */
import { accessSync, constants, statSync } from "node:fs"
import { delimiter, isAbsolute, join } from "node:path"

/** Its absolute path; undefined where no folder of `path` has it. */
export const findProgram = (name: string, path: string): string | undefined => {
  if (isAbsolute(name)) return isProgram(name) ? name : undefined
  const endings = process.platform === "win32" ? [".exe", ".cmd", ".bat", ""] : [""]
  for (const folder of path.split(delimiter)) {
    for (const ending of endings) {
      const file = join(folder, name + ending)
      if (folder !== "" && isProgram(file)) return file
    }
  }
  return undefined
}

/** Where the programs of steps are looked for: in the workspace's own packages, then where the user has them. */
export const stepPath = (workspace: string, user: Readonly<Record<string, string>>): string =>
  [join(workspace, "node_modules", ".bin"), user["PATH"] ?? ""].join(delimiter)

// internal

const isProgram = (file: string): boolean => {
  try {
    accessSync(file, constants.X_OK)
    return statSync(file).isFile()
  } catch {
    return false
  }
}
