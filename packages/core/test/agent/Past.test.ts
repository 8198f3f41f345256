/**
 * What an agent's record says of it, fact by fact.
 */
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as TestClock from "effect/testing/TestClock"
import { type AgentEvent, AgentJournal, type TurnCompleted } from "../../src/agent/AgentEvent.ts"
import * as Past from "../../src/agent/Past.ts"
import { AgentPath, rootPath } from "../../src/domain/Ids.ts"
import { Usage } from "../../src/domain/Usage.ts"
import { Journal } from "../../src/journal/Journal.ts"
import { type ToolEvent, toolEvents } from "../../src/tool/ToolEvent.ts"
import { emptyResult } from "./emptyResult.ts"
import { run } from "./oneAgent.ts"

const path = AgentPath.make("/root/a")

/** Facts, and milliseconds that pass between them. */
type Step = AgentEvent | ToolEvent | number

const isTool = (fact: AgentEvent | ToolEvent): fact is ToolEvent =>
  fact._tag === "Decided" || fact._tag === "Intent" || fact._tag === "Changing" || fact._tag === "Done"

const events = (...steps: ReadonlyArray<Step>) =>
  Effect.gen(function* () {
    const journal = yield* Journal
    yield* journal.open(run)
    for (const step of steps) {
      if (typeof step === "number") yield* TestClock.adjust(step)
      else if (isTool(step)) yield* toolEvents.append(run, path, rootPath, step)
      else yield* AgentJournal.append(run, path, rootPath, step)
    }
    return yield* journal.read(run)
  }).pipe(Effect.provide(Journal.layerMemory))

const pastOf = (...steps: ReadonlyArray<Step>) =>
  Effect.map(events(started, ...steps), (all) => {
    const past = Result.getOrThrow(Past.ofEvents(all))
    if (past === null) throw new Error("it has begun")
    return past
  })

const started: AgentEvent = {
  _tag: "Started",
  agent: "a",
  definition: "d".repeat(64),
  system: "5".repeat(64),
  ceiling: [],
  goal: "goal",
  scope: [],
  prompt: "goal",
  model: "m",
  tokens: null,
  nanoUsd: null,
  wallMs: null,
  turns: 10,
  tools: ["read_file"],
  unavailable: [],
  contextFiles: ["AGENTS.md"]
}

const requested = (turn: number, more: Partial<Extract<AgentEvent, { _tag: "TurnRequested" }>> = {}): AgentEvent => ({
  _tag: "TurnRequested",
  turn,
  attempt: 1,
  reserved: 1_000,
  maxOutputTokens: 400,
  closing: false,
  ...more
})

const completed = (
  turn: number,
  ids: ReadonlyArray<string>,
  finish: "stop" | "length" = "stop"
): typeof TurnCompleted.Type => ({
  _tag: "TurnCompleted",
  turn,
  text: `turn ${turn}`,
  calls: ids.map((id) => ({ id, name: "read_file", args: "{}" })),
  keepsakes: [],
  usage: new Usage({ input: 90, cached: 0, output: 10, reasoning: 0 }),
  charged: 100,
  nanoUsd: 7,
  finish
})

const failed = (turn: number, stage: string, retryInMs: number | null, tag = "ModelError"): AgentEvent => ({
  _tag: "TurnFailed",
  turn,
  attempt: 1,
  charged: 50,
  nanoUsd: null,
  error: { tag, message: "", hint: "", stage },
  retryInMs
})

const intent = (id: string): ToolEvent => ({ _tag: "Intent", call: { id, name: "read_file", args: "{}" } })

const done = (callId: string, more: Partial<Extract<ToolEvent, { _tag: "Done" }>> = {}): ToolEvent => ({
  _tag: "Done",
  callId,
  ok: true,
  text: "text",
  ms: 1,
  changes: [],
  ...more
})

const told = (more: Partial<Extract<AgentEvent, { _tag: "Told" }>> = {}): AgentEvent => ({
  _tag: "Told",
  text: "more",
  ...more
})

const change = { path: "x.txt", before: null, after: "a".repeat(64) }

describe("the past of an agent", () => {
  it.effect("is none before it has begun", () =>
    Effect.gen(function* () {
      const queued: AgentEvent = { _tag: "Queued", agent: "a", goal: "goal" }
      expect(Past.ofEvents(yield* events(queued))).toStrictEqual(Result.succeed(null))
    })
  )

  it.effect("is not guessed at where an event cannot be read", () =>
    Effect.gen(function* () {
      const [first, second] = yield* events(started, done("c"))
      if (first === undefined || second === undefined) throw new Error("both were recorded")
      const strange = { ...second, body: { _tag: "Done", callId: 3 } }
      const unreadable = Result.merge(Past.ofEvents([first, strange]))
      expect(unreadable).toMatchObject({ _tag: "PastUnreadable", path, seq: 2, type: "Done" })
      // What nobody goes on from need not be read, nor what others have recorded.
      const beside = { ...strange, type: "TurnProgress", namespace: "agent" }
      const foreign = { ...strange, namespace: "other" }
      expect(Past.ofEvents([first, beside, foreign])).toStrictEqual(Past.ofEvents([first]))
    })
  )

  it.effect("has the calls of the last turn that have no result, and what they were about to change", () =>
    Effect.gen(function* () {
      const past = yield* pastOf(
        requested(1),
        completed(1, ["a"]),
        intent("a"),
        { _tag: "Changing", callId: "artifact:r.md", change },
        done("a", { changes: [{ ...change, path: "y.txt" }] }),
        requested(2),
        completed(2, ["a", "b", "c", "d"]),
        intent("b"),
        intent("c"),
        done("d", { ok: false, unmade: "unreadable" }),
        { _tag: "Changing", callId: "c", change },
        done("b")
      )
      const call = (id: string) => ({ id, name: "read_file", args: "{}" })
      expect(past.open).toStrictEqual([
        { call: call("a"), isBegun: false, changing: [] },
        { call: call("c"), isBegun: true, changing: [change] }
      ])
      expect(past.unwritten).toStrictEqual([{ callId: "artifact:r.md", changing: [change] }])
      expect(past.changes).toStrictEqual([{ ...change, path: "y.txt" }])
      expect(past.unreadable).toStrictEqual(new Set(["d"]))
      // Three of the second turn have begun or ended, and one of the first.
      expect(past.used).toStrictEqual({ tokens: 200, nanoUsd: 14, calls: 4 })
    })
  )

  it.effect("has used what was charged, and no call that was refused", () =>
    Effect.gen(function* () {
      const { unsettled, used } = yield* pastOf(
        requested(1),
        failed(1, "answered", 0),
        requested(1),
        completed(1, ["a", "b"]),
        done("a", { ok: false, unmade: "refused" }),
        done("b", { ok: false, unmade: "unreadable" }),
        requested(2, { attempt: 3, purpose: "summary" })
      )
      expect(used).toStrictEqual({ tokens: 150, nanoUsd: 7, calls: 1 })
      expect(unsettled).toStrictEqual({
        turn: 2,
        attempt: 3,
        purpose: "summary",
        reserved: 1_000,
        maxOutputTokens: 400
      })
      expect(unsettled && Past.reserveOf({ input: 1, cached: 0.1, output: 4 }, unsettled)).toStrictEqual({
        tokens: 1_000,
        nanoUsd: 600 * 1_000 + 400 * 4_000
      })
    })
  )

  it.effect("knows the files that were shown and written, as they were left", () =>
    Effect.gen(function* () {
      const hash = (letter: string) => letter.repeat(64)
      const { results, seen } = yield* pastOf(
        requested(1),
        completed(1, ["a", "b", "c"]),
        done("a", {
          saw: [
            { path: "x", hash: hash("1") },
            { path: "y", hash: hash("2") }
          ],
          kept: { number: 1, hash: hash("9"), bytes: 12 }
        }),
        done("b", { changes: [{ path: "x", before: hash("1"), after: hash("3") }] }),
        done("c", { changes: [{ path: "y", before: hash("2"), after: null }] })
      )
      expect(seen).toStrictEqual(new Map([["x", hash("3")]]))
      expect(results).toStrictEqual(new Map([[1, { hash: hash("9"), bytes: 12 }]]))
    })
  )

  it.effect("was at work from each beginning to what is on record of it last", () =>
    Effect.gen(function* () {
      const resumed: AgentEvent = { _tag: "Continued", cause: "resume", restart: 0 }
      const queued: AgentEvent = { _tag: "Queued", agent: "a", goal: "goal" }
      const { waitedMs, workedMs } = yield* pastOf(
        5,
        { _tag: "Waiting", paths: [] },
        20,
        { _tag: "Resumed", ms: 20 },
        10,
        requested(1),
        // Killed, and long after that it waits its turn again.
        1_000,
        queued,
        1_000,
        resumed,
        7,
        completed(1, ["w"]),
        { _tag: "Waiting", paths: [] },
        3,
        done("x"),
        1_000,
        resumed,
        2,
        { _tag: "Ended", result: emptyResult },
        1_000,
        resumed
      )
      expect([workedMs, waitedMs]).toStrictEqual([35 + 10 + 2, 20 + 3])
    })
  )

  it.effect("was not at work for less than nothing where the clock was set back", () =>
    Effect.gen(function* () {
      const day = 86_400_000
      const { waitedMs, workedMs } = yield* pastOf(
        5,
        requested(1),
        -day,
        completed(1, ["w"]),
        4,
        { _tag: "Waiting", paths: [] },
        -day,
        { _tag: "Resumed", ms: 20 },
        { _tag: "Waiting", paths: [] },
        6,
        told(),
        -day,
        told()
      )
      // Of the wait of 20 no more is known to have been than there was time.
      expect([workedMs, waitedMs]).toStrictEqual([5 + 4 + 6, 15])
    })
  )

  it.effect("counts what its course counts, since its last turn and in all", () =>
    Effect.gen(function* () {
      const { isClosing, turns } = yield* pastOf(
        requested(1),
        failed(1, "streaming", 5),
        completed(1, []),
        told({ lacking: "checks" }),
        requested(2),
        completed(2, ["a"], "length"),
        done("a", { unmade: "unreadable" }),
        told({ lacking: "form" }),
        requested(3),
        completed(3, ["b"]),
        done("b", { unmade: "unreadable" }),
        requested(4),
        failed(4, "answered", 5),
        requested(4),
        failed(4, "streaming", 5),
        requested(4),
        failed(4, "streaming", null, "Interrupted")
      )
      expect(isClosing).toBe(false)
      expect(turns).toStrictEqual({
        last: { finish: "stop", maxOutputTokens: 400, cutAt: 400 },
        corrections: { checks: 1, form: 1 },
        // The last turn is judged when it is gone on from.
        unreadable: 1,
        failures: { request: 1, stream: 1 },
        cut: 1,
        lost: { tag: "ModelError", message: "", hint: "", stage: "streaming" },
        shortened: 0,
        isUnsummarised: false
      })
    })
  )

  it.effect("knows what was shortened since its last turn, and that a summary came to nothing", () =>
    Effect.gen(function* () {
      const summary = { ...completed(2, []), purpose: "summary" } as const
      const compacted: AgentEvent = { _tag: "Compacted", before: 0, summary: null }
      const shortened = Effect.map(
        pastOf(requested(1), completed(1, []), compacted, requested(2)),
        ({ turns }) => turns
      )
      expect(yield* shortened).toMatchObject({ shortened: 1, isUnsummarised: false })
      const lost = yield* pastOf(requested(1), completed(1, []), compacted, summary)
      expect(lost.turns).toMatchObject({ shortened: 1, isUnsummarised: true })
      const next = yield* pastOf(
        requested(1),
        completed(1, []),
        compacted,
        summary,
        compacted,
        requested(2),
        completed(2, [])
      )
      expect(next.turns).toMatchObject({ shortened: 0, isUnsummarised: false })
    })
  )

  it.effect("was closed for a limit until it is told that it may go on", () =>
    Effect.gen(function* () {
      const cut = [requested(1, { maxOutputTokens: 300 }), completed(1, [], "length")]
      const closed = [...cut, requested(2, { closing: true, why: "length" }), completed(2, [])]
      const past = yield* pastOf(...closed, told({ lacking: "form" }))
      expect([past.isClosing, past.turns.last]).toStrictEqual([
        true,
        { finish: "stop", maxOutputTokens: 400, why: "length", cutAt: 300 }
      ])
      const reopened = yield* pastOf(...closed, told({ lacking: "form" }), told({ reopened: true }))
      expect([reopened.isClosing, reopened.turns.last, reopened.turns.corrections]).toStrictEqual([
        false,
        null,
        { checks: 0, form: 0 }
      ])
    })
  )

  it.effect("knows the limit that it was closed at, until something happens", () =>
    Effect.gen(function* () {
      const failure = { tag: "TurnLimitReached", message: "closed", hint: "" }
      const ended: AgentEvent = { _tag: "Ended", result: { ...emptyResult, status: "paused", error: failure } }
      const resumed: AgentEvent = { _tag: "Continued", cause: "resume", restart: 0 }
      expect((yield* pastOf(ended, resumed)).pausedFor).toStrictEqual(failure)
      expect((yield* pastOf(ended, resumed, told())).pausedFor).toBe(null)
      const other: AgentEvent = { _tag: "Ended", result: { ...emptyResult, status: "failed", error: failure } }
      expect((yield* pastOf(other)).pausedFor).toBe(null)
    })
  )

  it.effect("has the last run of its checks", () =>
    Effect.gen(function* () {
      const check = (command: string, ok: boolean) => ({ command, ok, exitCode: ok ? 0 : 1, output: "" })
      const checked = (command: string, ok: boolean): AgentEvent => ({ _tag: "Checked", check: check(command, ok) })
      const { checks } = yield* pastOf(
        requested(1),
        completed(1, []),
        checked("a", true),
        checked("b", false),
        requested(2),
        completed(2, []),
        checked("a", false)
      )
      expect(checks).toStrictEqual([check("a", false)])
    })
  )
})
