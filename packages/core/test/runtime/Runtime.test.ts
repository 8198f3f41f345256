import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, describe, expect, it } from "@effect/vitest"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import { AgentDefinition } from "../../src/definition/AgentDefinition.ts"
import { builtInRoles as roles } from "../../src/definition/roles/Roles.ts"
import type { Message } from "../../src/domain/Message.ts"
import { Blobs } from "../../src/journal/Blobs.ts"
import { Journal } from "../../src/journal/Journal.ts"
import type { ModelRequest } from "../../src/model/Model.ts"
import { ModelError } from "../../src/model/ModelError.ts"
import type { AgentRequest, RunRequest } from "../../src/runtime/RunRequest.ts"
import { Runtime } from "../../src/runtime/Runtime.ts"
import * as ScriptedModel from "../../src/testing/ScriptedModel.ts"
import { ConfinedRoot } from "../../src/workspace/ConfinedRoot.ts"
import { sharedCounter } from "../budget/sharedCounter.ts"
import { passing } from "./Lives.ts"
import { agentsOf } from "./Rig.ts"

const workspace = mkdtempSync(join(tmpdir(), "deputize-runtime-"))
mkdirSync(join(workspace, "src"))
writeFileSync(join(workspace, "src", "app.ts"), "export const answer = 42\n")
writeFileSync(join(workspace, "AGENTS.md"), "Use tabs.\n")
afterAll(() => rmSync(workspace, { recursive: true, force: true }))

const agent = (name: string, goal: string, more: Partial<AgentRequest> = {}): AgentRequest => {
  const definition = roles.find((role) => role.name === name)
  if (definition === undefined) throw new Error(`no built-in role ${name}`)
  return { definition, goal, scope: [], ...more }
}

const request = (agents: ReadonlyArray<AgentRequest>, more: Partial<RunRequest> = {}): RunRequest => ({
  workspace,
  agents,
  ...more
})

const withModel = (answer: Parameters<typeof ScriptedModel.layer>[0]) =>
  Runtime.layer.pipe(
    Layer.provideMerge(
      Layer.mergeAll(
        Journal.layerMemory,
        Blobs.layerMemory,
        sharedCounter,
        ScriptedModel.layer(answer),
        ConfinedRoot.layer(workspace),
        agentsOf(workspace)
      )
    )
  )

const readApp = (id: string) => ({ id, name: "read_file", args: JSON.stringify({ path: "src/app.ts" }) })

const toolTexts = (messages: ReadonlyArray<Message>) =>
  messages.flatMap((message) => (message._tag === "Tool" ? [message.text] : []))

/** Reads a file, then answers with what it read. */
const readsThenAnswers = (asked: ModelRequest, before: number) =>
  before === 0 ? { calls: [readApp("a")] } : { text: `saw ${toolTexts(asked.messages).join("|")}` }

const run = (asked: RunRequest) =>
  Effect.gen(function* () {
    const runtime = yield* Runtime
    const handle = yield* runtime.start(asked)
    return yield* handle.wait
  }).pipe(Effect.scoped)

describe("a run", () => {
  it.effect("gives every agent's answer in the order asked, with usage within the budget", () =>
    Effect.gen(function* () {
      const result = yield* run(
        request([agent("code-reviewer", "one"), agent("test-gen", "two"), agent("code-reviewer", "three")])
      )
      expect(result.status).toBe("completed")
      expect(
        result.agents.map(({ answer, goal, path, status, toolCalls, turns }) => ({
          answer,
          goal,
          path,
          status,
          toolCalls,
          turns
        }))
      ).toStrictEqual(
        [
          ["/root/code-reviewer", "one"],
          ["/root/test-gen", "two"],
          ["/root/code-reviewer#2", "three"]
        ].map(([path, goal]) => ({
          answer: "saw 1\texport const answer = 42",
          goal,
          path,
          status: "completed",
          toolCalls: 1,
          turns: 2
        }))
      )
      expect(result.budget.tokens.used).toBe(result.usage.total)
      expect(result.usage.total).toBeGreaterThan(0)
    }).pipe(Effect.provide(withModel(readsThenAnswers)))
  )

  it.effect("leaves a chained record from its start to its end, and events end with it", () =>
    Effect.gen(function* () {
      const runtime = yield* Runtime
      const journal = yield* Journal
      const handle = yield* runtime.start(request([agent("explorer", "look")]))
      const events = yield* Stream.runCollect(handle.events)
      const result = yield* handle.wait
      expect([...events].map((event) => `${event.path} ${event.namespace}.${event.type}`)).toStrictEqual([
        "/root run.Started",
        "/root/explorer agent.Started",
        "/root/explorer agent.TurnRequested",
        "/root/explorer agent.TurnCompleted",
        "/root/explorer tool.Decided",
        "/root/explorer tool.Intent",
        "/root/explorer tool.Done",
        "/root/explorer agent.TurnRequested",
        "/root/explorer agent.TurnCompleted",
        "/root/explorer agent.Ended",
        "/root run.Ended"
      ])
      expect(yield* journal.verify(handle.run, result.head)).toStrictEqual({ events: 11, head: result.head })
    }).pipe(Effect.scoped, Effect.provide(withModel(readsThenAnswers)))
  )

  it.effect("puts the context files and the house rules before the goal, the same for every goal", () =>
    Effect.gen(function* () {
      const seen: Array<ModelRequest> = []
      yield* run(request([agent("explorer", "one"), agent("explorer", "two", { scope: ["src"] })])).pipe(
        Effect.provide(
          withModel((asked) => {
            seen.push(asked)
            return { text: "done" }
          })
        )
      )
      expect(new Set(seen.map((asked) => asked.system)).size).toBe(1)
      expect(seen[0]?.system).toContain("Project notes from AGENTS.md:\nUse tabs.")
      // Which of the two asks first is nobody's promise.
      const inOrder = seen.toSorted((a, b) => a.brief.goal.localeCompare(b.brief.goal))
      expect(inOrder.map((asked) => asked.messages)).toStrictEqual([
        [{ _tag: "User", text: "one" }],
        [{ _tag: "User", text: "two\n\nScope: look here first, and change nothing outside:\n- src" }]
      ])
    })
  )

  it.effect("keeps the siblings' results when one agent's provider fails and another has a defect", () =>
    Effect.gen(function* () {
      const result = yield* run(
        request([agent("explorer", "fine"), agent("debugger", "refused"), agent("researcher", "crash")])
      )
      expect(result.status).toBe("partial")
      expect(
        result.agents.map(({ answer, error, status }) => ({ answer, status, tag: error?.tag ?? null }))
      ).toStrictEqual([
        { answer: "fine", status: "completed", tag: null },
        { answer: "", status: "failed", tag: "ModelError" },
        { answer: "", status: "failed", tag: "AgentDefect" }
      ])
      expect(result.agents[2]?.error?.message).toContain("a bug in the model's client")
    }).pipe(
      Effect.provide(
        withModel((asked) => {
          if (asked.brief.goal === "refused")
            return new ModelError({
              model: "scripted",
              stage: "answered",
              reason: { _tag: "Unauthorized", status: 401 }
            })
          if (asked.brief.goal === "crash") return Effect.die(new Error("a bug in the model's client"))
          return { text: "fine" }
        })
      )
    )
  )

  it.effect("never crosses its budget when a model calls tools for ever, and keeps the closing answer", () =>
    Effect.gen(function* () {
      let sent = 0
      const goals = Array.from({ length: 6 }, (_, index) => `goal ${index}`)
      const endless = (asked: ModelRequest, before: number) => {
        sent += ScriptedModel.inputTokens(asked)
        return asked.closing
          ? { text: "closing answer" }
          : {
              text: "more",
              calls: [{ id: `c${before}`, name: "grep", args: JSON.stringify({ pattern: `answer|${before}` }) }]
            }
      }
      const result = yield* run(
        request(
          goals.map((goal) => agent("explorer", goal)),
          { limits: { tokens: 30_000 } }
        )
      ).pipe(Effect.provide(withModel(endless)))
      expect(result.status).toBe("paused")
      expect(result.limitReached).toBe("budget")
      expect(result.agents.map((one) => [one.status, one.answer, one.error?.tag])).toStrictEqual(
        goals.map(() => ["paused", "closing answer", "BudgetExceeded"])
      )
      expect(result.budget.tokens.used).toBeLessThanOrEqual(30_000)
      expect(result.budget.tokens.used).toBe(result.usage.total)
      expect(sent).toBe(result.usage.input)
    })
  )

  it.effect("ends an agent that makes the same call with the same result again and again", () =>
    Effect.gen(function* () {
      const result = yield* run(request([agent("explorer", "loop", { limits: { tokens: 1_000_000 } })]))
      expect(result.agents[0]?.status).toBe("failed")
      expect(result.agents[0]?.error?.tag).toBe("AgentLooping")
      expect(result.agents[0]?.turns).toBe(6)
    }).pipe(Effect.provide(withModel((_, before) => ({ calls: [readApp(`c${before}`)] }))))
  )

  it.effect("asks for the answer in the last turn it has, and never takes one more", () =>
    Effect.gen(function* () {
      const asked: Array<boolean> = []
      const busy = (request: ModelRequest, before: number) => {
        asked.push(request.closing)
        return request.closing
          ? { text: "so far" }
          : { calls: [{ ...readApp(`c${before}`), name: "list_dir", args: "{}" }] }
      }
      const limited = (maxTurns: number) =>
        run(request([agent("explorer", "look")], { limits: { turns: maxTurns } })).pipe(Effect.provide(withModel(busy)))
      const three = yield* limited(3)
      expect(asked.splice(0)).toStrictEqual([false, false, true])
      expect([three.agents[0]?.status, three.agents[0]?.answer, three.agents[0]?.error?.tag]).toStrictEqual([
        "paused",
        "so far",
        "TurnLimitReached"
      ])
      const one = yield* limited(1)
      expect(asked).toStrictEqual([true])
      expect([one.agents[0]?.status, one.agents[0]?.answer]).toStrictEqual(["completed", "so far"])
    })
  )

  it.effect("rejects the second of two calls with one id before it runs", () =>
    Effect.gen(function* () {
      const result = yield* run(request([agent("explorer", "twice")]))
      expect(result.agents[0]?.answer).toBe(
        "1\texport const answer = 42|error: the call id same was used before; give every call an id of its own"
      )
    }).pipe(
      Effect.provide(
        withModel((asked, before) =>
          before === 0 ? { calls: [readApp("same"), readApp("same")] } : { text: toolTexts(asked.messages).join("|") }
        )
      )
    )
  )

  it.effect("times an agent out at its deadline and keeps the others", () =>
    Effect.gen(function* () {
      const result = yield* run(
        request([agent("explorer", "slow", { limits: { wallMs: 5_000 } }), agent("debugger", "fast")])
      ).pipe(
        Effect.provide(withModel((asked) => (asked.brief.goal === "slow" ? Effect.never : { text: "fast" }))),
        passing
      )
      expect(
        result.agents.map(({ durationMs, error, status }) => ({ durationMs, status, tag: error?.tag ?? null }))
      ).toStrictEqual([
        { durationMs: 5_000, status: "timed_out", tag: "DeadlineExceeded" },
        { durationMs: 0, status: "completed", tag: null }
      ])
      expect(result.status).toBe("partial")
    })
  )

  it.effect("tells an agent's own limit of time from the deadline of the whole run", () =>
    Effect.gen(function* () {
      const limitOf = Effect.fnUntraced(function* (wallMs: number, deadlineMs: number) {
        const result = yield* run(
          request([agent("explorer", "slow", { limits: { wallMs } })], { limits: { wallMs: deadlineMs } })
        ).pipe(Effect.provide(withModel(() => Effect.never)), passing)
        return result.limitReached
      })
      expect([yield* limitOf(5_000, 50_000), yield* limitOf(50_000, 5_000)]).toStrictEqual([null, "deadline"])
    })
  )

  it.effect("that breaks before its agents start is ended on record, so that nobody follows it for ever", () =>
    Effect.gen(function* () {
      const broken = new Proxy(
        {},
        {
          ownKeys: () => {
            throw new Error("broken inputs")
          }
        }
      )
      const handle = yield* (yield* Runtime).start(request([agent("explorer", "look", { inputs: broken })]))
      const events = yield* Stream.runCollect(handle.events)
      expect([...events].at(-1)?.body).toMatchObject({ _tag: "Ended", status: "failed" })
      expect(String(yield* Effect.exit(handle.wait))).toContain("broken inputs")
    }).pipe(Effect.scoped, Effect.provide(withModel(() => undefined)))
  )

  it.effect("reads only what its agents' definitions grant, whatever they are told to read", () =>
    Effect.gen(function* () {
      const narrow = agent("explorer", "look")
      const { definition } = narrow
      const permissions = { ...definition.permissions, read: ["docs/**"] }
      const result = yield* run(
        request([{ ...narrow, definition: new AgentDefinition({ ...definition, permissions }) }])
      )
      expect(result.agents[0]?.answer).toContain(
        "saw denied by the policy: reading src/app.ts is not granted to explorer"
      )
    }).pipe(Effect.provide(withModel(readsThenAnswers)))
  )

  it.effect("answers all calls of a turn in their order, however many they are", () =>
    Effect.gen(function* () {
      const many = Array.from({ length: 30 }, (_, index) => ({
        id: `c${index}`,
        name: "read_file",
        args: JSON.stringify({ path: index % 2 === 0 ? "src/app.ts" : "nowhere.ts" })
      }))
      const result = yield* run(request([agent("explorer", "many")])).pipe(
        Effect.provide(
          withModel((asked, before) =>
            before === 0
              ? { calls: many }
              : {
                  text: asked.messages
                    .flatMap((each) => (each._tag === "Tool" ? [`${each.callId}${each.ok}`] : []))
                    .join(" ")
                }
          )
        )
      )
      expect(result.agents[0]?.answer).toBe(many.map(({ id }, index) => `${id}${index % 2 === 0}`).join(" "))
    })
  )

  it.effect("cancels every agent, started or not, charges what was in flight, and still ends its record", () =>
    Effect.gen(function* () {
      const asked = yield* Deferred.make<void>()
      let asking = 0
      const model = withModel(() =>
        Effect.andThen(++asking === 2 ? Deferred.succeed(asked, undefined) : Effect.void, Effect.never)
      )
      yield* Effect.gen(function* () {
        const runtime = yield* Runtime
        const journal = yield* Journal
        const handle = yield* runtime.start(
          request([agent("explorer", "a"), agent("debugger", "b"), agent("researcher", "c")], { maxParallel: 2 })
        )
        yield* Deferred.await(asked)
        const result = yield* handle.cancel
        expect(result.status).toBe("cancelled")
        expect(result.agents.map((one) => one.status)).toStrictEqual(["cancelled", "cancelled", "cancelled"])
        expect(result.agents.map((one) => one.tokensCharged > 0)).toStrictEqual([true, true, false])
        expect(result.budget.tokens.used).toBe(result.agents.reduce((sum, one) => sum + one.tokensCharged, 0))
        const events = yield* journal.read(handle.run)
        expect(events.at(-1)?.body).toMatchObject({ _tag: "Ended", status: "cancelled" })
      }).pipe(Effect.scoped, Effect.provide(model))
    })
  )
})
