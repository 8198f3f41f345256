/**
 * The last pipeline that a workspace's file came to, kept beside its builds: reading YAML and looking for everything that
 * may be wrong with it takes longer than all else of a build that has nothing to do. It counts only for the same text.
 */
import { hash, randomBytes } from "node:crypto"
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs"
import { dirname } from "node:path"
import type { Pipeline } from "./Pipeline.ts"
import type { ResolveOptions } from "./Resolve.ts"

export interface KeptIn {
  /** Absolute path of the file; in a folder that nobody else can write to. */
  readonly file: string
  /** Of this program: another one may read the same text differently. */
  readonly version: string
}

/** By all that a pipeline is made from. */
export const keyOf = (version: string, text: string, { file, home, platform, workspace }: ResolveOptions): string =>
  hash("sha256", JSON.stringify([version, file, workspace, platform, home, text]), "hex")

/** Undefined where another one is kept, none, or half of one. */
export const keptPipeline = (file: string, key: string): Pipeline | undefined => {
  try {
    const text = readFileSync(file, "utf8")
    const end = text.indexOf("\n")
    // The first line is of the key and of the rest: what was cut off or changed does not count.
    if (text.slice(0, end) !== seal(key, text.slice(end + 1))) return undefined
    const pipeline: Pipeline = JSON.parse(text.slice(end + 1))
    return pipeline
  } catch {
    return undefined
  }
}

/** Where it cannot be kept, the next build is only slower. */
export const keepPipeline = (file: string, key: string, pipeline: Pipeline): void => {
  const json = JSON.stringify(pipeline)
  const temporary = `${file}.${randomBytes(6).toString("hex")}.tmp`
  quietly(() => {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
    writeFileSync(temporary, `${seal(key, json)}\n${json}`, { mode: 0o600 })
    renameSync(temporary, file)
  })
  quietly(() => rmSync(temporary, { force: true }))
}

// internal

const seal = (key: string, json: string): string => hash("sha256", `${key}\n${json}`, "hex")

const quietly = (act: () => void): void => {
  try {
    act()
  } catch {
    // The disk is full, or is not ours.
  }
}
