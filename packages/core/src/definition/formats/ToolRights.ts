/**
 * Tool names that carry rights: `Write` any file of the workspace, `Write(docs/**)` these, `Bash` any command inside the
 * sandbox, `Bash(npm test)` that command, `WebFetch` any public address, `WebFetch(domain:HOST)` that host,
 * `Read(src/**)` only these instead of all files. Pure.
 */
import { canonicalName } from "../../tool/Toolbox.ts"

export interface ToolRights {
  /** Our names, each once. */
  readonly tools: ReadonlyArray<string>
  readonly read: ReadonlyArray<string>
  readonly write: ReadonlyArray<string>
  readonly net: ReadonlyArray<string>
  readonly exec: ReadonlyArray<string>
}

/** The words of a text with commas between them, outside parentheses; undefined if a parenthesis has no partner. */
export const toolWords = (text: string): ReadonlyArray<string> | undefined => {
  const words = [""]
  let depth = 0
  for (const character of text) {
    if (character === "(") depth++
    if (character === ")" && --depth < 0) return undefined
    if (character === "," && depth === 0) words.push("")
    else words.push(`${words.pop() ?? ""}${character}`)
  }
  return depth > 0 ? undefined : words.map((word) => word.trim()).filter((word) => word !== "")
}

/** The name of a word as the toolbox has it. */
export const toolName = (word: string): string => canonicalName(parts(word).name)

export const toolRights = (words: ReadonlyArray<string>): ToolRights => {
  const tools = new Set<string>()
  const rules = { read: new Set<string>(), write: new Set<string>(), net: new Set<string>(), exec: new Set<string>() }
  let readsAll = false
  for (const word of words) {
    const { inside } = parts(word)
    const tool = toolName(word)
    tools.add(tool)
    if (tool === "read_file" && inside === undefined) readsAll = true
    if (tool === "read_file" && inside !== undefined) rules.read.add(pathRule(inside))
    if (writing.has(tool)) rules.write.add(inside === undefined ? "**" : pathRule(inside))
    if (tool === "shell") rules.exec.add(inside === undefined ? "*" : inside.replace(/:\*$/, ""))
    if (tool === "fetch") rules.net.add(inside === undefined ? "https://*" : urlRule(inside))
  }
  return {
    tools: [...tools],
    read: readsAll || rules.read.size === 0 ? ["**"] : [...rules.read],
    write: [...rules.write],
    net: [...rules.net],
    exec: [...rules.exec]
  }
}

// internal

const writing: ReadonlySet<string> = new Set(["write_file", "edit", "apply_patch", "delete_file"])

const parts = (word: string): { readonly name: string; readonly inside?: string } => {
  const [, name, inside] = /^([^(]*)\((.*)\)$/s.exec(word) ?? []
  return name === undefined || inside === undefined ? { name: word } : { name, inside: inside.trim() }
}

/** One slash at the front means the workspace; two mean the machine, where nothing can be granted. */
const pathRule = (inside: string): string => (/^\/(?!\/)/.test(inside) ? `.${inside}` : inside)

const urlRule = (inside: string): string =>
  /^https?:\/\//.test(inside) ? inside : `https://${inside.replace(/^domain:/, "")}/**`
