/**
 * Puts a generated definition where agents are looked for, by the one door to the workspace's files: whole or not at
 * all, never outside, never where a link of that name leads, and over an existing file only if it is told to.
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { AgentDefinition } from "../definition/AgentDefinition.ts"
import { isGitInternal } from "../tool/ReadTarget.ts"
import { ConfinedRoot } from "../workspace/ConfinedRoot.ts"

/** Where definitions go if nothing is said. */
export const usualFolder = ".deputize/agents"

/** A file has the name already. */
export class DefinitionThere extends Schema.TaggedError<DefinitionThere>()("DefinitionThere", {
  path: Schema.String
}) {
  override get message() {
    return `${this.path} is there already`
  }
  get hint() {
    return "Replace it with --force, or name another folder with --save=FOLDER. The agent was not run."
  }
}

/** Nothing can be kept in the folder. */
export class FolderUnusable extends Schema.TaggedError<FolderUnusable>()("FolderUnusable", {
  folder: Schema.String,
  problem: Schema.String
}) {
  override get message() {
    return `--save: ${this.folder} cannot hold definitions: ${this.problem}`
  }
  get hint() {
    return `Name a folder of the workspace with --save=FOLDER; without one it is ${usualFolder}.`
  }
}

/** Whether definitions can go there, as far as that shows before there is one. Gives its real path. */
export const checkFolder = Effect.fn("checkFolder")(function* (folder: string) {
  const root = yield* ConfinedRoot
  const { kind, path } = yield* Effect.mapError(root.target(folder), unusable(folder))
  if (kind === "file") return yield* new FolderUnusable({ folder, problem: "it is a file" })
  if (isGitInternal(path)) return yield* new FolderUnusable({ folder, problem: "it belongs to a repository" })
  return path
})

/** The path of the file, relative to the workspace. */
export const fileOf = (folder: string, { name }: AgentDefinition): string =>
  `${folder === "." ? "" : `${folder}/`}${name}.yaml`

/** Gives the file's path. */
export const saveDefinition = Effect.fn("saveDefinition")(function* (
  folder: string,
  definition: AgentDefinition,
  text: string,
  replaces: boolean
) {
  const root = yield* ConfinedRoot
  const path = fileOf(folder, definition)
  const place = fileOf(yield* checkFolder(folder), definition)
  const { exists, path: real } = yield* Effect.mapError(root.target(path), unusable(folder))
  if (real !== place) return yield* new FolderUnusable({ folder, problem: `${path} leads to ${real}` })
  if (exists && !replaces) return yield* new DefinitionThere({ path })
  yield* root.writeFile(real, new TextEncoder().encode(text), replaces ? "any" : "absent").pipe(
    // Somebody was faster.
    Effect.catchTag("FileChanged", () => Effect.fail(new DefinitionThere({ path }))),
    Effect.mapError((error) => (error instanceof DefinitionThere ? error : unusable(folder)(error)))
  )
  return path
})

// internal

const unusable =
  (folder: string) =>
  ({ message }: { readonly message: string }): FolderUnusable =>
    new FolderUnusable({ folder, problem: message })
