/**
 * Where a name lives in its prefix:
 *
 *     bin/tool                              a link to ../versions/NAME/current/.deputize/bin/tool
 *     agents/                               agent definitions, the user's own and ours
 *     versions/NAME/current                 a link to VERSION: what is in use
 *     versions/NAME/VERSION/                one version, never written again
 *     versions/NAME/VERSION/.deputize/      what the installer knows of it: manifest.json, bin/, agents/
 *     versions/NAME/.staging-ID             work that has not ended (also `.removing-ID`, `.current-ID`)
 *
 * A command is found by way of its version's own `.deputize/bin`, so that a command whose file moves from one version to
 * the next changes in the same rename as everything else.
 */
import { randomBytes } from "node:crypto"
import { isAbsolute, join, posix, win32 } from "node:path"
import process from "node:process"

export interface Place {
  readonly prefix: string
  readonly name: string
  /** The folder of the versions. */
  readonly versions: string
  readonly current: string
  readonly bin: string
  readonly agents: string
  /** Held while something in the prefix changes; an empty file that is never removed. */
  readonly lock: string
}

export const placeOf = (prefix: string, name: string): Place => ({
  prefix,
  name,
  versions: join(prefix, "versions", name),
  current: join(prefix, "versions", name, "current"),
  bin: join(prefix, "bin"),
  agents: join(prefix, "agents"),
  lock: join(prefix, "versions", ".lock")
})

/** The installer's own folder in a version. */
export const ownFolder = ".deputize"

/** The folder of a version whose names are its commands. */
export const commandsOf = (version: string): string => join(version, ownFolder, "bin")

/** Copies of the agent definitions that a version brought. */
export const agentsOf = (version: string): string => join(version, ownFolder, "agents")

/** What `bin/COMMAND` says, if it is ours. */
export const commandLink = (name: string, command: string): string =>
  posix.join("..", "versions", name, "current", ownFolder, "bin", command)

/** The name whose command a link in `bin` is; undefined where it is not one of ours. */
export const ownerOf = (link: string): string | undefined =>
  /^\.\.\/versions\/([^/]+)\/current\/\.deputize\/bin\/[^/]+$/.exec(link)?.[1]

/** Work that a dead installer left is known by such a name. */
type WorkKind = "staging" | "current" | "removing" | "new"
export const workName = (kind: WorkKind): string => `.${kind}-${randomBytes(6).toString("hex")}`
export const isWorkName = (name: string): boolean => /^\.(staging|current|removing|new)-[0-9a-f]{12}$/.test(name)

/** A name that is one folder or file and nothing else, on any system. */
export const isPlainName = (name: string): boolean =>
  name.length > 0 && Buffer.byteLength(name) <= 200 && !name.startsWith(".") && !/[/\\\u0000-\u001f\u007f]/.test(name)

/** `a/b` of `./a//b/`; undefined where the path is absolute, leaves its folder or enters the installer's own. */
export const insidePath = (path: string): string | undefined => {
  if (path.includes("\0") || isAbsolute(path) || win32.isAbsolute(path) || /^[a-z]:/i.test(path)) return undefined
  const parts = path.split(process.platform === "win32" ? /[/\\]/ : "/").filter((part) => part !== "" && part !== ".")
  return parts.includes("..") || parts[0]?.toLowerCase() === ownFolder ? undefined : parts.join("/")
}
