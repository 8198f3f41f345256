/**
 * What an agent leaves in the workspace: the files that it wrote, and the declared ones that it did not write although
 * it has an answer to put into them.
 */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { Blobs } from "../journal/Blobs.ts"
import { Journal } from "../journal/Journal.ts"
import { Model } from "../model/Model.ts"
import { decide } from "../policy/Policy.ts"
import * as FileChanges from "../tool/FileChanges.ts"
import { toolEvents } from "../tool/ToolEvent.ts"
import { type Change, ConfinedRoot } from "../workspace/ConfinedRoot.ts"
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
  const made = yield* Effect.forEach(missing, (path) => Effect.option(writeAnswer(task, path, answer)))
  return made.flatMap((change) => (Option.isSome(change) ? Option.toArray(change.value) : []))
})

// internal

/** None where the file's form is not one that an answer can have, where it is there already, or may not be written. */
const writeAnswer = Effect.fnUntraced(function* (task: AgentTask, path: string, answer: string) {
  const form = forms[path.slice(path.lastIndexOf(".") + 1).toLowerCase()]
  const root = yield* ConfinedRoot
  const place = yield* root.target(path)
  const action = { _tag: "Write", path: place.path } as const
  const decision = decide(task.policy, action)
  if (form === undefined || place.exists || decision._tag === "Deny") return Option.none<Change>()
  const callId = `artifact:${path}`
  const journal = yield* Journal
  const model = yield* Model
  const files = FileChanges.make({
    root,
    blobs: yield* Blobs,
    seen: new Map(),
    announce: (change) =>
      toolEvents
        .append(
          task.run,
          task.path,
          task.parent,
          { _tag: "Decided", callId, action, decision },
          { _tag: "Changing", callId, change }
        )
        .pipe(Effect.provideService(Journal, journal))
  })
  const text = form({ answer, agent: task.definition.name, goal: task.goal, model: task.model, mode: model.mode })
  return Option.some(yield* files.write(place.path, null, new TextEncoder().encode(text)))
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
