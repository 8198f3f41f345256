/**
 * Which folder is the workspace: the nearest one at or above the current folder that holds `.deputize` or `.git`, else
 * the current folder.
 */
import * as fs from "node:fs"
import * as path from "node:path"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"

export class WorkspaceNotFound extends Schema.TaggedError<WorkspaceNotFound>()("WorkspaceNotFound", {
  directory: Schema.String
}) {
  override get message(): string {
    return `${this.directory} is not a folder that can be opened`
  }
  get hint(): string {
    return "Start deputize in an existing folder, or name one with --workspace."
  }
}

/** The real path of the workspace of `cwd`. */
export const findWorkspace = Effect.fn("WorkspaceRoot.findWorkspace")(function* (cwd: string) {
  const start = yield* Effect.try({
    try: () => realDirectory(cwd),
    catch: () => new WorkspaceNotFound({ directory: cwd })
  })
  for (let folder = start; ; folder = path.dirname(folder)) {
    if (marks.some((mark) => fs.existsSync(path.join(folder, mark)))) return folder
    if (folder === path.dirname(folder)) return start
  }
})

// internal

/** `.git` is a file in worktrees and submodules. */
const marks = [".deputize", ".git"]

const realDirectory = (directory: string): string => {
  const real = fs.realpathSync.native(directory)
  fs.opendirSync(real).closeSync()
  return real
}
