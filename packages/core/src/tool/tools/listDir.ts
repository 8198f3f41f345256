/**
 * list_dir: what a folder holds, folders first. Links are shown as links, and files that the policy hides are left out.
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { visibleLine } from "../../domain/VisibleText.ts"
import type { Entry } from "../../workspace/ConfinedRoot.ts"
import { confirmRead, isGitInternal, readAction } from "../ReadTarget.ts"
import { type Tool, ToolContext } from "../Tool.ts"

const Parameters = Schema.Struct({ path: Schema.String })

export const listDir: Tool<typeof Parameters.Type> = {
  name: "list_dir",
  description: "Lists a folder (`.` is the workspace): folders end in /, links in @, files have their bytes.",
  parameters: Parameters,
  timeLimitMs: 20_000,
  outputCap: 64 * 1024,
  replay: "safe",
  narrower: "use glob with a pattern",
  actions: ({ path }) => readAction(path),
  run: Effect.fnUntraced(function* ({ path }) {
    const { mayRead, root } = yield* ToolContext
    const folder = yield* root.readDirectory(path)
    yield* confirmRead(path, folder.path)
    const place = (entry: Entry): string => (folder.path === "." ? entry.name : `${folder.path}/${entry.name}`)
    const shown = folder.entries.filter(
      (entry) => !isGitInternal(entry.name) && (entry.kind !== "file" || mayRead(place(entry)))
    )
    const lines = [
      ...shown.filter((entry) => entry.kind === "directory").map((entry) => `${visibleLine(entry.name)}/`),
      ...shown.flatMap(leaf)
    ]
    return lines.join("\n") || "(… the folder is empty)"
  })
}

// internal

/** Sockets, FIFOs and devices cannot be opened, and are not shown. */
const leaf = (entry: Entry): ReadonlyArray<string> => {
  if (entry.kind === "file") return [`${visibleLine(entry.name)}\t${entry.size}`]
  return entry.kind === "link" ? [`${visibleLine(entry.name)}@`] : []
}
