/**
 * A file that the user asked for in the workspace: it does not leave the workspace by a link, is there whole or not at
 * all, and takes no other file's place unless it is told to.
 */

import { existsSync, mkdirSync, realpathSync, renameSync, rmSync, writeFileSync } from "node:fs"
import { basename, dirname, join, relative, sep } from "node:path"
import { codeOf } from "@deputize/core/domain/SystemCode"
import * as Effect from "effect/Effect"
import { usageError } from "../command/UsageError.ts"

export interface NewFile {
  /** Relative to the workspace. */
  readonly path: string
  readonly text: string
  /** Whether it may take the place of a file that is there. */
  readonly replaces: boolean
}

/** False where a file is there that it may not replace. */
export const writeNewFile = (root: string, { path, replaces, text }: NewFile) =>
  Effect.try({
    try: (): boolean => {
      const target = join(root, path)
      stayInside(root, dirname(target))
      mkdirSync(dirname(target), { recursive: true })
      if (!replaces) return writeOnce(target, text)
      const draft = join(dirname(target), `.${basename(target)}.${process.pid}.tmp`)
      try {
        writeFileSync(draft, text, { flag: "wx" })
        renameSync(draft, target)
      } finally {
        rmSync(draft, { force: true })
      }
      return true
    },
    catch: (cause) =>
      usageError(
        `${path} cannot be written: ${cause instanceof Error ? cause.message : String(cause)}`,
        "Check that its folder is one of the workspace that you may write to."
      )
  })

// internal

/** The nearest folder that is there already decides where all below it lies. */
const stayInside = (root: string, folder: string): void => {
  if (!existsSync(folder)) {
    stayInside(root, dirname(folder))
    return
  }
  const real = realpathSync(folder)
  if (real !== root && !real.startsWith(root.endsWith(sep) ? root : root + sep)) {
    throw new Error(`${relative(root, folder)} is a link that leaves the workspace`)
  }
}

const writeOnce = (target: string, text: string): boolean => {
  try {
    writeFileSync(target, text, { flag: "wx" })
    return true
  } catch (cause) {
    if (codeOf(cause) === "EEXIST") return false
    throw cause
  }
}
