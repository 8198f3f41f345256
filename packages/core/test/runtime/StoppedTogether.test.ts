/**
 * Runs that end before their agents do: at somebody's order or at their deadline. Nobody is told of an end that only came
 * with its own, so all of them go on when the run is taken up again.
 */
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { afterAll, describe, expect, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { RunRequest } from "../../src/runtime/RunRequest.ts"
import type { RunResult } from "../../src/runtime/RunResult.ts"
import { type RunHandle, Runtime } from "../../src/runtime/Runtime.ts"
import * as ScriptedModel from "../../src/testing/ScriptedModel.ts"
import * as OwnTools from "../../src/tool/OwnTools.ts"
import type { AnyTool } from "../../src/tool/Tool.ts"
import { named, passing } from "./Lives.ts"
import { begin, eventsOf, goOn, makeDisk, processOn } from "./Resuming.ts"
import {
  asked,
  lead,
  makeFolder,
  otherCall,
  runTeam,
  type Script,
  spawnCall,
  toolTexts,
  turnOf,
  waitCall,
  withScript
} from "./Team.ts"

const folder = makeFolder()
afterAll(folder.remove)
const keeperFile = `---
name: keeper
description: Works
tools: read_file
supervision:
  restart: transient
---
Work.
`
writeFileSync(join(folder.root, ".deputize", "agents", "keeper.md"), keeperFile)

const slowToEnd: AnyTool = {
  name: "hang",
  description: "Waits, and takes two seconds to end.",
  parameters: Schema.Struct({}),
  timeLimitMs: null,
  outputCap: 1_000,
  replay: "safe",
  narrower: "wait less",
  actions: () => Effect.succeed([]),
  run: () => Effect.onInterrupt(Effect.never, () => Effect.sleep("2 seconds"))
}

const statesOf = ({ agents, status }: RunResult) => [
  status,
  ...agents.map(({ answer, status }) => `${status}: ${answer}`)
]

/** Who is started after it has, in whole milliseconds, a little less time than is left. */
const oddMs = 300.6

/** Two who wait for somebody that they have started, who finds something only where nothing holds it up. */
const script =
  (child: string, part: Effect.Effect<void>): Script =>
  (request) => {
    if (request.brief.goal === "part") return Effect.as(part, { text: "a part" })
    const turn = turnOf(request)
    if (turn === 0) return Effect.as(Effect.sleep(oddMs), { calls: [spawnCall(child, "part")] })
    return turn === 1 ? { calls: [waitCall()] } : { text: `got ${toolTexts(request.messages).at(-1)?.slice(-6)}` }
  }

const leads = { workspace: folder.root, agents: [asked(lead(), "one"), asked(lead({ name: "other" }), "two")] }

/** What a run is asked for, ended while the ones below wait for a provider, and taken up again. */
const resumed = Effect.fnUntraced(function* (
  request: RunRequest,
  child: string,
  ended: (handle: RunHandle) => RunHandle["wait"]
) {
  const disk = yield* makeDisk
  const process = (part: Effect.Effect<void>) => processOn(disk, folder.root, ScriptedModel.layer(script(child, part)))
  let reached = 0
  const both = yield* Deferred.make<void>()
  const held = Effect.suspend(() => {
    reached += 1
    if (reached === 2) Deferred.doneUnsafe(both, Effect.void)
    return Effect.never
  })
  return yield* Effect.gen(function* () {
    const { events, first } = yield* Effect.gen(function* () {
      const handle = yield* (yield* Runtime).start(request)
      yield* Deferred.await(both)
      const before = (yield* eventsOf(handle.run)).length
      const first = yield* ended(handle)
      return { first, events: (yield* eventsOf(handle.run)).slice(before) }
    }).pipe(Effect.scoped, Effect.provide(process(held)))
    const second = yield* goOn(first.run).pipe(Effect.provide(process(Effect.void)))
    return { first, second, asked: events.flatMap(({ path, type }) => (type === "TurnRequested" ? [path] : [])) }
  }).pipe(passing)
})

const complete = [
  "completed",
  "completed: got a part",
  "completed: a part",
  "completed: got a part",
  "completed: a part"
]

describe("a run that is cancelled while agents wait for others", () => {
  for (const [what, child, request] of [
    ["without restarts", "worker", leads],
    ["with restarts", "worker", { ...leads, supervision: { restart: "transient" } }],
    ["whose agents come back together", "worker", { ...leads, supervision: { strategy: "one-for-all" } }],
    ["with restarts of those that were started alone", "keeper", leads]
  ] as const) {
    it.effect(`${what} asks for nothing more, and goes on with all of them`, () =>
      Effect.gen(function* () {
        const { asked, first, second } = yield* resumed(request, child, ({ cancel }) => cancel)
        expect(statesOf(first)).toStrictEqual(["cancelled", "cancelled: ", "cancelled: ", "cancelled: ", "cancelled: "])
        expect(asked).toStrictEqual([])
        expect(statesOf(second)).toStrictEqual(complete)
      })
    )
  }

  for (const strategy of ["one-for-one", "one-for-all", "rest-for-one"] as const) {
    it.effect(`ends all of them at once, however long each takes, with ${strategy}`, () =>
      Effect.gen(function* () {
        let isCancelled = false
        const late: Array<string> = []
        const scripted: Script = (request) => {
          const { agent } = request.brief
          if (isCancelled) late.push(agent)
          if (agent.startsWith("slow")) return { calls: [otherCall("hang", {})] }
          const reads = otherCall("read_file", { path: `${turnOf(request)}.txt` })
          return Effect.as(Effect.sleep("500 millis"), { calls: [reads] })
        }
        const agents = [
          ...["busy", "slow-1", "slow-2", "slow-3"].map((name) => named(name)),
          named("apart", { supervision: { restart: "temporary" } })
        ]
        const request = { workspace: folder.root, agents, supervision: { strategy } }
        const { result, took } = yield* Effect.gen(function* () {
          const handle = yield* (yield* Runtime).start(request)
          yield* Effect.sleep("3 seconds")
          isCancelled = true
          const at = yield* Clock.currentTimeMillis
          const result = yield* handle.cancel
          return { result, took: (yield* Clock.currentTimeMillis) - at }
        }).pipe(
          Effect.scoped,
          Effect.provide(withScript(folder.root, scripted)),
          Effect.provideService(OwnTools.OwnTools, [slowToEnd]),
          passing
        )
        expect(result.agents.map(({ status }) => status)).toStrictEqual(agents.map(() => "cancelled"))
        expect(late).toStrictEqual([])
        expect(took).toBe(2_000)
      })
    )
  }
})

describe("agents that wait for others when their time is over", () => {
  for (const [what, request, limitReached] of [
    ["with that of the run", { ...leads, limits: { wallMs: 1_000 } }, "deadline"],
    [
      "each with its own",
      { ...leads, agents: leads.agents.map((each) => ({ ...each, limits: { wallMs: 1_000 } })) },
      null
    ]
  ] as const) {
    it.effect(`${what}, ask for nothing more, and go on with those that they have started`, () =>
      Effect.gen(function* () {
        const { asked, first, second } = yield* resumed(request, "worker", ({ wait }) => wait)
        expect(statesOf(first)).toStrictEqual(["timed_out", "timed_out: ", "timed_out: ", "timed_out: ", "timed_out: "])
        expect(first.agents.map(({ error }) => error?.tag)).toStrictEqual(first.agents.map(() => "DeadlineExceeded"))
        expect([first.limitReached, first.wallMs]).toStrictEqual([limitReached, 1_000])
        expect(asked).toStrictEqual([])
        expect(statesOf(second)).toStrictEqual(complete)
      })
    )
  }

  it.effect("have them end a second later by themselves, where they take longer", () =>
    Effect.gen(function* () {
      const times: Array<number> = []
      const scripted: Script = (request) =>
        Effect.gen(function* () {
          const turn = turnOf(request)
          if (request.brief.goal === "one") {
            return { calls: [turn === 0 ? spawnCall("worker", "part") : otherCall("hang", {})] }
          }
          times.push(yield* Clock.currentTimeMillis)
          yield* Effect.sleep("200 millis")
          return { calls: [otherCall("read_file", { path: `${turn}.txt` })] }
        })
      const agents = [asked(lead({ tools: ["read_file", "hang", "spawn_agent"] }), "one")]
      const { result } = yield* runTeam(folder.root, { agents, limits: { wallMs: 3_000 } }, scripted).pipe(
        Effect.provideService(OwnTools.OwnTools, [slowToEnd]),
        passing
      )
      expect(result.agents.map(({ durationMs, error }) => [durationMs, error?.tag])).toStrictEqual([
        [5_000, "DeadlineExceeded"],
        [4_000, "DeadlineExceeded"]
      ])
      expect(Math.max(...times)).toBeLessThan(4_000)
    })
  )
})

describe("agents whose turn comes when the time of the run is over", () => {
  it.effect("do not begin, are charged nothing, and begin when it goes on", () =>
    Effect.gen(function* () {
      const disk = yield* makeDisk
      const process = (script: Script) => processOn(disk, folder.root, ScriptedModel.layer(script))
      const agents = ["one", "two", "three"].map((name) => named(name))
      const request = { workspace: folder.root, agents, maxParallel: 1, limits: { wallMs: 1_000 } }
      const { first, events } = yield* Effect.gen(function* () {
        const first = yield* begin(request)
        return { first, events: yield* eventsOf(first.run) }
      }).pipe(Effect.provide(process(() => Effect.never)), passing)
      expect(statesOf(first)).toStrictEqual(["timed_out", "timed_out: ", "timed_out: ", "timed_out: "])
      expect(first.limitReached).toBe("deadline")
      const late = ["/root/two", "/root/three"]
      expect(events.flatMap(({ path, type }) => (late.includes(path) ? [`${path} ${type}`] : []))).toStrictEqual(
        late.map((path) => `${path} Ended`)
      )
      const hint =
        "Raise --deadline or the agent's wall-time limit, or give it less to do; what it found until then is kept."
      expect(first.agents.slice(1).map(({ error, tokensCharged }) => ({ error, tokensCharged }))).toStrictEqual(
        late.map((path) => ({
          error: {
            tag: "DeadlineExceeded",
            path,
            limitMs: 0,
            message: `${path} had no time left when its turn came`,
            hint
          },
          tokensCharged: 0
        }))
      )
      const second = yield* goOn(first.run).pipe(Effect.provide(process(() => ({ text: "done" }))), passing)
      expect(statesOf(second)).toStrictEqual(["completed", "completed: done", "completed: done", "completed: done"])
    })
  )
})
