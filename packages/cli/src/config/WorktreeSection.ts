/**
 * What `worktree` in a `config.yaml` says: what every tree of an agent's own is given. Pure.
 */
import type { Value } from "@deputize/core/document/Value"
import { patternProblem } from "@deputize/core/worktree/TreePattern"
import * as Result from "effect/Result"
import type { ConfigReader, Fields } from "./ConfigReader.ts"
import { type Form, type JsonSchema, misread, unlike, wordOf } from "./Form.ts"
import { text } from "./Forms.ts"
import type { WorktreeSection } from "./WorktreeFacts.ts"

export const worktreeFields = {
  copy: {
    key: "copy",
    about:
      "Globs of files that git does not know and that agents' own trees are given, relative to the repository's top",
    usually: "none",
    example: "[.env, node_modules]"
  },
  setup: {
    key: "setup",
    about: "Commands that make such a tree ready, run by a shell in it",
    usually: "none",
    example: "[npm ci]"
  }
} as const

/** Throws PlacedProblem. */
export const worktreeSection = (reader: ConfigReader, root: Fields): WorktreeSection => {
  const fields = reader.section(root, "worktree", "copy and setup")
  if (fields === undefined) return {}
  reader.warnUnknown(fields, ["copy", "setup"])
  const read = (key: "copy" | "setup", form: Form<ReadonlyArray<string>>): WorktreeSection => {
    const said = reader.said(fields, key, form)
    if (said === undefined) return {}
    const { source, value } = said
    return { [key]: { key: `worktree.${key}`, shown: form.show(value), value, source } }
  }
  return { ...read("copy", patterns), ...read("setup", commands) }
}

export const worktreeJsonSchema = (): JsonSchema => ({
  description: "What agents' own trees are given, with --isolation worktree",
  type: "object",
  additionalProperties: false,
  properties: Object.fromEntries(
    Object.values(worktreeFields).map(({ about, key, usually }) => [
      key,
      { description: `${about}. Default: ${usually}.`, ...commands.schema }
    ])
  )
})

// internal

const listOf = (what: string, problem: (text: string) => string | undefined): Form<ReadonlyArray<string>> => {
  const read = (words: ReadonlyArray<string>) => {
    for (const word of words) {
      const why = problem(word)
      if (why !== undefined) return misread(`holds ${JSON.stringify(word)}, which ${why}`, `Write ${what}.`)
    }
    return Result.succeed(words)
  }
  return {
    ofValue: (value) => {
      const items = value._tag === "List" ? value.items : [value]
      const words = items.flatMap((item: Value) => wordOf(item) ?? [])
      return words.length === items.length ? read(words) : unlike(what, value)
    },
    ofText: (said) => read(said.split(",")),
    show: (words) => `[${words.map(text.show).join(", ")}]`,
    plain: (words) => words,
    schema: { anyOf: [text.schema, { type: "array", items: text.schema }] }
  }
}

const patterns = listOf("a list of globs", patternProblem)
const commands = listOf("a list of commands", (command) => (command.trim() === "" ? "is empty" : undefined))
