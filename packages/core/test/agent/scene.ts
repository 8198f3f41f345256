/**
 * Scripted lives of one agent: its tools note that they were called, its model says what the script has for a turn and is
 * the same whoever asks it, in whatever process.
 */
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { AgentTask } from "../../src/agent/AgentTask.ts"
import type { ToolCall } from "../../src/domain/Message.ts"
import type { ModelRequest } from "../../src/model/Model.ts"
import { ModelError } from "../../src/model/ModelError.ts"
import { Grant } from "../../src/policy/Grant.ts"
import * as ScriptedModel from "../../src/testing/ScriptedModel.ts"
import { type AnyTool, type Tool, ToolContext } from "../../src/tool/Tool.ts"
import { specs, toolbox } from "../../src/tool/Toolbox.ts"
import { type Files, type Life, live, liveOn, type Moment, withKept } from "./moments.ts"
import { taskOf } from "./oneAgent.ts"

const base = mkdtempSync(join(tmpdir(), "deputize-survival-"))
export const removeScenes = () => rmSync(base, { recursive: true, force: true })

export const place = { root: mkdtempSync(join(base, "repo-")), blobs: join(base, "blobs"), effects: [] as string[] }

/** Calls that were run, each time. */
const ran: Array<string> = []

const noting = (tool: AnyTool): AnyTool => ({
  ...tool,
  run: (args) =>
    Effect.flatMap(ToolContext, ({ callId }) => {
      ran.push(callId)
      return tool.run(args)
    })
})

const Text = Schema.Struct({ text: Schema.String })

const plain = {
  description: "",
  parameters: Text,
  timeLimitMs: 1_000,
  outputCap: 100_000,
  narrower: "ask for less",
  actions: () => Effect.succeed([])
}

/** What is printed may be long, and is the same each time. */
const print: Tool<typeof Text.Type> = {
  ...plain,
  outputCap: 250,
  name: "print",
  replay: "safe",
  run: ({ text }) => Effect.succeed(`${text}\n`.repeat(400))
}

/** Has an effect outside, which nothing here can look at. */
const post: Tool<typeof Text.Type> = {
  ...plain,
  name: "post",
  replay: "fenced",
  run: Effect.fnUntraced(function* ({ text }) {
    const { callId } = yield* ToolContext
    yield* Effect.yieldNow
    place.effects.push(callId)
    yield* Effect.yieldNow
    return `posted ${text}`
  })
}

const { definition, ...usual } = taskOf({})
const provided = toolbox([
  "read_file",
  "list_dir",
  "grep",
  "write_file",
  "edit",
  "apply_patch",
  "delete_file",
  "update_plan"
]).tools
// The runner knows read_file by itself: what it reads is noted by none.
const [readFile, ...others] = provided
const tools = [...(readFile === undefined ? [] : [readFile]), ...[...others, print, post].map(noting)]

export const asTask = (more: Partial<AgentTask>): AgentTask =>
  withKept({
    ...usual,
    definition,
    tools,
    toolSpecs: specs(tools),
    policy: [new Grant({ read: ["**"], write: ["**"], net: [], exec: [], mcp: [], spawn: [], label: "test" })],
    ...more
  })

export type Asked = readonly [name: string, args: object]

export interface Scene {
  readonly task: AgentTask
  readonly files: Files
  /** The calls of each turn; what says nothing of it answers. */
  readonly script: ReadonlyArray<ReadonlyArray<Asked>>
  /** Turns whose first request, of those that a process sends, fails. */
  readonly failing?: ReadonlyArray<number>
  readonly contextWindow?: number
  /** A summary that is asked for is empty where this is false. */
  readonly summarises?: boolean
  /** Tokens of one answer. */
  readonly maxOutput?: number
}

/** A life with what it has asked the model for, and the calls that it has run. */
export interface Played {
  readonly life: Life
  readonly requests: ReadonlyArray<string>
  readonly ran: ReadonlyArray<string>
}

export const begin = (scene: Scene) => playing(scene, live(place, scene.task, scene.files))

/** From a moment of another life, whose events are given. */
export const goOn = (scene: Scene, moment: Moment, { events }: Life) =>
  playing(scene, liveOn(place, scene.task, moment, events))

// internal

const playing = Effect.fnUntraced(function* <E, R>(scene: Scene, act: Effect.Effect<Life, E, R>) {
  const requests: Array<string> = []
  ran.splice(0)
  const life = yield* act.pipe(Effect.provide(scripted(scene, requests)))
  const played: Played = { life, requests, ran: [...ran] }
  return played
})

/** The turn that a request asks for, by what was said in those before; none is ever asked for twice. */
const turnAsked = ({ messages }: ModelRequest): number =>
  1 +
  Math.max(
    0,
    ...messages.flatMap((message) =>
      message._tag === "Tool" ? [] : Array.from(message.text.matchAll(/\bturn (\d+)\b/g), ([, turn]) => Number(turn))
    )
  )

const isSummary = ({ closing, tools }: ModelRequest): boolean => tools.length === 0 && !closing

const unavailable = new ModelError({
  model: "scripted",
  stage: "answered",
  reason: { _tag: "Unavailable", status: 503, detail: "busy" }
})

const scripted = (
  { contextWindow = 128_000, failing = [], maxOutput = 16_000, script, summarises = true }: Scene,
  requests: Array<string>
) => {
  const failed = new Set<number>()
  return ScriptedModel.layer(
    (request) => {
      const turn = turnAsked(request)
      requests.push(`${isSummary(request) ? "summary" : "turn"} ${turn}`)
      if (isSummary(request)) return { text: summarises ? `What was done until turn ${turn - 1}` : "" }
      if (failing.includes(turn) && !failed.has(turn)) {
        failed.add(turn)
        return unavailable
      }
      const calls = request.closing ? [] : (script[turn - 1] ?? [])
      return {
        text: `${calls.length === 0 ? "This is the answer of" : "This is"} turn ${turn}`,
        calls: calls.map(
          ([name, args], index): ToolCall => ({ id: `t${turn}c${index}`, name, args: JSON.stringify(args) })
        )
      }
    },
    { facts: { contextWindow, maxOutput }, retries: { firstMs: 0 } }
  )
}
