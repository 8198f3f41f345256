/** What is reserved for the first request of an agent that was closed and may go on: its tools are part of it again. */
import { afterAll, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { AgentJournal } from "../../src/agent/AgentEvent.ts"
import { AgentDefinition } from "../../src/definition/AgentDefinition.ts"
import { Limits } from "../../src/domain/Limits.ts"
import * as ScriptedModel from "../../src/testing/ScriptedModel.ts"
import * as OwnTools from "../../src/tool/OwnTools.ts"
import type { AnyTool } from "../../src/tool/Tool.ts"
import { begin, eventsOf, goOn, makeDisk, processOn } from "./Resuming.ts"
import { asked, makeFolder, otherCall, type Script, turnOf } from "./Team.ts"

const folder = makeFolder()
afterAll(folder.remove)

const large = (at: number): AnyTool => ({
  name: `own${at}`,
  description: "Does this and that. ".repeat(100),
  parameters: Schema.Struct({}),
  timeLimitMs: null,
  outputCap: 1_000,
  replay: "safe",
  narrower: "ask for less",
  actions: () => Effect.succeed([]),
  run: () => Effect.succeed("done")
})

it.effect("an agent that goes on with more budget reserves no less than its requests take", () =>
  Effect.gen(function* () {
    const disk = yield* makeDisk
    const billed: Array<number> = []
    const script: Script = (request) => {
      billed.push(ScriptedModel.inputTokens(request))
      if (request.closing) return { text: "closed" }
      const turn = turnOf(request)
      return turn < 12 ? { calls: [otherCall("read_file", { path: `${turn}.txt` })] } : { text: "read" }
    }
    const own = Array.from({ length: 20 }, (_, at) => large(at))
    const definition = new AgentDefinition({
      name: "worker",
      instructions: "Work.",
      tools: ["read_file", ...own.map(({ name }) => name)],
      limits: new Limits({ tokens: 40_000 })
    })
    const withTools = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
      effect.pipe(
        Effect.provide(processOn(disk, folder.root, ScriptedModel.layer(script))),
        Effect.provideService(OwnTools.OwnTools, own)
      )
    const paused = yield* withTools(begin({ workspace: folder.root, agents: [asked(definition, "work")] }))
    const again = yield* withTools(goOn(paused.run, { more: { tokens: 60_000 } }))
    expect([paused.status, again.agents.map(({ overdraft }) => overdraft)]).toStrictEqual(["paused", [0]])
    const bounds = (yield* withTools(eventsOf(paused.run))).flatMap((event) =>
      Option.toArray(AgentJournal.decode(event)).flatMap((fact) =>
        fact._tag === "TurnRequested" ? [fact.reserved - fact.maxOutputTokens] : []
      )
    )
    expect(bounds.length).toBe(billed.length)
    expect(bounds.filter((bound, at) => bound < (billed[at] ?? 0))).toStrictEqual([])
  })
)
