/**
 * One run in a process of its own, on a record on disk, to be killed at any moment: a new one, or one that goes on.
 * Prints the run's name, then its result as JSON.
 *
 *   node --conditions=@deputize/source runProcess.ts FOLDER WORKSPACE URL [RUN]
 */
import { join } from "node:path"
import process from "node:process"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { TokenCounter } from "../../src/budget/TokenCounter.ts"
import { AgentDefinition } from "../../src/definition/AgentDefinition.ts"
import { AgentLoader } from "../../src/definition/AgentLoader.ts"
import { RunId } from "../../src/domain/Ids.ts"
import { Limits } from "../../src/domain/Limits.ts"
import { Blobs } from "../../src/journal/Blobs.ts"
import { SqliteJournal } from "../../src/journal/SqliteJournal.ts"
import { OpenAiModel } from "../../src/model/openai/OpenAiModel.ts"
import { Runtime } from "../../src/runtime/Runtime.ts"
import { ConfinedRoot } from "../../src/workspace/ConfinedRoot.ts"

const [folder = "", workspace = "", url = "", run] = process.argv.slice(2)

/** Of the whole run. */
const tokens = 400_000

const lead = new AgentDefinition({
  name: "lead",
  instructions: "Give work away, then write down what came of it.",
  tools: ["read_file", "spawn_agent", "write_file"],
  permissions: { spawn: ["*"], write: ["out/**"] },
  limits: new Limits({ tokens: 200_000 })
})

const services = Runtime.layer.pipe(
  Layer.provide(
    Layer.mergeAll(
      SqliteJournal.layer({ file: join(folder, "journal.db") }),
      Blobs.layer(join(folder, "blobs")),
      TokenCounter.layer,
      ConfinedRoot.layer(workspace),
      AgentLoader.layer({ workspace, home: join(folder, "nobody") }),
      OpenAiModel.layer({
        name: "loopback",
        baseUrl: url,
        wire: "responses",
        apiKey: "sk-test-0123456789",
        keyVariable: "OPENAI_API_KEY",
        keyInstructions: "",
        headers: {},
        query: {},
        requiresAuth: true,
        model: "some-model",
        maxTokensField: "max_output_tokens",
        prices: {},
        idleTimeoutMs: 20_000,
        parallelism: 64
      })
    )
  )
)

const agents = Array.from({ length: 8 }, (_, index) => ({ definition: lead, goal: `topic ${index}`, scope: [] }))

const work = Effect.gen(function* () {
  const runtime = yield* Runtime
  const handle = yield* run === undefined
    ? runtime.start({ workspace, agents, limits: { tokens }, maxSpawnedAtOnce: 8 })
    : runtime.resume(RunId.make(run))
  process.stdout.write(`${handle.run}\n`)
  const result = yield* handle.wait
  process.stdout.write(`${JSON.stringify(result)}\n`)
})

await Effect.runPromise(Effect.provide(Effect.scoped(work), services))
process.exit(0)
