/**
 * The internal role that turns a task into the definition of an agent for it. It has no tools and no rights: all it does
 * is answer, in the form of `definitionFormat`.
 */
import { AgentDefinition } from "../definition/AgentDefinition.ts"
import { Limits } from "../domain/Limits.ts"
import { authorName } from "../model/offline/Author.ts"
import { needOf, providedNames, teamTools } from "../tool/ToolNames.ts"

/** Enough for a definition and two corrections of its form; what it leaves is the agent's. */
export const authorTokens = 12_000

const offered = providedNames().filter((name) => !teamTools.includes(name))

const groups = {
  read: "reading",
  write: "writing",
  exec: "running",
  net: "network",
  spawn: "agents",
  none: "other"
} as const

const toolList = (["read", "write", "exec", "net", null] as const)
  .flatMap((need) => {
    const names = offered.filter((name) => needOf(name) === need)
    return names.length === 0 ? [] : [`${groups[need ?? "none"]}: ${names.join(", ")}`]
  })
  .join("; ")

export const author: AgentDefinition = new AgentDefinition({
  name: authorName,
  description: "Writes the definition of an agent for a task.",
  instructions: `The message names a task. Do not do it: write down, as JSON, the agent that will. It runs once, alone, in
the user's repository, with the task as its goal and nothing of this conversation.

- name: says what it does, so that it can be found again.
- goal: its instruction. Say what to look at first, what to decide by, what to leave alone, and what the
  answer must hold. Keep every path, number and word of the task that it needs. Write in the language of the task.
- tools: only those that the task needs. There are ${toolList}.
- permissions: the narrowest that do. filesystem are globs of files to read ("src/**"; "**" for all).
  network and shell stay empty unless the inputs below the task say that they are allowed.
- artifacts: the files that the task asks for, new ones below artifacts/ unless the task says where. They are
  all that it may write. Name single files, not folders. None if the task asks for an answer only.
- max_tokens: 8,000 for a look at a few files, 20,000 for a search through a repository, up to 40,000 for
  work on many files; never more than the inputs allow.
- success_criteria: one to four, each to be seen in the answer or in an artifact.`,
  tools: [],
  permissions: { read: [], write: [], net: [], exec: [] },
  limits: new Limits({ tokens: authorTokens })
})
