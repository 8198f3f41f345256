/**
 * Runs that have come to an end before their work was done, and are taken up again: cancelled, at a limit, out of time,
 * without a provider, or spoken to afterwards.
 */
import { afterAll, describe, expect, it } from "@effect/vitest"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as TestClock from "effect/testing/TestClock"
import { AgentPath } from "../../src/domain/Ids.ts"
import { ModelError } from "../../src/model/ModelError.ts"
import type { RunResult } from "../../src/runtime/RunResult.ts"
import { NotResumable, Runtime } from "../../src/runtime/Runtime.ts"
import type { More } from "../../src/runtime/resume/LimitsNow.ts"
import * as ScriptedModel from "../../src/testing/ScriptedModel.ts"
import { askedAgain, begin, chargedIn, eventsOf, goOn, makeDisk, processOn } from "./Resuming.ts"
import {
  asked,
  lead,
  makeFolder,
  otherCall,
  type Script,
  spawnCall,
  toolTexts,
  turnOf,
  waitCall,
  worker
} from "./Team.ts"

const folder = makeFolder()
afterAll(folder.remove)

const first = "/root/worker"

const statesOf = ({ agents, status }: RunResult) => [
  status,
  ...agents.map(({ answer, status }) => `${status}: ${answer}`)
]

/** Reads on until it is told to close, or has read enough. */
const reader =
  (enough: number): Script =>
  (request) => {
    const turn = turnOf(request)
    if (request.closing) return { text: `closed after ${turn}` }
    return turn < enough ? { calls: [otherCall("read_file", { path: `${turn}.txt` })] } : { text: `read ${turn}` }
  }

const newProcess = makeDisk.pipe(
  Effect.map((disk) => (script: Script) => processOn(disk, folder.root, ScriptedModel.layer(script)))
)

describe("a run that was cancelled", () => {
  it.effect("goes on where it stood, and asks for nothing again that was answered", () =>
    Effect.gen(function* () {
      const process = yield* newProcess
      const reached = yield* Deferred.make<void>()
      const script =
        (stops: boolean): Script =>
        (request) => {
          const turn = turnOf(request)
          if (request.brief.goal === "part") {
            if (turn === 0) return { calls: [otherCall("read_file", { path: "a.txt" })] }
            return stops ? Effect.andThen(Deferred.succeed(reached, undefined), Effect.never) : { text: "a part" }
          }
          if (turn === 0) return { calls: [spawnCall("worker", "part")] }
          return turn === 1 ? { calls: [waitCall()] } : { text: `got ${toolTexts(request.messages).at(-1)?.slice(-6)}` }
        }
      const cancelled = yield* Effect.gen(function* () {
        const handle = yield* (yield* Runtime).start({ workspace: folder.root, agents: [asked(lead(), "top")] })
        yield* Deferred.await(reached)
        return yield* handle.cancel
      }).pipe(Effect.scoped, Effect.provide(process(script(true))))
      expect(statesOf(cancelled)).toStrictEqual(["cancelled", "cancelled: ", "cancelled: "])
      const { events, result } = yield* Effect.gen(function* () {
        const result = yield* goOn(cancelled.run)
        return { result, events: yield* eventsOf(cancelled.run) }
      }).pipe(Effect.provide(process(script(false))))
      expect(statesOf(result)).toStrictEqual(["completed", "completed: got a part", "completed: a part"])
      expect(askedAgain(events)).toStrictEqual([])
      expect(result.budget.tokens.used).toBe(chargedIn(events))
      expect(result.agents.map(({ turns }) => turns)).toStrictEqual([3, 2])
    })
  )
})

describe("a run that was paused at a limit", () => {
  it.effect("is not taken up while the limit is as it was, and says what would have to come", () =>
    Effect.gen(function* () {
      const process = yield* newProcess
      const request = { workspace: folder.root, agents: [asked(worker({ tokens: 4_000 }), "read")] }
      const paused = yield* begin(request).pipe(Effect.provide(process(reader(40))))
      expect(paused.status).toBe("paused")
      const refused = yield* Effect.flip(goOn(paused.run)).pipe(Effect.provide(process(reader(40))))
      expect(refused).toBeInstanceOf(NotResumable)
      expect(String(refused)).toContain(`run ${paused.run} is paused at a limit, and nothing was added to it`)
      const [, more = ""] = /--budget \+(\d+)/.exec("hint" in refused ? refused.hint : "") ?? []
      expect(Number(more)).toBeGreaterThan(0)
      const result = yield* goOn(paused.run, { more: { tokens: Number(more) } }).pipe(
        Effect.provide(process(reader(40)))
      )
      expect(result.agents[0]?.turns).toBeGreaterThan(paused.agents[0]?.turns ?? 0)
    })
  )

  it.effect("goes on with what comes, for itself and the whole, and within that", () =>
    Effect.gen(function* () {
      const process = yield* newProcess
      const request = {
        workspace: folder.root,
        agents: [asked(worker(), "read"), asked(worker(), "read too")],
        limits: { tokens: 8_000 }
      }
      const paused = yield* begin(request).pipe(Effect.provide(process(reader(12))))
      expect([paused.status, paused.limitReached, paused.budget.tokens.limit]).toStrictEqual([
        "paused",
        "budget",
        8_000
      ])
      const { events, result } = yield* Effect.gen(function* () {
        const result = yield* goOn(paused.run, { more: { tokens: 200_000 } })
        return { result, events: yield* eventsOf(paused.run) }
      }).pipe(Effect.provide(process(reader(12))))
      expect(statesOf(result)).toStrictEqual(["completed", "completed: read 12", "completed: read 12"])
      expect([result.limitReached, result.budget.tokens.limit]).toStrictEqual([null, 208_000])
      expect(result.budget.tokens.used).toBe(chargedIn(events))
      expect(askedAgain(events)).toStrictEqual([])
    })
  )

  it.effect("goes on with a higher limit of turns", () =>
    Effect.gen(function* () {
      const process = yield* newProcess
      const request = { workspace: folder.root, agents: [asked(worker(), "read")], limits: { turns: 3 } }
      const paused = yield* begin(request).pipe(Effect.provide(process(reader(4))))
      expect(statesOf(paused)).toStrictEqual(["paused", "paused: closed after 2"])
      const refused = yield* Effect.flip(goOn(paused.run)).pipe(Effect.provide(process(reader(4))))
      expect("hint" in refused ? refused.hint : "").toContain("--max-turns 4")
      const result = yield* goOn(paused.run, { more: { turns: 8 } }).pipe(Effect.provide(process(reader(4))))
      expect(statesOf(result)).toStrictEqual(["completed", "completed: read 4"])
    })
  )
})

describe("a run whose time was over", () => {
  it.effect("has all of it again, and its wall time is that of both stretches", () =>
    Effect.gen(function* () {
      const process = yield* newProcess
      const reached = yield* Deferred.make<void>()
      const slow: Script = () => Effect.andThen(Deferred.succeed(reached, undefined), Effect.never)
      const request = { workspace: folder.root, agents: [asked(worker(), "slow")], limits: { wallMs: 60_000 } }
      const late = yield* Effect.gen(function* () {
        const fiber = yield* Effect.forkChild(begin(request), { startImmediately: true })
        yield* Deferred.await(reached)
        yield* TestClock.adjust("1 minute")
        return yield* Fiber.join(fiber)
      }).pipe(Effect.provide(process(slow)))
      expect([late.status, late.limitReached, late.wallMs]).toStrictEqual(["timed_out", "deadline", 60_000])
      yield* TestClock.adjust("1 hour")
      const again = yield* Deferred.make<void>()
      const slower: Script = () =>
        Effect.andThen(Deferred.succeed(again, undefined), Effect.as(Effect.sleep("50 seconds"), { text: "done" }))
      const result = yield* Effect.gen(function* () {
        const fiber = yield* Effect.forkChild(goOn(late.run), { startImmediately: true })
        yield* Deferred.await(again)
        yield* TestClock.adjust("50 seconds")
        return yield* Fiber.join(fiber)
      }).pipe(Effect.provide(process(slower)))
      expect([result.status, result.limitReached, result.wallMs]).toStrictEqual(["completed", null, 110_000])
      expect(result.agents[0]?.durationMs).toBe(110_000)
    })
  )
})

describe("an agent whose own time was over", () => {
  it.effect("has all of it again when its run goes on, or what comes to it", () =>
    Effect.gen(function* () {
      const process = yield* newProcess
      /** The model answers after a quarter of a minute. */
      const passing = <E>(run: Effect.Effect<RunResult, E, Runtime>) =>
        Effect.gen(function* () {
          const reached = yield* Deferred.make<void>()
          const slow: Script = () =>
            Effect.andThen(
              Deferred.succeed(reached, undefined),
              Effect.as(Effect.sleep("15 seconds"), { text: "done" })
            )
          const fiber = yield* Effect.forkChild(Effect.provide(run, process(slow)), { startImmediately: true })
          yield* Deferred.await(reached)
          yield* TestClock.adjust("1 minute")
          const { agents, status } = yield* Fiber.join(fiber)
          return [status, agents[0]?.error?.limitMs]
        })
      const agents = [{ ...asked(worker(), "slow"), limits: { wallMs: 2_000 } }]
      let run: RunResult["run"] | undefined
      const late = begin({ workspace: folder.root, agents }).pipe(
        Effect.tap((result) => Effect.sync(() => (run = result.run)))
      )
      const again = (more: More = {}) =>
        Effect.suspend(() => (run === undefined ? Effect.die("it has not begun") : goOn(run, { more })))
      const ends = [late, again(), again({ moreMs: 10_000 }), again(), again({ moreMs: 16_000 })]
      expect(yield* Effect.forEach(ends, passing)).toStrictEqual([
        ["timed_out", 2_000],
        ["timed_out", 2_000],
        ["timed_out", 10_000],
        ["timed_out", 12_000],
        ["completed", undefined]
      ])
    })
  )
})

describe("a run whose provider was away", () => {
  it.effect("goes on once it is back, with the turns that it had", () =>
    Effect.gen(function* () {
      const process = yield* newProcess
      const away: Script = (request) =>
        turnOf(request) === 0
          ? { calls: [otherCall("read_file", { path: "a.txt" })] }
          : new ModelError({ model: "scripted", stage: "unsent", reason: { _tag: "Unauthorized", status: 401 } })
      const failed = yield* begin({ workspace: folder.root, agents: [asked(worker(), "read")] }).pipe(
        Effect.provide(process(away))
      )
      expect([failed.status, failed.agents[0]?.error?.tag]).toStrictEqual(["failed", "ModelError"])
      const { events, result } = yield* Effect.gen(function* () {
        const result = yield* goOn(failed.run)
        return { result, events: yield* eventsOf(failed.run) }
      }).pipe(Effect.provide(process(reader(1))))
      expect(statesOf(result)).toStrictEqual(["completed", "completed: read 1"])
      expect(askedAgain(events)).toStrictEqual([])
    })
  )
})

describe("a run that is complete", () => {
  const answers: Script = (request) => {
    const said = request.messages.filter((message) => message._tag === "User").at(-1)?.text ?? ""
    return { text: said.includes("And in French?") ? "en français" : "in English" }
  }
  const request = { workspace: folder.root, agents: [asked(worker(), "say it"), asked(worker(), "and you")] }

  it.effect("has nothing left to do", () =>
    Effect.gen(function* () {
      const process = yield* newProcess
      const done = yield* begin(request).pipe(Effect.provide(process(answers)))
      const before = yield* eventsOf(done.run).pipe(Effect.provide(process(answers)))
      const refused = yield* Effect.flip(goOn(done.run)).pipe(Effect.provide(process(answers)))
      expect(refused).toStrictEqual(new NotResumable({ run: done.run, reason: { _tag: "Completed" } }))
      expect(yield* eventsOf(done.run).pipe(Effect.provide(process(answers)))).toStrictEqual(before)
    })
  )

  it.effect("goes on when something is said to it, and the others keep their answers", () =>
    Effect.gen(function* () {
      const process = yield* newProcess
      const done = yield* begin(request).pipe(Effect.provide(process(answers)))
      const say = [{ to: null, text: "And in French?" }]
      const result = yield* goOn(done.run, { say }).pipe(Effect.provide(process(answers)))
      expect(statesOf(result)).toStrictEqual(["completed", "completed: en français", "completed: in English"])
      expect(result.agents.map(({ turns }) => turns)).toStrictEqual([2, 1])
    })
  )

  it.effect("takes what is said to a child of it to all those above the child", () =>
    Effect.gen(function* () {
      const process = yield* newProcess
      const script: Script = (request) => {
        const turn = turnOf(request)
        const last = request.messages.at(-1)
        if (request.brief.goal === "part") {
          return { text: last?._tag === "User" && last.text.includes("Look again") ? "found more" : "found" }
        }
        if (turn === 0) return { calls: [spawnCall("worker", "part")] }
        if (turn === 1) return { calls: [waitCall()] }
        return { text: last?.text.includes("found more") ? "more" : "that is all" }
      }
      const done = yield* begin({ workspace: folder.root, agents: [asked(lead(), "top")] }).pipe(
        Effect.provide(process(script))
      )
      expect(statesOf(done)).toStrictEqual(["completed", "completed: that is all", "completed: found"])
      const say = [{ to: AgentPath.make("/root/lead/worker"), text: "Look again" }]
      const result = yield* goOn(done.run, { say }).pipe(Effect.provide(process(script)))
      expect(statesOf(result)).toStrictEqual(["completed", "completed: more", "completed: found more"])
    })
  )

  it.effect("does not know agents that it never had", () =>
    Effect.gen(function* () {
      const process = yield* newProcess
      const done = yield* begin(request).pipe(Effect.provide(process(answers)))
      const nobody = AgentPath.make("/root/nobody")
      const say = [{ to: nobody, text: "And in French?" }]
      const refused = yield* Effect.flip(goOn(done.run, { say })).pipe(Effect.provide(process(answers)))
      const known = [AgentPath.make(first), AgentPath.make(`${first}#2`)]
      expect(refused).toStrictEqual(
        new NotResumable({ run: done.run, reason: { _tag: "NoSuchAgent", path: nobody, known } })
      )
    })
  )
})
