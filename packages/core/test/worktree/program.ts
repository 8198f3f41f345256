/**
 * Whole runs in a real repository: of agents with trees of their own, that a script answers in the place of a model.
 */
import * as path from "node:path"
import { AgentLoader } from "@deputize/core/definition/AgentLoader"
import { Limits } from "@deputize/core/domain/Limits"
import type { ToolCall } from "@deputize/core/domain/Message"
import { Blobs } from "@deputize/core/journal/Blobs"
import type { RunRequest } from "@deputize/core/runtime/RunRequest"
import type { RunResult } from "@deputize/core/runtime/RunResult"
import { type ResumeOptions, Runtime } from "@deputize/core/runtime/Runtime"
import * as ScriptedModel from "@deputize/core/testing/ScriptedModel"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { sharedCounter } from "../budget/sharedCounter.ts"
import { asked, type Rig, services, writer } from "./fixture.ts"

/** Of checks. */
export const environment = { PATH: process.env["PATH"] ?? "" }

/** What each agent calls, by its name, in its first turn; in its second one it is done. */
export type Calls = Readonly<Record<string, ReadonlyArray<ToolCall>>>

let calls = 0
export const call = (name: string, args: object): ToolCall => ({
  id: `c${++calls}`,
  name,
  args: JSON.stringify(args)
})

export const writing = (path: string, content: string): ToolCall => call("write_file", { path, content })

/** `asks` grows with each request to the model. */
export const program = (files: Rig, first: Calls, blobs: Layer.Layer<Blobs> = Blobs.layerMemory) => {
  const asks: Array<string> = []
  const script: Parameters<typeof ScriptedModel.layer>[0] = ({ brief, messages }) => {
    asks.push(brief.agent)
    return messages.some(({ _tag }) => _tag === "Assistant") ? { text: "done" } : { calls: first[brief.agent] ?? [] }
  }
  const live = Runtime.layer.pipe(
    Layer.provideMerge(
      Layer.mergeAll(
        Layer.merge(services(files), blobs),
        sharedCounter,
        ScriptedModel.layer(script),
        AgentLoader.layer({ workspace: files.root, home: path.join(files.base, "nobody") })
      )
    )
  )
  return { asks, live }
}

export const isolated = ({ root }: Rig, names: ReadonlyArray<string>, more: Partial<RunRequest> = {}): RunRequest => ({
  workspace: root,
  agents: names.map((name) =>
    asked(writer(name, { limits: new Limits({ tokens: 400_000 }), tools: ["read_file", "write_file", "edit"] }))
  ),
  isolation: "worktree",
  ...more
})

export const start = (request: RunRequest) =>
  Effect.scoped(Effect.flatMap(Runtime, (runtime) => Effect.flatMap(runtime.start(request), ({ wait }) => wait)))

export const resume = (run: RunResult["run"], options: ResumeOptions = {}) =>
  Effect.scoped(
    Effect.flatMap(Runtime, (runtime) =>
      Effect.flatMap(runtime.resume(run, { environment, ...options }), ({ wait }) => wait)
    )
  )

/** How it ended, and what became of each agent's work. */
export const became = ({ merges, status }: RunResult): ReadonlyArray<string> => [
  status,
  ...(merges?.merges.map(({ status }) => status) ?? [])
]
