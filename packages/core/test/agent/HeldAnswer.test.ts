/** What is held for an agent's last answer, beside a sibling that takes all that is free. */
import { afterAll, describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Agent from "../../src/agent/Agent.ts"
import { Budget } from "../../src/budget/Budget.ts"
import { AgentPath, rootPath } from "../../src/domain/Ids.ts"
import { Blobs } from "../../src/journal/Blobs.ts"
import { Journal } from "../../src/journal/Journal.ts"
import { ModelError } from "../../src/model/ModelError.ts"
import * as ScriptedModel from "../../src/testing/ScriptedModel.ts"
import { ConfinedRoot } from "../../src/workspace/ConfinedRoot.ts"
import { sharedCounter } from "../budget/sharedCounter.ts"
import { makeWorkspace, run, taskOf } from "./oneAgent.ts"

const workspace = makeWorkspace()
afterAll(workspace.remove)

const busy = new ModelError({
  model: "scripted",
  stage: "answered",
  reason: { _tag: "RateLimited", retryAfterMs: 100 }
})
const brokeOff = new ModelError({ model: "scripted", stage: "streaming", reason: { _tag: "CutStream" } })

type Said = ReturnType<Parameters<typeof ScriptedModel.layer>[0]>

/** Takes a turn; then the sibling takes whatever is free, again and again, and `turn` and `closing` answer. */
const besideSibling = (turn: Said, closing: (before: number) => Said) =>
  Effect.gen(function* () {
    const budget = yield* Budget
    yield* (yield* Journal).open(run)
    const task = taskOf({ limits: {} })
    const sibling = AgentPath.make("/root/sibling")
    yield* budget.carve(rootPath, task.path, { name: "explorer" })
    yield* budget.carve(rootPath, sibling, { name: "sibling" })
    const grab = Effect.flatMap(budget.remaining(sibling), ({ tokens }) =>
      tokens > 0 ? budget.tryConsume(sibling, { tokens }) : Effect.void
    )
    const read = { calls: [{ id: "c", name: "read_file", args: '{"path":"src/file1.ts"}' }] }
    let [isLate, closings] = [false, 0]
    const model = ScriptedModel.layer(
      (request, before) => {
        if (request.closing) return closing(closings++)
        if (before === 0) return read
        isLate = true
        return Effect.andThen(grab, Effect.isEffect(turn) ? turn : Effect.succeed(read))
      },
      { retries: { request: 30 } }
    )
    const greedy = Effect.forever(
      Effect.andThen(
        Effect.suspend(() => (isLate ? grab : Effect.void)),
        Effect.sleep(5)
      )
    )
    yield* Effect.forkScoped(greedy)
    return yield* Agent.run(task).pipe(Effect.provide(model))
  }).pipe(
    Effect.scoped,
    Effect.provide(
      Layer.mergeAll(
        Budget.layer({ tokens: 60_000 }),
        Journal.layerMemory,
        Blobs.layerMemory,
        sharedCounter,
        ConfinedRoot.layer(workspace.root)
      )
    )
  )

describe("what is held for the last answer", () => {
  it.live("is still held when the provider refuses it in passing", () =>
    Effect.gen(function* () {
      for (const turn of [undefined, Effect.fail(busy)]) {
        const { answer, status } = yield* besideSibling(turn, (before) =>
          before === 0 ? busy : { text: "the answer" }
        )
        expect([status, answer]).toStrictEqual(["paused", "the answer"])
      }
    })
  )

  it.live("is lost to the budget, and not to a refusal that cost nothing, where the others have taken the rest", () =>
    Effect.gen(function* () {
      const { error, status } = yield* besideSibling(Effect.fail(busy), () => brokeOff)
      expect([status, error?.tag]).toStrictEqual(["paused", "BudgetExceeded"])
    })
  )
})
