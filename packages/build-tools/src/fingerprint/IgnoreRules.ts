/**
 * What the .gitignore files of a workspace leave out: the file nearest to a path that says anything about it decides.
 * Whoever asks does not descend into folders that are left out, as git does not.
 */
import ignore from "ignore"

export interface IgnoreRules {
  /** `path` counts from the workspace; its folders are not left out themselves. */
  readonly leavesOut: (path: string, isFolder: boolean) => boolean
  /** These rules, with those of the .gitignore of a folder before them. */
  readonly with: (folder: string, gitignore: string) => IgnoreRules
}

/** A folder above the workspace. */
export interface Above {
  readonly gitignore: string
  /** The workspace, counted from it. */
  readonly to: string
}

/**
 * Those of folders above the workspace, from the repository's root on. Where they leave out the workspace itself, what
 * is built there is none of the repository's, and they say nothing of it.
 */
export const ignoreRules = (above: ReadonlyArray<Above>): IgnoreRules => {
  const levels = above.map(({ gitignore, to }) => ({ prefix: `${to}/`, verdict: verdictOf(gitignore), below: "" }))
  const folders = levels.flatMap(({ prefix, verdict }) =>
    [...prefix.matchAll(/\//g)].map(({ index }) => verdict(prefix.slice(0, index), true))
  )
  return folders.includes("left out") ? chain([]) : chain(levels)
}

// internal

type Verdict = "left out" | "taken" | "nothing said"

interface Level {
  /** What paths lose or, above the workspace, get in front to count from the level's folder. */
  readonly below: string
  readonly prefix: string
  readonly verdict: (path: string, isFolder: boolean) => Verdict
}

const chain = (levels: ReadonlyArray<Level>): IgnoreRules => ({
  leavesOut: (path, isFolder) => {
    for (let at = levels.length - 1; at >= 0; at--) {
      const level = levels[at]
      const said = level?.verdict(level.prefix + path.slice(level.below.length), isFolder) ?? "nothing said"
      if (said !== "nothing said") return said === "left out"
    }
    return false
  },
  with: (folder, gitignore) =>
    chain([...levels, { below: folder === "" ? "" : `${folder}/`, prefix: "", verdict: verdictOf(gitignore) }])
})

/**
 * Most rules name no folder, so they say the same of every file of one name: below the .gitignore's own folder, where
 * `/name` says nothing, each name is asked once.
 */
const verdictOf = (gitignore: string): Level["verdict"] => {
  const lines = gitignore.split(/\r?\n/)
  const ask = asker(lines)
  const here = lines.filter((line) => /^!?\/[^/]+\/?\s*$/.test(line))
  const elsewhere = lines.filter((line) => !here.includes(line))
  if (elsewhere.some(namesFolders)) return ask
  const askByName = asker(elsewhere)
  const known = new Map<string, Verdict>()
  return (path, isFolder) => {
    const slash = path.lastIndexOf("/")
    if (slash < 0) return ask(path, isFolder)
    const name = isFolder ? `${path.slice(slash + 1)}/` : path.slice(slash + 1)
    const said = known.get(name) ?? askByName(path.slice(slash + 1), isFolder)
    known.set(name, said)
    return said
  }
}

const asker = (lines: ReadonlyArray<string>): Level["verdict"] => {
  // git tells upper and lower case apart unless it was told that the file system does not.
  const rules = ignore({ ignorecase: false, allowRelativePaths: true }).add(lines)
  return (path, isFolder) => {
    const { ignored, unignored } = rules.test(isFolder ? `${path}/` : path)
    return ignored ? "left out" : unignored ? "taken" : "nothing said"
  }
}

const namesFolders = (line: string): boolean =>
  !line.startsWith("#") &&
  line
    .replace(/^!?(?:\*\*\/)*/, "")
    .replace(/\/\s*$/, "")
    .includes("/")
