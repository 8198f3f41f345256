/**
 * Agents that start agents, in virtual time.
 */
import { afterAll, describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import type { ModelRequest } from "../../src/model/Model.ts"
import { resultJson } from "../../src/runtime/ResultJson.ts"
import {
  asked,
  inTime,
  lead,
  makeFolder,
  nap,
  otherCall,
  runTeam,
  type Script,
  sleepsOn,
  spawnCall,
  toolTexts,
  turnOf,
  waitCall,
  worker
} from "./Team.ts"

const folder = makeFolder()
afterAll(folder.remove)

const play = (request: Parameters<typeof runTeam>[1], script: Script) => inTime(runTeam(folder.root, request, script))

/** Starts workers with these goals, waits for all, and answers with what the tools have said. */
const fansOut =
  (goals: ReadonlyArray<string>) =>
  (request: ModelRequest): ReturnType<Script> => {
    const turn = turnOf(request)
    if (turn === 0) return { calls: goals.map((goal) => spawnCall("worker", goal)) }
    return turn === 1 ? { calls: [waitCall()] } : { text: toolTexts(request.messages).join("\n") }
  }

const takes = (seconds: number, text: string) => Effect.as(nap(seconds), { text })

const numbers = (count: number) => Array.from({ length: count }, (_, index) => index)

describe("an agent that starts others", () => {
  it.effect("gets their results by waiting, and stands before them in the result", () =>
    Effect.gen(function* () {
      const { facts, result } = yield* play({ agents: [asked(lead(), "both"), asked(worker(), "alone")] }, (request) =>
        request.brief.goal === "both"
          ? fansOut(["left", "right"])(request)
          : takes(request.brief.goal === "alone" ? 0 : 2, `did ${request.brief.goal}`)
      )
      expect(
        resultJson(result).agents.map(({ answer, parent, path, status, waited_ms }) => ({
          answer,
          parent,
          path,
          status,
          waited_ms
        }))
      ).toStrictEqual([
        {
          path: "/root/lead",
          parent: null,
          status: "completed",
          waited_ms: 2_000,
          answer: [
            "started /root/lead/worker",
            "started /root/lead/worker#2",
            "Ended: /root/lead/worker completed, /root/lead/worker#2 completed",
            "",
            "## /root/lead/worker: completed\ndid left",
            "",
            "## /root/lead/worker#2: completed\ndid right"
          ].join("\n")
        },
        { path: "/root/lead/worker", parent: "/root/lead", status: "completed", waited_ms: 0, answer: "did left" },
        { path: "/root/lead/worker#2", parent: "/root/lead", status: "completed", waited_ms: 0, answer: "did right" },
        { path: "/root/worker", parent: null, status: "completed", waited_ms: 0, answer: "did alone" }
      ])
      expect([result.status, result.wallMs, result.sequentialMs]).toStrictEqual(["completed", 2_000, 4_000])
      expect(result.budget.tokens.used).toBe(result.usage.total)
      expect(facts.filter(({ fact }) => fact._tag === "Waiting" || fact._tag === "Resumed")).toStrictEqual([
        { path: "/root/lead", fact: { _tag: "Waiting", paths: ["/root/lead/worker", "/root/lead/worker#2"] } },
        { path: "/root/lead", fact: { _tag: "Resumed", ms: 2_000 } }
      ])
    })
  )

  it.effect(
    "has as many of them at work as there are places, in the order asked; the others wait and are not refused",
    () =>
      Effect.gen(function* () {
        let [atWork, most] = [0, 0]
        const order: Array<string> = []
        const { facts, result } = yield* play({ agents: [asked(lead(), "many")], maxSpawnedAtOnce: 2 }, (request) => {
          const { goal } = request.brief
          if (goal === "many") return fansOut(numbers(7).map((index) => `part ${index}`))(request)
          return Effect.gen(function* () {
            order.push(goal)
            atWork += 1
            most = Math.max(most, atWork)
            yield* nap(1)
            atWork -= 1
            return { text: goal }
          })
        })
        expect(most).toBe(2)
        expect(order).toStrictEqual(numbers(7).map((index) => `part ${index}`))
        expect(result.wallMs).toBe(4_000)
        expect(result.agents.map(({ answer }) => answer).slice(1)).toStrictEqual(order)
        expect(facts.flatMap(({ fact, path }) => (fact._tag === "Queued" ? [path] : []))).toStrictEqual(
          numbers(5).map((index) => `/root/lead/worker#${index + 3}`)
        )
      })
  )

  it.effect("gives its place to them while it waits: the deepest chain comes to its end with a single place", () =>
    Effect.gen(function* () {
      const { result } = yield* play(
        { agents: [asked(lead(), "level 0")], limits: { depth: 6 }, maxSpawnedAtOnce: 1, maxParallel: 1 },
        (request) => {
          const level = Number(request.brief.goal.slice(6))
          const turn = turnOf(request)
          if (level === 6 || turn === 3) return takes(1, `level ${level} done`)
          // Two below each: one is queued behind the other.
          if (turn === 0) return { calls: [spawnCall("lead", `level ${level + 1}`), spawnCall("worker", "level 6")] }
          return { calls: [turn === 1 ? waitCall() : otherCall("list_agents", {})] }
        }
      )
      expect(result.agents.filter(({ status }) => status === "completed").length).toBe(1 + 6 + 6)
      expect(result.status).toBe("completed")
    })
  )

  it.effect("comes back to its work before one that waits its turn begins", () =>
    Effect.gen(function* () {
      const order: Array<string> = []
      yield* play({ agents: [asked(lead(), "top")], maxSpawnedAtOnce: 1 }, (request) => {
        const { goal } = request.brief
        const turn = turnOf(request)
        order.push(`${goal} ${turn}`)
        if (goal === "top") {
          if (turn === 0) return { calls: [spawnCall("lead", "middle"), spawnCall("worker", "late")] }
          return turn === 1 ? { calls: [waitCall()] } : { text: "done" }
        }
        if (goal === "middle") {
          if (turn === 0) return { calls: [spawnCall("worker", "first"), spawnCall("worker", "second")] }
          return turn === 1 ? { calls: [waitCall(["worker"])] } : takes(1, "took in the first")
        }
        return takes(1, goal)
      })
      // `late` asked before `first` and `second` did; `middle` goes on before `first`'s place goes to anybody else.
      expect(order.filter((each) => !each.startsWith("top"))).toStrictEqual([
        "middle 0",
        "middle 1",
        "late 0",
        "first 0",
        "middle 2",
        "second 0",
        "middle 3"
      ])
    })
  )

  it.effect("is told what they found when it answers before they have ended, once for each batch", () =>
    Effect.gen(function* () {
      const { facts, result } = yield* play({ agents: [asked(lead(), "hasty")] }, (request) => {
        if (request.brief.goal !== "hasty") return takes(1, `did ${request.brief.goal}`)
        const turn = turnOf(request)
        if (turn === 0 || turn === 2) return { calls: [spawnCall("worker", `part ${turn}`)] }
        return { text: `answer ${turn}` }
      })
      expect(result.agents.map(({ answer, status }) => [answer, status])).toStrictEqual([
        ["answer 4", "completed"],
        ["did part 0", "completed"],
        ["did part 2", "completed"]
      ])
      const told = facts.flatMap(({ fact }) => (fact._tag === "Told" ? [fact.text] : []))
      expect(told.length).toBe(2)
      expect(told[0]).toContain("did part 0")
      expect(told[1]).toContain("did part 2")
      expect(told[1]).not.toContain("did part 0")
    })
  )
})

describe("a started agent", () => {
  it.effect("may do no more than its starter may", () =>
    Effect.gen(function* () {
      const narrow = lead({ permissions: { read: ["nowhere/**"], spawn: ["worker"] } })
      const { result } = yield* play({ agents: [asked(narrow, "narrow")] }, (request) => {
        if (request.brief.goal === "narrow" && turnOf(request) === 0) {
          return { calls: [spawnCall("worker", "read"), spawnCall("lead", "another"), spawnCall("explorer", "look")] }
        }
        if (request.brief.goal === "read" && turnOf(request) === 0)
          return { calls: [otherCall("read_file", { path: "a.ts" })] }
        return request.brief.goal === "narrow" && turnOf(request) === 1
          ? { calls: [waitCall()] }
          : { text: toolTexts(request.messages).join("\n") }
      })
      const [first, child] = result.agents
      expect(child?.answer).toContain("reading a.ts is not granted to lead")
      expect(first?.answer).toContain(
        "denied by the policy: spawning lead is not granted to lead; what may be spawned: worker"
      )
      expect(first?.answer).toContain("denied by the policy: spawning explorer is not granted to lead")
    })
  )

  it.effect("that breaks is its own failed result, with what to do about it", () =>
    Effect.gen(function* () {
      const { result } = yield* play({ agents: [asked(lead(), "brave")] }, (request) => {
        if (request.brief.goal === "brave") return fansOut(["broken", "whole"])(request)
        return request.brief.goal === "broken" ? Effect.die(new Error("a bug")) : takes(1, "whole")
      })
      expect(result.agents.map(({ error, status }) => [status, error?.tag ?? null])).toStrictEqual([
        ["completed", null],
        ["failed", "AgentDefect"],
        ["completed", null]
      ])
      expect(result.status).toBe("completed")
      expect(result.agents[0]?.answer).toContain(
        "## /root/lead/worker: failed\nError: /root/lead/worker crashed: Error: a bug\nTo do: do its part yourself, or start it again with a goal that avoids this\nIt gave no answer."
      )
    })
  )

  it.effect("ends with the one that started it, when that fails, is cut at its time or is cancelled", () =>
    Effect.gen(function* () {
      const cases = [
        { name: "fails", limits: {}, status: ["failed", "cancelled", "cancelled", "cancelled"] },
        { name: "late", limits: { wallMs: 5_000 }, status: ["timed_out", "timed_out", "cancelled", "timed_out"] }
      ]
      for (const { limits, name, status } of cases) {
        const { result } = yield* play({ agents: [asked(lead({ limits }), name)], maxSpawnedAtOnce: 2 }, (request) => {
          const turn = turnOf(request)
          if (request.brief.goal === "below")
            return turn === 0 ? { calls: [spawnCall("worker", "for ever")] } : sleepsOn
          if (request.brief.goal !== name) return sleepsOn
          if (turn === 0) return { calls: [spawnCall("lead", "below"), spawnCall("worker", "queued")] }
          return turn === 1
            ? { calls: [waitCall(["nobody"])] }
            : Effect.andThen(nap(2), name === "late" ? sleepsOn : Effect.die("broken"))
        })
        expect(result.agents.map((agent) => agent.status)).toStrictEqual(status)
        expect(result.budget.tokens.used).toBe(result.agents.reduce((sum, { tokensCharged }) => sum + tokensCharged, 0))
      }
    })
  )

  it.effect("has no more time than the run", () =>
    Effect.gen(function* () {
      const { result } = yield* play({ agents: [asked(lead(), "slow")], limits: { wallMs: 3_000 } }, (request) =>
        request.brief.goal === "slow" ? fansOut(["one"])(request) : sleepsOn
      )
      expect(result.agents.map(({ durationMs, error, status }) => [status, error?.tag, durationMs])).toStrictEqual([
        ["timed_out", "DeadlineExceeded", 3_000],
        ["timed_out", "DeadlineExceeded", 3_000]
      ])
      expect(result.limitReached).toBe("deadline")
    })
  )

  it.effect("can be ended by its starter, whether it is at work, waits or is queued", () =>
    Effect.gen(function* () {
      const { result } = yield* play({ agents: [asked(lead(), "strict")], maxSpawnedAtOnce: 1 }, (request) => {
        const { goal } = request.brief
        const turn = turnOf(request)
        if (goal === "strict") {
          if (turn === 0)
            return { calls: [spawnCall("lead", "waits"), spawnCall("worker", "works"), spawnCall("worker", "queued")] }
          if (turn === 1) return Effect.as(nap(1), { calls: [otherCall("interrupt_agent", { path: "worker#2" })] })
          if (turn === 2) return { calls: [otherCall("interrupt_agent", { path: "/root/lead/lead" })] }
          if (turn === 3) return { calls: [otherCall("interrupt_agent", { path: "worker" })] }
          if (turn === 4)
            return { calls: [waitCall(), waitCall(["lead"]), otherCall("interrupt_agent", { path: "worker#2" })] }
          return { text: toolTexts(request.messages).slice(3).join("\n---\n") }
        }
        if (goal !== "waits") return sleepsOn
        return turn === 0
          ? { text: "I ask around.", calls: [spawnCall("worker", "never begins")] }
          : { calls: [waitCall()] }
      })
      expect(result.agents.map(({ path, status }) => [path, status])).toStrictEqual([
        ["/root/lead", "completed"],
        ["/root/lead/lead", "cancelled"],
        ["/root/lead/lead/worker", "cancelled"],
        ["/root/lead/worker", "cancelled"],
        ["/root/lead/worker#2", "cancelled"]
      ])
      const block = (path: string, how: string, answer: string) =>
        `## ${path}: cancelled\nError: ${path} was cancelled${how}\nTo do: go on without it, or start it again\n${answer}`
      const queued = block("/root/lead/worker#2", " before its turn came", "It gave no answer.")
      const waits = block("/root/lead/lead", "", "I ask around.")
      expect(result.agents[0]?.answer.split("\n---\n")).toStrictEqual([
        queued,
        waits,
        block("/root/lead/worker", "", "It gave no answer."),
        "No agent of yours is at work, and you know all results.",
        waits,
        queued
      ])
    })
  )
})
