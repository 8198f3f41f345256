/**
 * What git runs in, whatever the machine, the user and the repository have set: programs from where systems keep them,
 * settings that we wrote, and of the repository's own only those that say how files are stored. No file of settings that
 * is not ours is ever in force, so nothing that they name is run, also what later versions of git come to run.
 */
import { lstatSync, symlinkSync } from "node:fs"
import { delimiter, join } from "node:path"

/** Where systems keep their git. A `PATH` of the user's may lead into the workspace. */
export const programs = [
  "/usr/bin",
  "/bin",
  "/usr/local/bin",
  "/opt/homebrew/bin",
  "/opt/local/bin",
  "/run/current-system/sw/bin",
  "C:\\Program Files\\Git\\cmd"
].join(delimiter)

/** The whole environment of every git, before the call's own. */
export const environment = {
  PATH: programs,
  LC_ALL: "C.UTF-8",
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_CONFIG_SYSTEM: "/dev/null",
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_ATTR_NOSYSTEM: "1",
  GIT_OPTIONAL_LOCKS: "0",
  GIT_TERMINAL_PROMPT: "0",
  GIT_NO_LAZY_FETCH: "1",
  GIT_ALLOW_PROTOCOL: "none",
  GIT_LITERAL_PATHSPECS: "1",
  GIT_PAGER: "cat"
} as const

export type Settings = ReadonlyArray<readonly [key: string, value: string]>

/** The call that lists the settings of a file; what it names is not followed. */
export const listing = (file: string): ReadonlyArray<string> => [
  "config",
  "--file",
  file,
  "--no-includes",
  "--null",
  "--list"
]

/** Of what `listing` printed, the settings that `taken` means and whose values are plain words. */
export const settingsIn = (printed: Uint8Array, taken: RegExp): Settings =>
  new TextDecoder()
    .decode(printed)
    .split("\0")
    .flatMap((entry): Settings => {
      const [key = "", value = "true"] = entry.split("\n")
      return taken.test(key) && /^[\w-]{1,20}$/.test(value) ? [[key, value]] : []
    })

/** What says how files and refs are stored: words, nothing that names a file or a program. */
export const ofStorage =
  /^(core\.(filemode|ignorecase|symlinks|precomposeunicode|autocrlf|eol|repositoryformatversion)|extensions\.(objectformat|refstorage))$/

/** In force everywhere. */
export const always: Settings = [
  ["core.bare", "false"],
  ["core.quotepath", "false"],
  ["core.fsmonitor", "false"],
  ["core.hookspath", "/dev/null"],
  ["core.pager", "cat"],
  ["core.untrackedcache", "false"],
  ["core.excludesfile", "/dev/null"],
  ["core.attributesfile", "/dev/null"],
  ["diff.autorefreshindex", "false"],
  ["diff.ignoresubmodules", "all"],
  ["diff.submodule", "short"],
  ["diff.renames", "true"],
  ["log.showsignature", "false"],
  ["log.mailmap", "false"],
  ["gpg.program", "/dev/null"],
  ["color.ui", "false"],
  ["submodule.recurse", "false"],
  ["protocol.allow", "never"]
]

/** A file of settings. */
export const configText = (settings: Settings): string =>
  settings
    .map(([key, value]) => {
      const [section, name] = key.split(".")
      return `[${section}]\n\t${name} = ${value}\n`
    })
    .join("")

/** What is there gets a second name, unless it is a link itself. */
export const link = (from: string, to: string): void => {
  const found = lstatSync(from, { throwIfNoEntry: false })
  if (found === undefined || found.isSymbolicLink()) return
  symlinkSync(from, to, found.isDirectory() ? "junction" : "file")
}

/** The parts of a repository that all its worktrees share, as far as git has to see them. */
export const linkShared = (common: string, view: string): void => {
  for (const name of ["objects", "refs", "packed-refs", "reftable", "shallow"])
    link(join(common, name), join(view, name))
  for (const name of ["exclude", "attributes"]) link(join(common, "info", name), join(view, "info", name))
}
