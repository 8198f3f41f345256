import { afterAll, describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import type { Priority } from "../../src/domain/Priority.ts"
import type { AgentRequest } from "../../src/runtime/RunRequest.ts"
import {
  asked,
  inTime,
  lead,
  makeFolder,
  nap,
  runTeam,
  type Script,
  spawnCall,
  turnOf,
  waitCall,
  worker
} from "./Team.ts"

const folder = makeFolder()
afterAll(folder.remove)

const urgent = (priority: Priority, goal: string): AgentRequest => ({ ...asked(worker(), goal), priority })

/** Each works for a second; tells in which order they began. */
const working = () => {
  const begun: Array<string> = []
  const script: Script = ({ brief }) =>
    Effect.gen(function* () {
      begun.push(brief.goal)
      yield* nap(1)
      return { text: "It is done." }
    })
  return { begun, script }
}

describe("agents that are more urgent", () => {
  it.effect("get to work before others that were asked for earlier", () =>
    Effect.gen(function* () {
      const { begun, script } = working()
      const agents = [urgent("low", "a"), asked(worker(), "b"), urgent("high", "c"), asked(worker(), "d")]
      const { result } = yield* inTime(runTeam(folder.root, { agents, maxParallel: 1 }, script))
      expect([begun, result.agents.map(({ goal }) => goal)]).toStrictEqual([
        ["c", "b", "d", "a"],
        ["a", "b", "c", "d"]
      ])
    })
  )

  it.effect("do not keep others from it for ever: every eighth place goes to who was asked for first", () =>
    Effect.gen(function* () {
      const { begun, script } = working()
      const many = Array.from({ length: 12 }, (_, index) => urgent("high", `${index}`))
      yield* inTime(runTeam(folder.root, { agents: [urgent("low", "low"), ...many], maxParallel: 2 }, script))
      expect(begun.indexOf("low")).toBe(7)
    })
  )

  it.effect("get their part of a narrow budget first", () =>
    Effect.gen(function* () {
      const { script } = working()
      const agents = [urgent("low", "a"), urgent("high", "b")]
      const { result } = yield* inTime(runTeam(folder.root, { agents, limits: { tokens: 2_600 } }, script))
      expect(result.agents.map(({ goal, turns }) => [goal, turns])).toStrictEqual([
        ["a", 0],
        ["b", 1]
      ])
    })
  )

  it.effect("have those that they start come before those of others", () =>
    Effect.gen(function* () {
      const begun: Array<string> = []
      const waiting = new Set<string>()
      const script: Script = (request) =>
        Effect.gen(function* () {
          const { agent, goal } = request.brief
          if (agent === "worker") {
            begun.push(goal)
            // The first is at work until all others are in the line.
            do yield* nap(0.1)
            while (waiting.size < 2)
            return { text: "It is done." }
          }
          const turn = turnOf(request)
          // The urgent one asks last.
          while (goal === "soon" && !waiting.has("later")) yield* nap(0.1)
          if (turn === 0) return { calls: [1, 2, 3].map((part) => spawnCall("worker", `${goal} ${part}`)) }
          waiting.add(goal)
          return turn === 1 ? { calls: [waitCall()] } : { text: "Done." }
        })
      const agents = [asked(lead(), "later"), { ...asked(lead(), "soon"), priority: "high" as const }]
      const { facts } = yield* inTime(runTeam(folder.root, { agents, maxSpawnedAtOnce: 1 }, script))
      expect(begun).toStrictEqual(["later 1", "soon 1", "soon 2", "soon 3", "later 2", "later 3"])
      const queued = new Map(facts.flatMap(({ fact }) => (fact._tag === "Queued" ? [[fact.goal, fact] as const] : [])))
      // The others may have been told before all had come.
      expect(
        ["later 3", "soon 3"].map((goal) => {
          const { of, position, priority } = queued.get(goal) ?? {}
          return { of, position, priority }
        })
      ).toStrictEqual([
        { of: 2, position: 2, priority: undefined },
        { of: 5, position: 3, priority: "high" }
      ])
    })
  )
})
