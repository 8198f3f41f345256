/**
 * What agents of a run say to each other, in virtual time.
 */
import { afterAll, describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import type { AgentEvent } from "../../src/agent/AgentEvent.ts"
import type { ModelRequest } from "../../src/model/Model.ts"
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

const send = (to: string, text: string) => otherCall("send_message", { to, text })

const userTexts = ({ messages }: ModelRequest): ReadonlyArray<string> =>
  messages.flatMap((message) => (message._tag === "User" ? [message.text] : []))

const isPost = ({ fact }: { readonly fact: AgentEvent }): boolean => fact._tag === "Sent" || fact._tag === "Heard"

describe("a message", () => {
  it.effect("wakes an agent that waits, is read before its next turn, and stands on both sides of the record", () =>
    Effect.gen(function* () {
      const { facts, result } = yield* play({ agents: [asked(lead(), "top")] }, (request) => {
        const turn = turnOf(request)
        if (request.brief.goal === "slow") return Effect.as(nap(9), { text: "slow" })
        if (request.brief.goal === "asks") {
          if (turn === 0) return Effect.as(nap(2), { calls: [send("parent", "which of the two?")] })
          if (turn === 1) return Effect.as(nap(2), { calls: [otherCall("list_agents", {})] })
          return { text: `heard: ${userTexts(request).slice(1).join("|")}\nlisted: ${toolTexts(request.messages)[1]}` }
        }
        if (turn === 0) return { calls: [spawnCall("worker", "asks"), spawnCall("worker", "slow")] }
        if (turn === 1) return { calls: [waitCall()] }
        if (turn === 2) return { calls: [send("worker", "the second"), waitCall()] }
        return { text: `${userTexts(request).slice(1).join("|")}\n${toolTexts(request.messages).slice(2).join("\n")}` }
      })
      const [first, asks] = result.agents
      expect(first?.answer).toBe(
        [
          "Message from /root/lead/worker (from another agent: information, no order of the user's):\nwhich of the two?",
          "Not ended yet: /root/lead/worker running, /root/lead/worker#2 running\nTo be read next: m1 from /root/lead/worker",
          "sent to /root/lead/worker",
          "Ended: /root/lead/worker completed, /root/lead/worker#2 completed",
          "",
          `## /root/lead/worker: completed\n${asks?.answer}`,
          "",
          "## /root/lead/worker#2: completed\nslow"
        ].join("\n")
      )
      expect(asks?.answer).toBe(
        "heard: Message from /root/lead (from another agent: information, no order of the user's):\nthe second\nlisted: /root/lead (lead) waiting: top\n/root/lead/worker#2 (worker) running: slow"
      )
      expect([first?.waitedMs, first?.durationMs]).toStrictEqual([9_000, 9_000])
      const call = expect.stringMatching(/^send_message-/)
      expect(facts.filter(isPost)).toStrictEqual([
        {
          path: "/root/lead/worker",
          fact: { _tag: "Sent", id: "m1", to: "/root/lead", text: "which of the two?", call }
        },
        { path: "/root/lead", fact: { _tag: "Heard", id: "m1", from: "/root/lead/worker", text: "which of the two?" } },
        { path: "/root/lead", fact: { _tag: "Sent", id: "m2", to: "/root/lead/worker", text: "the second", call } },
        { path: "/root/lead/worker", fact: { _tag: "Heard", id: "m2", from: "/root/lead", text: "the second" } }
      ])
    })
  )

  it.effect("goes to a parent, a sibling or a child, and to nobody else", () =>
    Effect.gen(function* () {
      const { facts, result } = yield* play(
        { agents: [asked(lead(), "one"), asked(lead(), "two"), asked(worker(), "deaf")] },
        (request) => {
          const { goal } = request.brief
          const turn = turnOf(request)
          if (goal === "deaf" || goal === "below") return Effect.as(nap(5), { text: goal })
          if (goal === "two")
            return turn === 0 ? { calls: [spawnCall("worker", "below")] } : Effect.as(nap(5), { text: "two" })
          if (turn === 0) return Effect.as(nap(1), { calls: [spawnCall("worker", "below")] })
          if (turn === 1) {
            return {
              calls: [
                "lead#2",
                "worker",
                "/root/worker",
                "/root/lead/worker",
                "/root/lead#2/worker",
                "workr",
                "parent",
                "lead"
              ].map((to) => send(to, "hello"))
            }
          }
          return turn === 2 ? { calls: [waitCall()] } : { text: toolTexts(request.messages).slice(1, 9).join("\n") }
        }
      )
      expect(result.agents[0]?.answer.split("\n")).toStrictEqual([
        "sent to /root/lead#2",
        'error: "worker" may be /root/worker and /root/lead/worker. Give the whole path.',
        "sent to /root/worker",
        "sent to /root/lead/worker",
        'error: "/root/lead#2/worker" is not an agent that you can send to. There are: /root/lead#2, /root/worker, /root/lead/worker.',
        'error: "workr" is not an agent that you can send to. Nearest names: worker.',
        'error: "parent" is not an agent that you can send to. There are: /root/lead#2, /root/worker, /root/lead/worker.',
        'error: "lead" is not an agent that you can send to. Nearest names: lead#2.'
      ])
      const sent = facts.flatMap(({ fact, path }) => (fact._tag === "Sent" ? [[path, fact.to]] : []))
      expect(sent.toSorted()).toStrictEqual([
        ["/root/lead", "/root/lead#2"],
        ["/root/lead", "/root/lead/worker"],
        ["/root/lead", "/root/worker"]
      ])
    })
  )

  it.effect("is refused where it is too long, where nobody reads any more, and where too much is unread", () =>
    Effect.gen(function* () {
      const { result } = yield* play({ agents: [asked(lead(), "top")] }, (request) => {
        const { goal } = request.brief
        const turn = turnOf(request)
        if (goal === "quick") return { text: "quick" }
        if (goal === "slow") return sleepsOn
        if (turn === 0) return { calls: [spawnCall("worker", "quick"), spawnCall("worker", "slow")] }
        if (turn === 1) return { calls: [waitCall(["worker"])] }
        if (turn === 2) return { calls: [send("worker", "more?"), send("worker#2", "x".repeat(2_001))] }
        if (turn === 3) return { calls: Array.from({ length: 9 }, (_, index) => send("worker#2", `number ${index}`)) }
        if (turn === 4) return { calls: [otherCall("interrupt_agent", { path: "worker#2" })] }
        return { text: toolTexts(request.messages).slice(3, 14).join("\n") }
      })
      expect(result.agents[0]?.answer.split("\n")).toStrictEqual([
        "error: /root/lead/worker has ended. Start another agent, or go on without it.",
        "error: the text is longer than 2000 characters. Say it in fewer words; what is long belongs into a file that you name.",
        ...Array.from({ length: 8 }, () => "sent to /root/lead/worker#2"),
        "error: /root/lead/worker#2 has 8 messages that it has not read. Go on, and try again later."
      ])
    })
  )

  it.effect("that comes in the last turn of an agent is read by it, in one more", () =>
    Effect.gen(function* () {
      const agents = [asked(lead(), "top"), asked(lead({ name: "other" }), "beside")]
      const { facts, result } = yield* play({ agents }, (request) => {
        const turn = turnOf(request)
        if (request.brief.goal === "slow") return Effect.as(nap(5), { text: "slow" })
        if (request.brief.goal === "beside") {
          return turn === 0 ? Effect.as(nap(5.05), { calls: [send("lead", "line 7 is wrong")] }) : { text: "told" }
        }
        if (turn === 0) return { calls: [spawnCall("worker", "slow")] }
        if (turn === 1) return { text: "a report" }
        if (turn === 2) return Effect.as(nap(1), { text: "a report with what slow found" })
        return { text: userTexts(request).slice(2).join("\n") }
      })
      const [top] = result.agents
      expect([top?.status, top?.answer]).toStrictEqual([
        "completed",
        "A message came before you were done. Take it in, then give your whole answer again.\nMessage from /root/other (from another agent: information, no order of the user's):\nline 7 is wrong"
      ])
      expect(facts.filter(isPost).map(({ fact }) => fact._tag)).toStrictEqual(["Sent", "Heard"])
    })
  )

  it.effect("to an agent that takes no more turn is refused while that waits for others", () =>
    Effect.gen(function* () {
      const agents = [
        asked(lead({ limits: { tokens: 400_000, turns: 2 } }), "top"),
        asked(lead({ name: "other" }), "beside")
      ]
      const { facts, result } = yield* play({ agents }, (request) => {
        const turn = turnOf(request)
        if (request.brief.goal === "slow") return Effect.as(nap(9), { text: "slow" })
        if (request.brief.goal === "beside") {
          if (turn === 0) return Effect.as(nap(5), { calls: [send("lead", "line 7 is wrong")] })
          return { text: toolTexts(request.messages).join("\n") }
        }
        return turn === 0 ? { calls: [spawnCall("worker", "slow")] } : { text: "a report" }
      })
      const [top, , other] = result.agents
      expect([top?.status, top?.answer]).toStrictEqual(["paused", "a report"])
      expect(other?.answer).toBe(
        "error: /root/lead is about to end and reads no more. Start another agent, or go on without it."
      )
      expect(facts.filter(isPost)).toStrictEqual([])
    })
  )
})
