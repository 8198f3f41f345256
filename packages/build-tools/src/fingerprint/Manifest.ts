/**
 * What a step made, file by file, so that whatever is missing or was changed afterwards is found.
 */
import process from "node:process"
import * as Effect from "effect/Effect"
import type { OutputFile } from "./Fingerprint.ts"
import type { Damage } from "./Freshness.ts"
import { parseGlobs } from "./Glob.ts"
import { findFiles } from "./InputFiles.ts"
import type { FileState, StatCache } from "./StatCache.ts"
import type { Tree } from "./Tree.ts"

/** All files that the globs, paths and folders of a step's outputs mean, ignored by git or not. */
export const manifest = (
  tree: Tree,
  cache: StatCache,
  globs: ReadonlyArray<string>
): Effect.Effect<ReadonlyArray<OutputFile>> => {
  const paths = findFiles(tree, { globs, gitignore: false })
  return Effect.map(cache.states(paths), (states) =>
    paths.flatMap((path) => {
      const state = states.get(path)
      return state === undefined ? [] : [{ path, size: state.size, mode: state.mode, hash: state.hash }]
    })
  )
}

/** Outputs that are not as they were made; further files in their folders do not count. */
export const verify = (cache: StatCache, outputs: ReadonlyArray<OutputFile>): Effect.Effect<Damage> => {
  const sizes = new Map(outputs.map(({ path, size }) => [path, size]))
  return Effect.map(cache.states([...sizes.keys()], sizes), (states) => {
    const missing = outputs.filter(({ path }) => !states.has(path))
    const changed = outputs.filter((output) => {
      const state = states.get(output.path)
      return state !== undefined && !isAsMade(output, state)
    })
    return { missing: missing.map(({ path }) => path), changed: changed.map(({ path }) => path) }
  })
}

/** The globs that no file stands for: a step that states such outputs and passes made less than it says. */
export const unmatched = (
  globs: ReadonlyArray<string>,
  outputs: ReadonlyArray<Pick<OutputFile, "path">>
): ReadonlyArray<string> =>
  globs.filter((glob) => {
    const [parsed] = parseGlobs([glob]).include
    return parsed !== undefined && !outputs.some(({ path }) => parsed.matches(path))
  })

// internal

/** Windows has no permission bits worth comparing. */
const isAsMade = (made: OutputFile, now: FileState): boolean =>
  made.size === now.size && made.hash === now.hash && (process.platform === "win32" || made.mode === now.mode)
