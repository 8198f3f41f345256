/**
 * load_skill: the page of a skill that the agent was offered, and what else lies in its folder.
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { visibleLine } from "../../domain/VisibleText.ts"
import { confirmRead, isGitInternal, readAction } from "../ReadTarget.ts"
import { type Tool, ToolContext } from "../Tool.ts"
import { ToolError } from "../ToolError.ts"

const Parameters = Schema.Struct({ name: Schema.String })

export const loadSkill: Tool<typeof Parameters.Type> = {
  name: "load_skill",
  description: "Reads a skill; do so before work that it is about.",
  parameters: Parameters,
  timeLimitMs: 20_000,
  outputCap: 64 * 1024,
  replay: "safe",
  narrower: "read its file with read_file",
  actions: ({ name }) => Effect.flatMap(offered(name), ({ path }) => readAction(path)),
  run: Effect.fnUntraced(function* ({ name }) {
    const { root } = yield* ToolContext
    const { path } = yield* offered(name)
    const file = yield* root.readFile(path, { maxBytes })
    yield* confirmRead(path, file.path)
    const beside = yield* filesBeside(path)
    const text = withoutFrontMatter(new TextDecoder().decode(file.bytes)).trim()
    const more = file.truncated ? [`(… more; read ${visibleLine(path)} with read_file)`] : []
    return [text, ...more, ...(beside.length === 0 ? [] : [`Beside it: ${beside.join(", ")}`])].join("\n\n")
  })
}

// internal

const maxBytes = 256 * 1024
const mostBeside = 50

const offered = Effect.fnUntraced(function* (name: string) {
  const { skills } = yield* ToolContext
  const skill = skills.find((each) => each.name === name.trim())
  if (skill !== undefined) return skill
  const names = skills.map((each) => each.name).join(", ") || "none"
  const message = `there is no skill ${visibleLine(name.slice(0, 60))}`
  return yield* new ToolError({ tool: "load_skill", message, hint: `Skills: ${names}.` })
})

/** What it may refer to; read_file opens it. */
const filesBeside = Effect.fnUntraced(function* (path: string) {
  const { mayRead, root } = yield* ToolContext
  const folder = path.slice(0, path.lastIndexOf("/"))
  const listed = yield* Effect.orElseSucceed(root.readDirectory(folder), () => undefined)
  const names = (listed?.entries ?? []).flatMap(({ kind, name }) => {
    const place = `${folder}/${name}`
    if (place === path || isGitInternal(name)) return []
    if (kind === "directory") return [`${visibleLine(place)}/`]
    return kind === "file" && mayRead(place) ? [visibleLine(place)] : []
  })
  return names.slice(0, mostBeside)
})

const withoutFrontMatter = (text: string): string => {
  const lines = text.split(/\r\n|\n|\r/)
  if (!/^---[ \t]*$/.test(lines[0] ?? "")) return lines.join("\n")
  const end = lines.findIndex((line, index) => index > 0 && /^---[ \t]*$/.test(line))
  return lines.slice(end + 1).join("\n")
}
