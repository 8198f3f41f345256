/**
 * What an agent is offered of others, and what of it stands on record; in virtual time.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { afterAll, describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { agentsText } from "../../src/agent/Offers.ts"
import { AgentDefinition } from "../../src/definition/AgentDefinition.ts"
import { Blobs } from "../../src/journal/Blobs.ts"
import { Journal } from "../../src/journal/Journal.ts"
import type { ModelRequest } from "../../src/model/Model.ts"
import { Runtime } from "../../src/runtime/Runtime.ts"
import {
  asked,
  factsOf,
  inTime,
  lead,
  makeFolder,
  runTeam,
  type Script,
  spawnCall,
  toolTexts,
  turnOf,
  waitCall,
  withScript,
  worker
} from "./Team.ts"

const folder = makeFolder()
afterAll(folder.remove)

const teamTools = ["spawn_agent", "wait", "send_message", "list_agents", "interrupt_agent", "read_board", "write_board"]

/** All requests, in order. */
const listening = (script: Script) => {
  const heard: Array<ModelRequest> = []
  const listens: Script = (request, before) => {
    heard.push(request)
    return script(request, before)
  }
  return { heard, listens }
}

const starts =
  (...calls: ReadonlyArray<ReturnType<typeof spawnCall>>): Script =>
  (request) => {
    if (request.brief.goal !== "top") return { text: "done" }
    const turn = turnOf(request)
    if (turn === 0) return { calls }
    return turn === 1 ? { calls: [waitCall()] } : { text: toolTexts(request.messages).join("\n") }
  }

describe("tools that deal with others", () => {
  it.effect("come all together to who may start agents, in part to who was started, and to nobody else", () =>
    Effect.gen(function* () {
      const { heard, listens } = listening(starts(spawnCall("worker", "below"), spawnCall("lead", "deeper")))
      yield* inTime(runTeam(folder.root, { agents: [asked(lead(), "top"), asked(worker(), "beside")] }, listens))
      const toolsOf = (goal: string) => heard.find(({ brief }) => brief.goal === goal)?.tools.map(({ name }) => name)
      expect(toolsOf("top")).toStrictEqual(["read_file", ...teamTools])
      expect(toolsOf("deeper")).toStrictEqual(["read_file", ...teamTools])
      expect(toolsOf("below")).toStrictEqual(["read_file", "send_message", "list_agents"])
      expect(toolsOf("beside")).toStrictEqual(["read_file"])
    })
  )

  it.effect("are no use to an agent that was started and does not name them", () =>
    Effect.gen(function* () {
      const { heard, listens } = listening(starts(spawnCall("explorer", "below")))
      yield* inTime(runTeam(folder.root, { agents: [asked(lead(), "top")] }, listens))
      const tools = heard.find(({ brief }) => brief.goal === "below")?.tools.map(({ name }) => name) ?? []
      expect(tools.filter((name) => teamTools.includes(name))).toStrictEqual([])
      expect(tools.length).toBeGreaterThan(0)
    })
  )

  it.effect("come with a line for each agent that may be started, the run's own too, and for no other", () =>
    Effect.gen(function* () {
      const { heard, listens } = listening(() => ({ text: "done" }))
      const some = lead({ permissions: { spawn: ["worker", "lead"] } })
      yield* inTime(runTeam(folder.root, { agents: [asked(some, "top"), asked(worker(), "beside")] }, listens))
      const systemOf = (goal: string) => heard.find(({ brief }) => brief.goal === goal)?.system ?? ""
      expect(systemOf("top").endsWith("\n\nAgents, for spawn_agent:\n- lead: Leads others\n- worker")).toBe(true)
      expect(systemOf("beside")).not.toContain("spawn_agent")
    })
  )

  it("name as many agents as there is room for, and count the others", () => {
    const roles = (count: number) =>
      Array.from({ length: count }, (_, index) => ({ name: `agent-${index}`, description: "d".repeat(300) }))
    expect(agentsText([])).toBe("")
    expect(
      agentsText([
        { name: "a", description: "" },
        { name: "b", description: "one\ntwo" }
      ])
    ).toBe("Agents, for spawn_agent:\n- a\n- b: one")
    for (const [count, lines] of [
      [20, 21],
      [40, 21]
    ] as const) {
      const text = agentsText(roles(count)).split("\n")
      expect(text.length).toBe(lines)
      expect(Math.max(...text.map((line) => line.length))).toBe(120)
    }
    expect(agentsText(roles(40)).split("\n").at(-1)).toMatch(/^- and 21 more: agent-19, agent-20, .*…$/)
  })
})

describe("a definition's file", () => {
  it.effect("grants the agents that it names, and only these", () =>
    Effect.gen(function* () {
      mkdirSync(join(folder.root, ".claude", "agents"), { recursive: true })
      const file = join(folder.root, ".claude", "agents", "chief.md")
      writeFileSync(file, "---\nname: chief\ndescription: Leads\ntools: Read, Task(worker)\n---\nLead.\n")
      const { result } = yield* inTime(
        runTeam(folder.root, { agents: [asked(lead(), "top")] }, (request) => {
          const turn = turnOf(request)
          if (request.brief.goal === "top") return starts(spawnCall("chief", "middle"))(request, turn)
          if (request.brief.goal !== "middle") return { text: "done" }
          if (turn === 0) return { calls: [spawnCall("Worker", "below"), spawnCall("explorer", "below")] }
          return turn === 1 ? { calls: [waitCall()] } : { text: toolTexts(request.messages).slice(0, 2).join("\n") }
        })
      )
      expect(result.agents.map(({ path }) => path)).toStrictEqual([
        "/root/lead",
        "/root/lead/chief",
        "/root/lead/chief/worker"
      ])
      expect(result.agents[1]?.answer.split("\n")).toStrictEqual([
        "started /root/lead/chief/worker",
        expect.stringMatching(/spawning explorer is not granted to chief; what may be spawned: worker$/)
      ])
    })
  )
})

describe("artifacts of copies", () => {
  it.effect("have names of their own in the whole run, whoever starts the copies", () =>
    Effect.gen(function* () {
      const writer = lead({ name: "writer", tools: ["read_file"], artifacts: ["notes.md"] })
      const top = lead({ artifacts: ["notes*.md"] })
      const agents = [asked(top, "top"), asked(writer, "named")]
      const { result } = yield* inTime(
        runTeam(folder.root, { agents }, starts(spawnCall("writer", "one"), spawnCall("writer", "two")))
      )
      expect(result.agents.map(({ artifacts, path }) => [path, artifacts])).toStrictEqual([
        ["/root/lead", []],
        ["/root/lead/writer", ["notes-2.md"]],
        ["/root/lead/writer#2", ["notes-3.md"]],
        ["/root/writer", ["notes.md"]]
      ])
      expect(readFileSync(join(folder.root, "notes-3.md"), "utf8")).toContain("done")
    })
  )
})

describe("the record of an agent", () => {
  it.effect("holds what it was: its definition, what it was told, and what its caller let it do", () =>
    Effect.gen(function* () {
      const { heard, listens } = listening(starts(spawnCall("worker", "below")))
      const top = lead({ limits: { tokens: 50_000, wallMs: 90_000, turns: 7 } })
      yield* inTime(
        Effect.gen(function* () {
          const handle = yield* (yield* Runtime).start({ workspace: folder.root, agents: [asked(top, "top")] })
          yield* handle.wait
          const facts = factsOf(yield* (yield* Journal).read(handle.run))
          const { get } = yield* Blobs
          const started = facts.flatMap(({ fact }) => (fact._tag === "Started" ? [fact] : []))
          const texts = yield* Effect.forEach(started, ({ definition, system }) =>
            Effect.map(Effect.all([get(definition), get(system)]), (bytes) =>
              bytes.map((each) => Buffer.from(each).toString())
            )
          )
          const read = Schema.decodeSync(Schema.fromJsonString(Schema.toCodecJson(AgentDefinition)))
          expect(texts.map(([definition = ""]) => read(definition).name)).toStrictEqual(["lead", "worker"])
          expect(read(texts[0]?.[0] ?? "")).toStrictEqual(top)
          expect(texts.map(([, system]) => system)).toStrictEqual(
            ["top", "below"].map((goal) => heard.find(({ brief }) => brief.goal === goal)?.system)
          )
          expect(
            started.map(({ ceiling, turns, wallMs }) => [ceiling.map(({ label }) => label), turns, wallMs])
          ).toStrictEqual([
            [[], 7, 90_000],
            [["lead"], 60, 90_000]
          ])
        }).pipe(Effect.scoped, Effect.provide(withScript(folder.root, listens)))
      )
    })
  )
})

describe("a run that is cancelled", () => {
  it.effect("ends every agent of the tree, whether it is at work, waits or is queued, and holds nothing", () =>
    Effect.gen(function* () {
      let asking = 0
      const script: Script = (request) => {
        if (request.brief.goal === "top")
          return starts(spawnCall("lead", "middle"), spawnCall("worker", "queued"))(request, 0)
        if (request.brief.goal === "middle" && turnOf(request) === 0) return { calls: [spawnCall("worker", "late")] }
        asking += 1
        return Effect.never
      }
      const turn = Effect.promise(() => new Promise<void>((resolve) => setImmediate(resolve)))
      yield* Effect.gen(function* () {
        const handle = yield* (yield* Runtime).start({
          workspace: folder.root,
          agents: [asked(lead(), "top")],
          maxSpawnedAtOnce: 1
        })
        while (asking === 0) yield* turn
        const result = yield* handle.cancel
        expect(result.agents.map(({ path, status }) => [path, status])).toStrictEqual([
          ["/root/lead", "cancelled"],
          ["/root/lead/lead", "cancelled"],
          ["/root/lead/lead/worker", "cancelled"],
          ["/root/lead/worker", "cancelled"]
        ])
        expect(result.status).toBe("cancelled")
        expect(result.budget.tokens.used).toBe(result.agents.reduce((sum, { tokensCharged }) => sum + tokensCharged, 0))
      }).pipe(Effect.scoped, Effect.provide(withScript(folder.root, script)))
    })
  )
})
