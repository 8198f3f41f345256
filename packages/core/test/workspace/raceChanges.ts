/**
 * The changes that the race makes in folders that are being swapped with links: of every kind, in an order in which each
 * can succeed when nothing is swapped.
 */
import { createHash } from "node:crypto"
import type { ConfinedRoot } from "@deputize/core/workspace/ConfinedRoot"
import * as Effect from "effect/Effect"

export const noChanges = { write: 0, make: 0, edit: 0, target: 0, mkdir: 0, moveOut: 0, moveIn: 0, delete: 0, sweep: 0 }

export type Change = keyof typeof noChanges

type Attempt = readonly [Change, Effect.Effect<unknown, { readonly message: string }>]

/** `folders` are swapped, and so is the file `swapped`. */
export const changes = (
  root: ConfinedRoot["Service"],
  folders: ReadonlyArray<string>,
  swapped: string
): ReadonlyArray<Attempt> => {
  const edit = (file: string) =>
    Effect.flatMap(root.readFile(file, { maxBytes: 1 << 20 }), (read) =>
      root.writeFile(read.path, text, { hash: createHash("sha256").update(read.bytes).digest("hex") })
    )
  const inFolders = folders.flatMap((folder): ReadonlyArray<Attempt> => {
    const file = `${folder}/changed.txt`
    const whereItLeads = Effect.flatMap(root.target(`${folder}/../d/led.txt`), ({ path }) =>
      root.writeFile(path, text, "any")
    )
    return [
      ["write", root.writeFile(file, text, "any")],
      ["make", root.writeFile(`${folder}/made/new/file.txt`, text, "any")],
      ["edit", edit(file)],
      ["target", whereItLeads],
      ["mkdir", root.makeDirectory(`${folder}/made/deep`)],
      ["moveOut", root.move(file, "moved.txt", "any")],
      ["moveIn", root.move("moved.txt", `${folder}/back.txt`, "any")],
      ["delete", existing(root.deleteFile(`${folder}/back.txt`, "any"))],
      ["sweep", root.sweepTemporaries(folder)],
      // So that the next round can move again, wherever this one ended.
      ["delete", existing(root.deleteFile("moved.txt", "any"))]
    ]
  })
  const ofFile: ReadonlyArray<Attempt> = [
    ["delete", existing(root.deleteFile(swapped, "any"))],
    ["make", root.writeFile(swapped, text, "absent")],
    ["edit", edit(swapped)],
    ["write", root.writeFile(swapped, text, "any")]
  ]
  return [...inFolders, ...ofFile]
}

// internal

const text = new TextEncoder().encode("needle inside\n")

/** Removing what is not there removes nothing, and is not counted. */
const existing = (removal: ReturnType<ConfinedRoot["Service"]["deleteFile"]>) =>
  Effect.filterOrFail(
    removal,
    ({ before }) => before !== null,
    ({ path }) => new Error(`nothing at ${path}`)
  )
