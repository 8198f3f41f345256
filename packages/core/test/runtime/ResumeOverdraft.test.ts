/** Providers that bill more money than was held for a request, while its tokens stay within what was. */
import { afterAll, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import { dollarsOf, type Price } from "../../src/domain/Price.ts"
import { Usage } from "../../src/domain/Usage.ts"
import { Model } from "../../src/model/Model.ts"
import { resultJson } from "../../src/runtime/ResultJson.ts"
import type { RunResult } from "../../src/runtime/RunResult.ts"
import * as ScriptedModel from "../../src/testing/ScriptedModel.ts"
import { begin, cutAt, eventsOf, goOn, makeDisk, processOn } from "./Resuming.ts"
import { asked, makeFolder, otherCall, type Script, turnOf, worker } from "./Team.ts"

const folder = makeFolder()
afterAll(folder.remove)

const script: Script = (request) => {
  if (request.closing) return { text: "closed" }
  const turn = turnOf(request)
  return turn < 3 ? { calls: [otherCall("read_file", { path: `${turn}.txt` })] } : { text: "read" }
}

/** A provider that tells of the first answer that it held so many tokens. */
const telling = (output: number) => {
  let answers = 0
  return Layer.effect(
    Model,
    Effect.map(Model, (model) =>
      Model.of({
        ...model,
        stream: (request) =>
          Stream.map(model.stream(request), (part) => {
            if (part._tag !== "Finish" || part.usage === null) return part
            answers += 1
            return answers === 1 ? { ...part, usage: new Usage({ ...part.usage, output }) } : part
          })
      })
    )
  ).pipe(Layer.provide(ScriptedModel.layer(script)))
}

interface Circumstances {
  readonly turns?: number
  /** By the time that it is taken up again. */
  readonly price?: Price
}

/** A run, and the same killed right after its first answer and taken up again. */
const endedAndCut = Effect.fnUntraced(function* (output: number, { price, turns = 20 }: Circumstances = {}) {
  const disk = yield* makeDisk
  const first = processOn(disk, folder.root, telling(output))
  const request = { workspace: folder.root, agents: [asked(worker({ tokens: 200_000, turns }), "read")] }
  const ended = yield* begin(request).pipe(Effect.provide(first))
  const events = yield* eventsOf(ended.run).pipe(Effect.provide(first))
  const answered = events.find(({ type }) => type === "TurnCompleted")?.seq ?? 0
  const again = ScriptedModel.layer(script, price === undefined ? {} : { facts: { price } })
  const second = processOn(cutAt(disk, ended.run, answered), folder.root, again)
  return { disk, ended, resumed: yield* goOn(ended.run).pipe(Effect.provide(second)) }
})

const figures = ({ agents, status }: RunResult) =>
  agents.map(({ overdraft, overdraftNanoUsd }) => ({ status, overdraft, overdraftNanoUsd }))

const cheap: Price = { input: 0.01, cached: 0.001, output: 0.04 }

it.effect("money billed beyond what was held is named, and the agent stays closed when the run is taken up again", () =>
  Effect.gen(function* () {
    const { ended, resumed } = yield* endedAndCut(9_500)
    const over = ended.agents[0]?.overdraftNanoUsd ?? 0
    expect(over).toBeGreaterThan(0)
    expect(figures(ended)).toStrictEqual([{ status: "paused", overdraft: 0, overdraftNanoUsd: over }])
    expect(figures(resumed)).toStrictEqual(figures(ended))
    const causes = [ended, resumed].map(({ agents }) => agents[0]?.error?.closed)
    expect(causes).toStrictEqual(["overdrawn", "overdrawn"])
    expect(resultJson(ended).agents[0]?.budget.usd).toStrictEqual({ overdraft: dollarsOf(over) })
  })
)

it.effect.each([6_000, 6_500, 7_000])("an answer of %i tokens is counted alike before and after", (output) =>
  Effect.gen(function* () {
    const { ended, resumed } = yield* endedAndCut(output)
    expect(figures(resumed)).toStrictEqual(figures(ended))
  })
)

it.effect("what was held for a closing answer pays for a turn, whatever the price is by the time of the next", () =>
  Effect.gen(function* () {
    const { ended, resumed } = yield* endedAndCut(5_000, { price: cheap })
    expect(figures(ended)).toStrictEqual([{ status: "completed", overdraft: 0, overdraftNanoUsd: undefined }])
    expect(figures(resumed)).toStrictEqual(figures(ended))
  })
)

it.effect("the same where the turn was the last that there was", () =>
  Effect.gen(function* () {
    const { ended, resumed } = yield* endedAndCut(5_000, { turns: 1 })
    expect(figures(ended)).toStrictEqual([{ status: "completed", overdraft: 0, overdraftNanoUsd: undefined }])
    expect(figures(resumed)).toStrictEqual(figures(ended))
  })
)

it.effect("an agent that was closed so is not opened by a message, whatever the price is by then", () =>
  Effect.gen(function* () {
    const { disk, ended } = yield* endedAndCut(9_500)
    const later = processOn(disk, folder.root, ScriptedModel.layer(script, { facts: { price: cheap } }))
    const again = yield* goOn(ended.run, { say: [{ to: null, text: "Go on." }] }).pipe(Effect.provide(later))
    expect(figures(again)).toStrictEqual(figures(ended))
  })
)
