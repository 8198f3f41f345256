/**
 * The files that globs mean. Left out are `.git`, `node_modules`, `.nx` and what .gitignore leaves out, unless the plain
 * leading names of a glob lead there: `dist/*.js` looks into an ignored `dist`, `d*t/a.js` does not. Links are files and
 * are not followed.
 */
import { isAbsolute } from "node:path"
import { parseGlobs } from "./Glob.ts"
import type { Tree } from "./Tree.ts"

export interface FileQuery {
  /** Null for all files. */
  readonly globs: ReadonlyArray<string> | null
  /** Whether .gitignore counts: for inputs; outputs are mostly ignored ones. */
  readonly gitignore: boolean
}

/** Paths from the workspace with `/`, sorted, each once. */
export const findFiles = (tree: Tree, { gitignore, globs }: FileQuery): ReadonlyArray<string> => {
  const { include, isClosed, isExcluded } = parseGlobs(globs ?? ["."])
  const found = new Set<string>()
  for (const glob of include) {
    const visit = (folder: string, isIgnoring: boolean): void => {
      const { files, folders } = tree.list(folder)
      const rules = isIgnoring ? tree.rules(folder) : undefined
      const prefix = folder === "" || folder.endsWith("/") ? folder : `${folder}/`
      for (const name of files) {
        const path = prefix + name
        if (glob.matches(path) && !isExcluded(path) && rules?.leavesOut(path, false) !== true) found.add(path)
      }
      for (const name of folders) {
        const path = prefix + name
        if (unseen.has(name) || !glob.mayHold(path) || isClosed(path)) continue
        if (rules?.leavesOut(path, true) !== true) visit(path, isIgnoring)
      }
    }
    const { base } = glob
    const kind = base === "" ? "folder" : tree.kind(base)
    if (kind === "file" && glob.matches(base) && !isExcluded(base)) found.add(base)
    if (kind === "folder") visit(base, gitignore && isInside(base) && !isNamedThoughIgnored(tree, base))
  }
  return [...found].sort()
}

// internal

const unseen: ReadonlySet<string> = new Set([".git", "node_modules", ".nx"])

const isInside = (path: string): boolean => path !== ".." && !path.startsWith("../") && !isAbsolute(path)

/** Whether the rules leave out a folder, or one that it lies in. */
const isNamedThoughIgnored = (tree: Tree, folder: string): boolean => {
  const names = folder === "" ? [] : folder.split("/")
  return names.some((_, at) =>
    tree.rules(names.slice(0, at).join("/")).leavesOut(names.slice(0, at + 1).join("/"), true)
  )
}
