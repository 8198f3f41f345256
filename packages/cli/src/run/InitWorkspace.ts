/**
 * The files that a workspace begins with: a configuration in which everything is a comment, and one agent.
 */
import * as Effect from "effect/Effect"
import { commentedConfig } from "../config/CommentedConfig.ts"
import { writeNewFile } from "../values/NewFile.ts"

export interface Begun {
  /** Relative to the workspace. */
  readonly written: ReadonlyArray<string>
  /** They were there, and stay as they are. */
  readonly kept: ReadonlyArray<string>
  /** The agent of the file that is written. */
  readonly agent: string
}

export const initWorkspace = Effect.fnUntraced(function* (root: string) {
  const files = [
    { path: ".deputize/config.yaml", text: commentedConfig("project") },
    { path: `.deputize/agents/${agent}.md`, text: definition }
  ]
  const results = yield* Effect.forEach(files, ({ path, text }) =>
    Effect.map(writeNewFile(root, { path, text, replaces: false }), (isNew) => ({ path, isNew }))
  )
  const paths = (isNew: boolean) => results.filter((each) => each.isNew === isNew).map(({ path }) => path)
  return { written: paths(true), kept: paths(false), agent } satisfies Begun
})

// internal

const agent = "newcomer-guide"

const definition = `---
name: ${agent}
description: Explains this repository to somebody new. Use for questions about where things are and why.
# What it may do follows from its tools: these only read. Write(docs/**) and Edit grant more.
tools: Read, Grep, Glob
# limits:
#   tokens: 40000
#   turns: 20
# artifacts: [docs/overview.md]
---

Explain this repository to a developer who opened it for the first time.

- Begin with what it is for, in two sentences, then its main parts and how they depend on each other.
- For each part name the file to open first, as path:line, and what to look for in it.
- Say how it is built, tested and started, from what the repository itself says.
- What you did not find out, say so.
`
