/**
 * The files of the workspace that git is to compare or annotate, read through the confined root and put where nothing
 * else is: git opens files by name, and what has that name may be swapped under it.
 */
import { mkdirSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import * as Effect from "effect/Effect"
import type { ConfinedRoot } from "../../workspace/ConfinedRoot.ts"
import { gitError, temporaryFolder } from "./GitView.ts"

export interface WorktreeCopy {
  readonly folder: string
  /** Of the names asked for, those that are in it, and those that are not in the workspace either. */
  readonly names: ReadonlyArray<string>
}

/** Names that are no regular files, or too large, are left out. The copy lasts as long as the scope. */
export const copy = Effect.fnUntraced(function* (root: ConfinedRoot["Service"], names: ReadonlyArray<string>) {
  const folder = yield* temporaryFolder
  const kept: Array<string> = []
  let room = mostBytes
  for (const name of names) {
    const file = yield* read(root, name, room)
    if (file === "unusable") continue
    kept.push(name)
    if (file === "absent") continue
    room -= file.length
    yield* put(folder, name, file)
  }
  // How lines end and what is binary is said in these; they are not shown.
  for (const name of attributesOf(names)) {
    const file = yield* read(root, name, mostAttributes)
    if (typeof file !== "string") yield* put(folder, name, file)
  }
  return { folder, names: kept } satisfies WorktreeCopy
})

// internal

const mostBytes = 64 * 1024 * 1024
const mostBytesEach = 8 * 1024 * 1024
const mostAttributes = 64 * 1024

const read = (root: ConfinedRoot["Service"], name: string, room: number) => {
  const maxBytes = Math.min(mostBytesEach, room)
  return root.readFile(name, { maxBytes }).pipe(
    Effect.map((file) => (file.path === name && !file.truncated ? file.bytes : ("unusable" as const))),
    Effect.catch((error) =>
      Effect.succeed(
        error._tag === "PathNotFound" && error.resolved === name ? ("absent" as const) : ("unusable" as const)
      )
    )
  )
}

const put = (folder: string, name: string, bytes: Uint8Array) =>
  Effect.try({
    try: () => {
      const file = join(folder, name)
      mkdirSync(dirname(file), { recursive: true })
      writeFileSync(file, bytes)
    },
    catch: () => gitError(`${name} cannot be copied for git`, "Make room on the disk of the temporary folder.")
  })

const attributesOf = (names: ReadonlyArray<string>): ReadonlyArray<string> => {
  const folders = new Set([""])
  for (const name of names) {
    const parts = name.split("/").slice(0, -1)
    for (let length = 1; length <= parts.length; length += 1) folders.add(`${parts.slice(0, length).join("/")}/`)
  }
  const asked = new Set(names)
  return [...folders].map((folder) => `${folder}.gitattributes`).filter((name) => !asked.has(name))
}
