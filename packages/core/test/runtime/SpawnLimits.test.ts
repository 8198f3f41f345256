/**
 * What an agent may not start, and what it is told then; in virtual time.
 */
import { mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { afterAll, describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import type { AgentDefinition } from "../../src/definition/AgentDefinition.ts"
import type { ModelRequest } from "../../src/model/Model.ts"
import {
  asked,
  inTime,
  lead,
  makeFolder,
  nap,
  runTeam,
  type Script,
  spawnCall,
  toolTexts,
  turnOf,
  waitCall
} from "./Team.ts"

const folder = makeFolder()
afterAll(folder.remove)
writeFileSync(
  join(folder.root, ".deputize", "agents", "writer.md"),
  "---\nname: writer\ndescription: Writes\ntools: read_file, write_file\n---\nWrite.\n"
)
writeFileSync(join(folder.root, ".deputize", "agents", "broken.yaml"), "name: [broken\n")
mkdirSync(join(folder.root, "notes"))

const play = (request: Parameters<typeof runTeam>[1], script: Script) => inTime(runTeam(folder.root, request, script))

/** Makes these calls in its first turn, waits for whom it has started, and answers with what it was told. */
const tries =
  (...calls: ReadonlyArray<ReturnType<typeof spawnCall>>) =>
  (request: ModelRequest): ReturnType<Script> => {
    const turn = turnOf(request)
    if (turn === 0) return { calls }
    return turn === 1
      ? { calls: [waitCall()] }
      : { text: toolTexts(request.messages).slice(0, calls.length).join("\n") }
  }

const answersOf = (definition: AgentDefinition, more: Partial<Parameters<typeof runTeam>[1]>, script: Script) =>
  Effect.map(play({ agents: [asked(definition, "top")], ...more }, script), ({ events, result }) => ({
    limited: events.flatMap(({ body, type }) => (type === "Limited" ? [body] : [])),
    told: result.agents[0]?.answer.split("\n") ?? [],
    paths: result.agents.map(({ path }) => path),
    result
  }))

describe("an agent is told what to do instead", () => {
  it.effect("where there is no such agent, with the nearest names, and where a definition is broken", () =>
    Effect.gen(function* () {
      const { told } = yield* answersOf(
        lead(),
        {},
        tries(
          spawnCall("explorr", "a"),
          spawnCall("no such thing", "b"),
          spawnCall("broken", "c"),
          spawnCall("../x", "d")
        )
      )
      expect(told[0]).toBe('error: there is no agent named "explorr". Nearest names: explorer.')
      expect(told[1]).toBe('error: there is no agent named "no such thing". Take one of those that you were told of.')
      expect(told[2]).toMatch(
        /^error: broken cannot be read: \.deputize\/agents\/broken\.yaml:2:1:.*Start another agent, or do it yourself\.$/
      )
      expect(told[3]).toBe('error: there is no agent named "../x". Take one of those that you were told of.')
    })
  )

  it.effect("where no level is left below it: the run's, or its own", () =>
    Effect.gen(function* () {
      const script: Script = (request) => {
        const level = Number(request.brief.goal.replace("top", "0"))
        return tries(spawnCall("lead", String(level + 1)))(request)
      }
      const low =
        "error: /root/lead/lead stands as low as agents may stand. Do this part yourself, with your own tools."
      const one = yield* answersOf(lead(), { limits: { depth: 1 } }, script)
      expect(one.result.agents.map(({ answer }) => answer)).toStrictEqual(["started /root/lead/lead", low])
      expect([one.result.status, one.result.limitReached]).toStrictEqual(["completed", "depth"])
      const own = yield* answersOf(lead({ limits: { depth: 1, tokens: 400_000 } }), {}, script)
      expect(own.result.agents.map(({ answer }) => answer)).toStrictEqual(["started /root/lead/lead", low])
      // A limit of its own is its own affair.
      expect(own.result.limitReached).toBe(null)
      const usual = yield* answersOf(lead(), {}, script)
      expect(usual.paths).toStrictEqual([
        "/root/lead",
        "/root/lead/lead",
        "/root/lead/lead/lead",
        "/root/lead/lead/lead/lead"
      ])
      expect(usual.result.agents[3]?.answer).toContain("/root/lead/lead/lead/lead stands as low as agents may stand")
    })
  )

  it.effect("where as many have been started as may be: in the run, or below it", () =>
    Effect.gen(function* () {
      const five = tries(...[1, 2, 3, 4, 5].map((part) => spawnCall("worker", `part ${part}`)))
      const script: Script = (request) => (request.brief.goal === "top" ? five(request) : { text: "done" })
      const whole = yield* answersOf(lead(), { limits: { children: 3 } }, script)
      expect(whole.told.slice(3)).toStrictEqual(
        [4, 5].map(
          () =>
            "error: the 3 agents that this run may start have been started. Do the rest yourself, and take in what those that you have started find."
        )
      )
      expect(whole.paths.length).toBe(4)
      expect([whole.result.status, whole.result.limitReached]).toStrictEqual(["completed", "agents"])
      expect(whole.limited).toStrictEqual([{ _tag: "Limited", by: "agents", path: "/root/lead" }])
      const own = yield* answersOf(lead({ limits: { children: 2, tokens: 400_000 } }), {}, script)
      expect(own.told.slice(2).map((text) => text.slice(0, 60))).toStrictEqual(
        [3, 4, 5].map(() => "error: the 2 agents that /root/lead may start have been started".slice(0, 60))
      )
      expect(own.result.limitReached).toBe(null)
    })
  )

  it.effect(
    "where the very same is under way above it, in other white space too, but not where the inputs differ",
    () =>
      Effect.gen(function* () {
        const again = tries(spawnCall("lead", " Top\n"), spawnCall("lead", "top", { inputs: { part: "one" } }))
        const deeper = tries(spawnCall("lead", "top"), spawnCall("lead", "TOP", { inputs: { part: "one" } }))
        const { result } = yield* answersOf(lead(), {}, (request) =>
          request.messages[0]?._tag === "User" && request.messages[0].text.includes("one")
            ? deeper(request)
            : again(request)
        )
        expect(result.agents.map(({ answer, path }) => [path, answer.split("\n")])).toStrictEqual([
          [
            "/root/lead",
            [
              "error: /root/lead is at work on this very goal, and you are it. Do it yourself, or give away a part of it, with a goal of its own.",
              "started /root/lead/lead"
            ]
          ],
          [
            "/root/lead/lead",
            [
              "error: /root/lead is at work on this very goal, and you are part of its work. Do it yourself, or give away a part of it, with a goal of its own.",
              "error: /root/lead/lead is at work on this very goal, and you are it. Do it yourself, or give away a part of it, with a goal of its own."
            ]
          ]
        ])
      })
  )

  it.effect("where the budget does not do for a turn and an answer: of the child, or of the agent itself", () =>
    Effect.gen(function* () {
      const script: Script = (request) =>
        request.brief.goal === "top"
          ? tries(spawnCall("worker", "much", { budget: 100 }), spawnCall("worker", "more than is left"))(request)
          : { text: "done" }
      const { paths, told } = yield* answersOf(lead({ limits: { tokens: 7_000 } }), {}, script)
      expect(told[0]).toMatch(
        /^error: 100 tokens are too few for this agent\. It needs at least [\d,]+ for a turn and an answer\. Ask for more, or for none: then its definition says how much\.$/
      )
      expect(told[1]).toMatch(
        /^error: \/root\/lead needs [\d,]+ tokens, and [\d,]+ of 7,000 can still be had in the whole run\. Do this part yourself, or leave it out and say so\. An agent for this needs at least [\d,]+ tokens\.$/
      )
      expect(paths).toStrictEqual(["/root/lead"])
    })
  )

  it.effect("where money is limited and the price of the child's model is not known", () =>
    Effect.gen(function* () {
      const file = join(folder.root, ".deputize", "agents", "dear.md")
      writeFileSync(file, "---\nname: dear\ndescription: Dear\nmodel: unheard-of\n---\nThink.\n")
      const facts = { price: null }
      const { result } = yield* inTime(
        runTeam(
          folder.root,
          { agents: [asked(lead(), "top")], limits: { nanoUsd: 1_000_000_000 } },
          tries(spawnCall("dear", "a"), spawnCall("worker", "b")),
          { facts: (name) => (name === "unheard-of" ? facts : {}) }
        )
      )
      expect(result.agents[0]?.answer).toBe(
        "error: the price of unheard-of is not known, so a limit in US dollars cannot be held. Start an agent that names no model of its own, or do it yourself.\nstarted /root/lead/worker"
      )
    })
  )
})

describe("a definition of the repository", () => {
  const writes: Script = (request) => {
    if (request.brief.goal === "top") return tries(spawnCall("writer", "write"))(request)
    return turnOf(request) === 0
      ? { calls: [{ id: "w", name: "write_file", args: JSON.stringify({ path: "notes/a.md", content: "a" }) }] }
      : { text: toolTexts(request.messages).join("\n") }
  }
  const free = lead({ permissions: { write: ["**"] } })

  it.effect("is held to reading when an agent starts it, unless the user trusts the repository", () =>
    Effect.gen(function* () {
      const held = yield* play({ agents: [asked(free, "top")] }, writes)
      expect(held.result.agents[1]?.answer).toContain(
        "writing notes/a.md is not granted to a definition of the repository"
      )
      const started = held.facts.find(({ fact, path }) => fact._tag === "Started" && path === "/root/lead/writer")?.fact
      expect(started?._tag === "Started" && started.unavailable).toStrictEqual([
        ".deputize/agents/writer.md comes with the repository, so it goes without writing more than its artifacts; --trust grants what it asks for"
      ])
      const trusted = yield* play({ agents: [asked(free, "top")], trusted: true }, writes)
      expect(trusted.result.agents[1]?.artifacts).toStrictEqual(["notes/a.md"])
    })
  )
})

describe("budget that others hold", () => {
  it.effect("is waited for, and had when they have ended", () =>
    Effect.gen(function* () {
      const order: Array<string> = []
      const { facts, result } = yield* play(
        { agents: [asked(lead({ limits: { tokens: 18_000 } }), "top")], maxSpawnedAtOnce: 8 },
        (request) => {
          const { goal } = request.brief
          if (goal === "top") return tries(...[1, 2, 3, 4].map((part) => spawnCall("worker", `part ${part}`)))(request)
          order.push(goal)
          return Effect.as(nap(1), { text: goal })
        }
      )
      expect(order).toStrictEqual(["part 1", "part 2", "part 3", "part 4"])
      expect(result.agents.map(({ status }) => status)).toStrictEqual([
        "completed",
        "completed",
        "completed",
        "completed",
        "completed"
      ])
      expect(facts.filter(({ fact }) => fact._tag === "Queued").length).toBeGreaterThan(0)
      expect(result.wallMs).toBeGreaterThanOrEqual(2_000)
      expect(result.budget.tokens.used).toBeLessThanOrEqual(18_000)
    })
  )
})
