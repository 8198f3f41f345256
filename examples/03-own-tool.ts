/**
 * A program in Effect, with a tool and a definition of its own, and an agent that starts another one.
 *
 *   node examples/03-own-tool.ts [FOLDER]
 *
 * The model is a script, as in a test: the first agent counts lines with the program's tool and hands a question on, the
 * second answers it. In its place stands `OpenAiModel.layer(openAiSettings({ apiKey }))` when it is to be a real one.
 */
import { readdirSync, realpathSync } from "node:fs"
import { AgentDefinition, Deputize, type ModelRequest, Runtime, type Tool, ToolContext } from "@deputize/core"
import * as ScriptedModel from "@deputize/core/testing/ScriptedModel"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"

const Parameters = Schema.Struct({
  path: Schema.String.annotate({ description: "File, relative to the workspace" })
})

/** Acts only inside the workspace and within the agent's rights: it is asked what it needs before it runs. */
const countLines: Tool<typeof Parameters.Type> = {
  name: "count_lines",
  description: "Counts the lines of a file.",
  parameters: Parameters,
  timeLimitMs: 5_000,
  outputCap: 1_000,
  replay: "safe",
  narrower: "name another file",
  actions: Effect.fn(function* ({ path }) {
    const { root } = yield* ToolContext
    return [{ _tag: "Read", path: (yield* root.resolve(path)).path }]
  }),
  run: Effect.fn(function* ({ path }) {
    const { root } = yield* ToolContext
    const { bytes } = yield* root.readFile(path, { maxBytes: 1_000_000 })
    return `${path} has ${new TextDecoder().decode(bytes).split("\n").length - 1} lines`
  })
}

const surveyor = new AgentDefinition({
  name: "surveyor",
  instructions: "Measure the file that you are given, and ask an explorer what it is for.",
  tools: ["count_lines", "spawn_agent"],
  permissions: { spawn: ["explorer"] }
})

/** The real path, as a request takes it: by another one the run could not be resumed or undone. */
const workspace = realpathSync(process.argv[2] ?? ".")
const file = readdirSync(workspace, { withFileTypes: true }).find((entry) => entry.isFile())?.name ?? "README.md"

/** What its tools said to the agent. */
const heard = ({ messages }: ModelRequest) =>
  messages.flatMap((message) => (message._tag === "Tool" ? [message.text] : []))

const call = (name: string, args: object) => ({ calls: [{ id: name, name, args: JSON.stringify(args) }] })

const model = ScriptedModel.layer((request, before) => {
  if (request.brief.agent === "explorer") return { text: `${file} is the first file of this folder.` }
  if (before === 0) return call("count_lines", { path: file })
  if (before === 1) return call("spawn_agent", { agent: "explorer", goal: `What is ${file} for?` })
  if (before === 2) return call("wait", {})
  const [measured, , answered] = heard(request)
  return { text: `${measured}. ${answered}` }
})

const program = Effect.gen(function* () {
  const runtime = yield* Runtime
  const run = yield* runtime.start({
    workspace,
    agents: [{ definition: surveyor, goal: `Measure ${file}`, scope: [] }]
  })
  const { agents, status } = yield* run.wait
  for (const { answer, path } of agents) process.stdout.write(`${path}: ${answer}\n`)
  process.stdout.write(`${status}\n`)
})

await Effect.runPromise(
  program.pipe(Effect.scoped, Effect.provide(Deputize.layer({ workspace, model, tools: [countLines] })))
)
