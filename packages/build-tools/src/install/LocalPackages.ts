/**
 * The npm packages that have to be installed together: those that are asked for, and the packages of the same workspace
 * that they need, which no registry may have.
 */

import { globSync, readFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { codeOf } from "@deputize/core/internal/domain/SystemCode"

/** Folders, the asked ones first; throws where a package.json is no JSON. */
export const withLocalNeeds = (asked: ReadonlyArray<string>, workspace: string): ReadonlyArray<string> => {
  const local = localPackages(workspace)
  const folders = new Set(asked)
  // A set is walked with what is added to it meanwhile.
  for (const folder of folders) {
    for (const name of needsOf(manifestIn(folder))) {
      const needed = local.get(name)
      if (needed !== undefined) folders.add(needed)
    }
  }
  return [...folders]
}

// internal

/** Names to folders, by the `workspaces` of the root. */
const localPackages = (workspace: string): ReadonlyMap<string, string> => {
  const stated = memberOf(manifestIn(workspace), "workspaces")
  const patterns = Array.isArray(stated) ? stated : memberOf(stated, "packages")
  const globs = Array.isArray(patterns) ? patterns.filter((each) => typeof each === "string") : []
  const files = globSync(
    globs.map((glob) => join(glob, "package.json")),
    { cwd: workspace, exclude: ["**/node_modules/**"] }
  )
  return new Map(
    files.flatMap((file) => {
      const folder = join(workspace, dirname(file))
      const name = memberOf(manifestIn(folder), "name")
      return typeof name === "string" ? [[name, folder] as const] : []
    })
  )
}

const needsOf = (manifest: unknown): ReadonlyArray<string> =>
  ["dependencies", "optionalDependencies"].flatMap((field) => {
    const needs = memberOf(manifest, field)
    return typeof needs === "object" && needs !== null ? Object.keys(needs) : []
  })

const manifestIn = (folder: string): unknown => {
  try {
    return JSON.parse(readFileSync(join(folder, "package.json"), "utf8"))
  } catch (cause) {
    if (codeOf(cause) === "ENOENT") return undefined
    throw cause
  }
}

const memberOf = (value: unknown, name: string): unknown =>
  typeof value === "object" && value !== null ? Object.getOwnPropertyDescriptor(value, name)?.value : undefined
