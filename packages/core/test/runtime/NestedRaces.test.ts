/**
 * Agents that are ended in the very moment in which they are started, and where they stand in the result, in virtual time.
 */
import { afterAll, describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import {
  asked,
  inTime,
  lead,
  makeFolder,
  nap,
  otherCall,
  runTeam,
  type Script,
  spawnCall,
  toolTexts,
  turnOf,
  worker
} from "./Team.ts"

const folder = makeFolder()
afterAll(folder.remove)

const play = (request: Parameters<typeof runTeam>[1], script: Script) => inTime(runTeam(folder.root, request, script))

describe("an agent that is interrupted while it is being placed", () => {
  it.effect("ends once, stands where it was started, and keeps nobody waiting", () =>
    Effect.gen(function* () {
      const { facts, result } = yield* play({ agents: [asked(lead(), "top")], maxSpawnedAtOnce: 1 }, (request) => {
        if (request.brief.goal !== "top") return Effect.as(nap(5), { text: "done" })
        if (turnOf(request) > 0) return { text: (toolTexts(request.messages)[7] ?? "").split("\n").join(" ") }
        const names = Array.from({ length: 8 }, (_, index) => `worker#${8 - index}`)
        return {
          calls: [
            ...names.map((_, index) => spawnCall("worker", `g${index}`)),
            ...names.map((path) => otherCall("interrupt_agent", { path }))
          ]
        }
      })
      const copies = Array.from({ length: 7 }, (_, index) => `/root/lead/worker#${index + 2}`)
      expect(result.agents.map(({ durationMs, path, status }) => [path, status, durationMs])).toStrictEqual([
        ["/root/lead", "completed", 5_000],
        ["/root/lead/worker", "completed", 5_000],
        ...copies.map((path) => [path, "cancelled", 0])
      ])
      expect(result.agents[0]?.answer).toBe(
        "/root/lead/worker#8 has ended already: /root/lead/worker#8 was cancelled before its turn came"
      )
      const lives = (tag: string) => facts.flatMap(({ fact, path }) => (fact._tag === tag ? [path] : [])).toSorted()
      expect(lives("Queued")).toStrictEqual(copies)
      expect(lives("Ended")).toStrictEqual(["/root/lead", "/root/lead/worker", ...copies])
    })
  )
})

describe("agents of different names", () => {
  it.effect("stand in the order in which they were started, whichever is on record first", () =>
    Effect.gen(function* () {
      const { facts, result } = yield* play(
        { agents: [asked(lead(), "top"), asked(worker(), "beside")], maxSpawnedAtOnce: 2 },
        (request) => {
          if (request.brief.goal !== "top") return Effect.as(nap(1), { text: "done" })
          if (turnOf(request) > 0) return { text: "all" }
          const names = ["worker", "explorer", "debugger", "worker", "code-reviewer"]
          return { calls: names.map((name, index) => spawnCall(name, `g${index}`)) }
        }
      )
      const orders = new Map(
        facts.flatMap(({ fact, path }) =>
          (fact._tag === "Started" || fact._tag === "Queued") && path.startsWith("/root/lead/")
            ? [[path, fact.order]]
            : []
        )
      )
      const inOrder = [1, 2, 3, 4, 5].map((order) => [...orders].find(([, each]) => each === order)?.[0])
      expect(result.agents.map(({ path }) => path)).toStrictEqual(["/root/lead", ...inOrder, "/root/worker"])
    })
  )
})
