/**
 * The four reading tools over files in memory, in the output formats of the real ones, and a loop that lets a provider
 * call them until it answers.
 */
import * as Glob from "effect/Glob"
import type { Message, ToolCall } from "../../src/domain/Message.ts"
import type { Brief, ModelPart, ModelRequest, ToolSpec } from "../../src/model/Model.ts"
import { answer } from "../../src/model/OfflineModel.ts"
import type { Probe } from "../../src/model/offline/Probe.ts"

export type Files = Readonly<Record<string, string>>

export const readingTools: ReadonlyArray<ToolSpec> = ["list_dir", "grep", "glob", "read_file"].map((name) => ({
  name,
  description: name,
  parameters: { type: "object" }
}))

export interface Conversation {
  readonly turns: ReadonlyArray<ReadonlyArray<ModelPart>>
  readonly messages: ReadonlyArray<Message>
  readonly report: string
}

/** A request, and what the provider looks for when it answers it. */
export interface Asked extends ModelRequest {
  readonly probes: ReadonlyArray<Probe>
}

export const requestOf = (
  { probes = [], ...brief }: Partial<Brief> & { readonly probes?: ReadonlyArray<Probe> },
  more: Partial<ModelRequest> = {}
): Asked => ({
  model: "offline",
  system: "You read.",
  messages: [{ _tag: "User", text: brief.goal ?? "" }],
  tools: readingTools,
  maxOutputTokens: 4_096,
  effort: "medium",
  format: null,
  brief: { agent: "code-reviewer", goal: "", scope: [], ...brief },
  closing: false,
  probes,
  ...more
})

/** What the provider says to one request. */
export const ask = ({ probes, ...request }: Asked): ReadonlyArray<ModelPart> => answer(request, probes)

/** Runs turns until the provider answers without a call; more than fourteen are a failure of the provider. */
export const converse = (files: Files, request: Asked): Conversation => {
  const turns: Array<ReadonlyArray<ModelPart>> = []
  const messages = [...request.messages]
  for (let turn = 0; turn < 14; turn++) {
    const parts = ask({ ...request, messages })
    turns.push(parts)
    const calls = parts.flatMap((part) => (part._tag === "Call" ? [part.call] : []))
    const text = parts.map((part) => (part._tag === "Text" ? part.text : "")).join("")
    messages.push({ _tag: "Assistant", keepsakes: [], text, calls })
    if (calls.length === 0) return { turns, messages, report: text }
    for (const call of calls) messages.push({ _tag: "Tool", callId: call.id, name: call.name, ...run(files, call) })
  }
  throw new Error("the provider did not come to an answer in fourteen turns")
}

export const callsOf = (parts: ReadonlyArray<ModelPart>): ReadonlyArray<ToolCall> =>
  parts.flatMap((part) => (part._tag === "Call" ? [part.call] : []))

// internal

const run = (files: Files, call: ToolCall): { readonly ok: boolean; readonly text: string } => {
  const args = JSON.parse(call.args)
  try {
    return { ok: true, text: tools[call.name]?.(files, args) ?? fail(`no tool ${call.name}`) }
  } catch (error) {
    return { ok: false, text: `error: ${error instanceof Error ? error.message : error}` }
  }
}

type Args = { path?: string; pattern?: string; glob?: string; offset?: number; limit?: number }

const fail = (message: string): never => {
  throw new Error(message)
}

const below = (files: Files, path = "."): ReadonlyArray<string> => {
  const names = Object.keys(files)
    .filter((name) => path === "." || name === path || name.startsWith(`${path}/`))
    .sort()
  return names.length === 0 && path !== "." ? fail(`${path} does not exist`) : names
}

/** From the workspace or from the folder, and at any depth without a `/`. */
const fits = (pattern: string, name: string, folder = "."): boolean => {
  const plain = pattern.replace(/^(\.\/)+/, "")
  const glob = Glob.make(plain === pattern && !plain.includes("/") ? `**/${plain}` : plain, { dot: true })
  const prefix = folder === "." ? "" : `${folder}/`
  return Glob.match(glob, name) || (name.startsWith(prefix) && Glob.match(glob, name.slice(prefix.length)))
}

const capped = (lines: ReadonlyArray<string>, most: number, none: string): string =>
  lines.length === 0 ? none : [...lines.slice(0, most), ...(lines.length > most ? ["(… more)"] : [])].join("\n")

const tools: Readonly<Record<string, (files: Files, args: Args) => string>> = {
  list_dir: (files, { path = "." }) => {
    const prefix = path === "." ? "" : `${path}/`
    const inside = below(files, path).map((name) => name.slice(prefix.length))
    const folders = new Set(inside.filter((name) => name.includes("/")).map((name) => `${name.split("/")[0]}/`))
    const leaves = inside.filter((name) => !name.includes("/"))
    return [...folders, ...leaves.map((name) => `${name}\t${files[prefix + name]?.length}`)].join("\n")
  },
  glob: (files, { path, pattern = "" }) =>
    capped(
      below(files, path).filter((name) => fits(pattern, name, path)),
      500,
      "no files match"
    ),
  grep: (files, { glob = "**", path, pattern = "" }) => {
    const regex = new RegExp(pattern, /\p{Lu}/u.test(pattern.replace(/\\./g, "")) ? "" : "i")
    const lines = below(files, path)
      .filter((name) => fits(glob, name, path))
      .flatMap((name) =>
        (files[name] ?? "")
          .split("\n")
          .flatMap((text, index) => (regex.test(text) ? [`${name}:${index + 1}:${cut(text)}`] : []))
      )
    return capped(lines, 200, "no lines match")
  },
  read_file: (files, { limit = 2_000, offset = 1, path = "" }) => {
    const lines = (files[path] ?? fail(`${path} does not exist`)).split("\n")
    const shown = lines.slice(offset - 1, offset - 1 + limit)
    const left = lines.length - (offset - 1 + shown.length)
    const note = left > 0 ? [`(… ${left} more lines; continue with offset ${offset + shown.length})`] : []
    return [...shown.map((line, index) => `${offset + index}\t${line}`), ...note].join("\n")
  }
}

const cut = (text: string): string => (text.length > 240 ? `${text.slice(0, 240)}…` : text)
