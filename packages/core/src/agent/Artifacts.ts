/**
 * What an agent leaves in the workspace: the files that it wrote, and the declared ones that it did not write although
 * it has an answer to put into them.
 */
import * as Effect from "effect/Effect"
import { Model } from "../model/Model.ts"
import { writeArtifact } from "../tool/Artifact.ts"
import type { Change } from "../workspace/ConfinedRoot.ts"
import type { AgentTask } from "./AgentTask.ts"

/** The files that are there because of these changes, each once. */
export const written = (changes: ReadonlyArray<Change>): ReadonlyArray<string> => {
  const last = new Map(changes.map(({ after, path }) => [path, after]))
  return [...last].flatMap(([path, after]) => (after === null ? [] : [path]))
}

/**
 * Writes the answer to each declared file that the agent did not write: a page for `.md` and `.txt`, a document for
 * `.json`, both marked as written by the runtime. Code is never made of an answer, nor is a file overwritten.
 */
export const complete = Effect.fnUntraced(function* (task: AgentTask, answer: string, changes: ReadonlyArray<Change>) {
  const there = new Set(written(changes))
  const missing = answer === "" ? [] : task.artifacts.filter((path) => !there.has(path) && !/[*?[{]/.test(path))
  return (yield* Effect.forEach(missing, (path) => writeAnswer(task, path, answer))).flat()
})

// internal

/** Nothing where the file's form is not one that an answer can have. */
const writeAnswer = Effect.fnUntraced(function* (task: AgentTask, path: string, answer: string) {
  const form = forms[path.slice(path.lastIndexOf(".") + 1).toLowerCase()]
  if (form === undefined) return []
  const { definition, goal, model, parent, policy, run } = task
  const { mode } = yield* Model
  const text = form({ answer, agent: definition.name, goal, model, mode })
  return yield* writeArtifact({ run, path: task.path, parent, policy, file: path, text })
})

interface Page {
  readonly answer: string
  readonly agent: string
  readonly goal: string
  readonly model: string
  readonly mode: string
}

const note = ({ agent }: Page): string =>
  `Final answer of ${agent}, put here by deputize because the agent wrote no such file.`

const forms: Readonly<Record<string, (page: Page) => string>> = {
  md: (page) => `<!-- ${note(page)} -->\n\n${page.answer.trimEnd()}\n`,
  txt: (page) => `${note(page)}\n\n${page.answer.trimEnd()}\n`,
  json: (page) => `${JSON.stringify({ note: note(page), ...page }, null, 2)}\n`
}
