/**
 * Agents that crash, hang and fall silent: who lives again, who ends, and what becomes of the others.
 */
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { afterAll, describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import type { Supervision } from "../../src/definition/Supervision.ts"
import { ModelError } from "../../src/model/ModelError.ts"
import { broken, named, play } from "./Lives.ts"
import { makeFolder, otherCall, type Script, spawnCall, toolTexts, turnOf, waitCall } from "./Team.ts"

const folder = makeFolder()
afterAll(folder.remove)
writeFileSync(join(folder.root, "notes.txt"), "one\ntwo\n")

const reads = () => otherCall("read_file", { path: "notes.txt" })
const hangs = () => otherCall("hang", {})

const transient: Supervision = { restart: "transient" }

const run = (...args: Parameters<typeof play> extends [string, ...infer Rest] ? Rest : never) =>
  play(folder.root, ...args)

/** Reads a file, breaks so many times, and answers. */
const breaks = (times: number): Script => {
  let broke = 0
  return (request) => {
    if (turnOf(request) === 0) return { calls: [reads()] }
    broke += 1
    return broke > times ? { text: `read ${toolTexts(request.messages).length}` } : broken
  }
}

/** Each agent by its name. */
const cast =
  (scripts: Readonly<Record<string, Script>>): Script =>
  (request, before) =>
    scripts[request.brief.agent]?.(request, before)

describe("an agent that crashes", () => {
  it.effect("is a failed result, and no more, where nobody has said that it is to be restarted", () =>
    Effect.gen(function* () {
      const agents = [named("weak"), named("strong")]
      const { ends, lives } = yield* run({ agents }, cast({ weak: breaks(1), strong: breaks(0) }))
      expect(ends).toStrictEqual(["/root/weak failed AgentDefect", "/root/strong completed"])
      expect(lives("/root/weak")).toBe(1)
    })
  )

  it.effect("goes on from its record when it is transient, with what it has left, and nothing is done twice", () =>
    Effect.gen(function* () {
      const agents = [named("weak", { supervision: transient }), named("strong")]
      const { course, done, ends, result } = yield* run({ agents }, cast({ weak: breaks(2), strong: breaks(0) }))
      expect(ends).toStrictEqual(["/root/weak completed", "/root/strong completed"])
      expect(result.agents.map(({ answer, toolCalls, turns }) => ({ answer, toolCalls, turns }))).toStrictEqual([
        { answer: "read 1", toolCalls: 1, turns: 2 },
        { answer: "read 1", toolCalls: 1, turns: 2 }
      ])
      expect(done.length).toBe(2)
      const [weak] = result.agents
      // A second before the first restart, two before the second, each up to a quarter shorter.
      expect(weak?.durationMs).toBeGreaterThanOrEqual(2_250)
      expect(weak?.unknownTokens).toBeGreaterThan(0)
      const crash = {
        tag: "AgentDefect",
        path: "/root/weak",
        message: "/root/weak crashed: Error: it broke",
        hint: "This is a fault in deputize. Please report it with the output of the same command and -v."
      }
      expect(course("/root/weak").filter(({ _tag }) => _tag !== "Started" && _tag !== "Ended")).toStrictEqual([
        { _tag: "Continued", cause: "restart", restart: 1, crash },
        { _tag: "Continued", cause: "restart", restart: 2, crash }
      ])
    })
  )

  it.effect("again and again is a failed result in the end, and the others are not touched by it", () =>
    Effect.gen(function* () {
      const agents = [named("weak", { supervision: transient }), named("strong", { supervision: transient })]
      const { ends, lives, result } = yield* run({ agents }, cast({ weak: breaks(99), strong: breaks(1) }))
      expect(ends).toStrictEqual(["/root/weak failed RestartLimitReached", "/root/strong completed"])
      expect([lives("/root/weak"), lives("/root/strong")]).toStrictEqual([4, 2])
      expect(result.agents[0]?.error).toStrictEqual({
        tag: "RestartLimitReached",
        child: "/root/weak",
        intensity: 3,
        periodMs: 60_000,
        last: { tag: "AgentDefect", message: "/root/weak crashed: Error: it broke" },
        message:
          "/root/weak crashed more than 3 times in 60 s and was not started again; the last time: /root/weak crashed: Error: it broke",
        hint: "Look at its last crash; more restarts help only against what passes by itself."
      })
      expect(result.status).toBe("partial")
    })
  )

  it.effect("by its provider lives again after what the provider asked for, with attempts of its own", () =>
    Effect.gen(function* () {
      const limited = new ModelError({
        model: "scripted",
        stage: "answered",
        reason: { _tag: "RateLimited", retryAfterMs: 120_000 }
      })
      let asked = 0
      const { ends, lives, result } = yield* run({ agents: [named("weak", { supervision: transient })] }, () => {
        asked += 1
        return asked === 1 ? limited : { text: "there" }
      })
      expect(ends).toStrictEqual(["/root/weak completed"])
      expect([asked, lives("/root/weak")]).toStrictEqual([2, 2])
      expect(result.agents[0]?.durationMs).toBeGreaterThanOrEqual(120_000)
    })
  )

  it.effect("is never lived again after a limit, a refusal, a looping or its deadline", () =>
    Effect.gen(function* () {
      const supervision: Supervision = { restart: "permanent" }
      const refused = new ModelError({
        model: "scripted",
        stage: "answered",
        reason: { _tag: "Rejected", status: 400, detail: "no" }
      })
      const agents = [
        named("turns", { supervision, limits: { tokens: 200_000, turns: 2 } }),
        named("tokens", { supervision, limits: { tokens: 3_000 } }),
        named("circling", { supervision }),
        named("refused", { supervision }),
        named("late", { supervision, limits: { tokens: 200_000, wallMs: 30_000 } })
      ]
      const reading: Script = () => ({ calls: [reads()] })
      const { ends, lives } = yield* run(
        { agents },
        cast({ turns: reading, tokens: reading, circling: reading, refused: () => refused, late: () => Effect.never })
      )
      expect(ends).toStrictEqual([
        "/root/turns paused TurnLimitReached",
        "/root/tokens paused BudgetExceeded",
        "/root/circling failed AgentLooping",
        "/root/refused failed ModelError",
        "/root/late timed_out DeadlineExceeded"
      ])
      expect(agents.map(({ goal }) => lives(`/root/${goal}`))).toStrictEqual([1, 1, 1, 1, 1])
    })
  )
})

describe("a permanent agent", () => {
  it.effect("is kept at work when it has answered, until a limit is reached", () =>
    Effect.gen(function* () {
      const permanent = { restart: "permanent", intensity: 100 } as const
      const agents = [named("steady", { supervision: permanent, limits: { tokens: 200_000, turns: 4 } })]
      const { ends, course, result } = yield* run({ agents }, (request) => ({ text: `answer ${turnOf(request) + 1}` }))
      expect(ends).toStrictEqual(["/root/steady paused TurnLimitReached"])
      expect(result.agents[0]?.answer).toBe("answer 4")
      const told = course("/root/steady").flatMap((fact) => (fact._tag === "Told" ? [fact.text] : []))
      expect(told).toStrictEqual(Array.from({ length: 3 }, () => expect.stringContaining("kept at work")))
    })
  )

  it.effect("that comes to its end more often than it may is done, with its last answer", () =>
    Effect.gen(function* () {
      const agents = [named("steady", { supervision: { restart: "permanent", intensity: 2 } })]
      const { ends, result } = yield* run({ agents }, (request) => ({ text: `answer ${turnOf(request) + 1}` }))
      expect(ends).toStrictEqual(["/root/steady completed"])
      expect(result.agents[0]?.answer).toBe("answer 3")
    })
  )
})

describe("agents that crash together", () => {
  /** Reads a file, takes its time, and answers. */
  const works =
    (seconds: number): Script =>
    (request) =>
      turnOf(request) === 0
        ? { calls: [reads()] }
        : Effect.as(Effect.sleep(seconds * 1_000), { text: `read ${toolTexts(request.messages).length}` })

  const late = (times: number): Script => {
    let broke = 0
    return (request) => {
      if (turnOf(request) === 0) return { calls: [reads()] }
      broke += 1
      return Effect.andThen(Effect.sleep("5 seconds"), broke > times ? Effect.succeed({ text: "mended" }) : broken)
    }
  }

  it.effect("all go on from their records with one-for-all, but for those that are done", () =>
    Effect.gen(function* () {
      const agents = [named("first"), named("weak"), named("third"), named("quick")]
      const { course, done, ends, lives, result } = yield* run(
        { agents, supervision: { strategy: "one-for-all" } },
        cast({ first: works(60), weak: late(1), third: works(90), quick: works(1) })
      )
      expect(ends).toStrictEqual(agents.map(({ goal }) => `/root/${goal} completed`))
      expect(agents.map(({ goal }) => lives(`/root/${goal}`))).toStrictEqual([2, 2, 2, 1])
      expect(done.length).toBe(4)
      expect(result.agents.map(({ answer }) => answer)).toStrictEqual(["read 1", "mended", "read 1", "read 1"])
      const again = ["/root/first", "/root/weak"].map((path) => course(path).find((fact) => fact._tag === "Continued"))
      expect(again).toStrictEqual([
        { _tag: "Continued", cause: "restart", restart: 1 },
        { _tag: "Continued", cause: "restart", restart: 1, crash: expect.objectContaining({ tag: "AgentDefect" }) }
      ])
    })
  )

  it.effect("go on with those that began after them with rest-for-one", () =>
    Effect.gen(function* () {
      const agents = [named("first"), named("weak"), named("third")]
      const { ends, lives } = yield* run(
        { agents, supervision: { strategy: "rest-for-one" } },
        cast({ first: works(60), weak: late(1), third: works(90) })
      )
      expect(ends).toStrictEqual(agents.map(({ goal }) => `/root/${goal} completed`))
      expect(agents.map(({ goal }) => lives(`/root/${goal}`))).toStrictEqual([1, 2, 2])
    })
  )

  it.effect("end together when one of them has crashed too often, each with what it had", () =>
    Effect.gen(function* () {
      const agents = [
        named("first"),
        named("weak"),
        named("third"),
        named("apart", { supervision: { restart: "temporary" } })
      ]
      const { ends, result } = yield* run(
        { agents, supervision: { strategy: "one-for-all", intensity: 1 } },
        cast({ first: works(60), weak: late(99), third: works(90), apart: works(70) })
      )
      expect(ends).toStrictEqual([
        "/root/first failed RestartLimitReached",
        "/root/weak failed RestartLimitReached",
        "/root/third failed RestartLimitReached",
        "/root/apart completed"
      ])
      const message =
        "/root/weak, which crashed more than once in 60 s and was not started again; the last time: /root/weak crashed: Error: it broke"
      expect(result.agents.map(({ error }) => error?.message.split(" was ended with "))).toStrictEqual([
        ["/root/first", message],
        [message.replace(", which", "")],
        ["/root/third", message],
        undefined
      ])
      // Nobody has stopped it.
      expect(result.status).toBe("partial")
      expect(result.agents.map(({ toolCalls }) => toolCalls)).toStrictEqual([1, 1, 1, 1])
    })
  )
})

describe("a silent agent", () => {
  it.effect("whose tool hangs is ended after its silence, with the call, and the others are not touched", () =>
    Effect.gen(function* () {
      const agents = [named("stuck"), named("strong")]
      const { ends, result } = yield* run(
        { agents, supervision: { silenceMs: 120_000 } },
        cast({ stuck: () => ({ text: "so far", calls: [hangs()] }), strong: breaks(0) })
      )
      expect(ends).toStrictEqual(["/root/stuck timed_out AgentSilent", "/root/strong completed"])
      expect(result.agents[0]?.error?.message).toBe(
        "/root/stuck gave no sign of life for 2 min and was ended; it was waiting for hang"
      )
      expect(result.agents[0]?.durationMs).toBeGreaterThanOrEqual(120_000)
      expect(result.agents[0]?.durationMs).toBeLessThan(125_000)
    })
  )

  it.effect("whose provider never answers is ended after ten minutes when nobody has said anything", () =>
    Effect.gen(function* () {
      const agents = [named("stuck"), named("strong")]
      const { ends, result } = yield* run({ agents }, cast({ stuck: () => Effect.never, strong: breaks(0) }))
      expect(ends).toStrictEqual(["/root/stuck timed_out AgentSilent", "/root/strong completed"])
      expect(result.agents[0]?.error?.["doing"]).toStrictEqual(["the model"])
      expect(result.agents[0]?.durationMs).toBeLessThan(605_000)
    })
  )

  it.effect("lives again when it is transient, and makes the call again that hung and may be made again", () =>
    Effect.gen(function* () {
      const agents = [named("stuck", { supervision: { ...transient, silenceMs: 60_000 } })]
      const { done, ends, lives } = yield* run(
        { agents },
        (request) => (turnOf(request) === 0 ? { calls: [hangs(), reads()] } : { text: "done" }),
        (nth) => (nth === 1 ? Effect.never : Effect.succeed("it came back"))
      )
      expect(ends).toStrictEqual(["/root/stuck completed"])
      expect(lives("/root/stuck")).toBe(2)
      expect(done.map(({ text }) => text.split("\n")[0])).toStrictEqual([expect.any(String), "it came back"])
    })
  )

  it.effect("is given up after as many silences as it may have, however long each was", () =>
    Effect.gen(function* () {
      const supervision = { ...transient, intensity: 2, periodMs: 60_000, silenceMs: 300_000 } as const
      const { ends, lives, result } = yield* run({ agents: [named("stuck", { supervision })] }, () => Effect.never)
      expect(ends).toStrictEqual(["/root/stuck failed RestartLimitReached"])
      expect(lives("/root/stuck")).toBe(3)
      expect(result.agents[0]?.durationMs).toBeGreaterThanOrEqual(900_000)
    })
  )

  it.effect("is not one that waits for others, or whose answer comes in small parts", () =>
    Effect.gen(function* () {
      const agents = [named("lead", { spawn: ["*"], tools: ["spawn_agent"] })]
      const slow = Effect.as(Effect.sleep("50 seconds"), { calls: [reads()] })
      const { ends } = yield* run({ agents, supervision: { silenceMs: 60_000 } }, (request) => {
        const turn = turnOf(request)
        if (request.brief.agent === "worker") return turn < 5 ? slow : { text: "worked" }
        return turn === 0
          ? { calls: [spawnCall("worker", "work")] }
          : turn === 1
            ? { calls: [waitCall()] }
            : { text: "all" }
      })
      expect(ends).toStrictEqual(["/root/lead completed", "/root/lead/worker completed"])
    })
  )
})

describe("an agent that starts others", () => {
  const lead = (supervision: Supervision = transient) =>
    named("lead", { spawn: ["*"], tools: ["spawn_agent"], supervision })

  it.effect("hears of a child once that crashed on its way, as of any other", () =>
    Effect.gen(function* () {
      const weak = breaks(1)
      const { ends, lives, result } = yield* run({ agents: [lead({})], supervision: transient }, (request, before) => {
        if (request.brief.agent === "worker") return weak(request, before)
        const turn = turnOf(request)
        if (turn === 0) return { calls: [spawnCall("worker", "work")] }
        return turn === 1 ? { calls: [waitCall()] } : { text: toolTexts(request.messages).at(-1) ?? "" }
      })
      expect(ends).toStrictEqual(["/root/lead completed", "/root/lead/worker completed"])
      expect(lives("/root/lead/worker")).toBe(2)
      expect(result.agents[0]?.answer).toBe("## /root/lead/worker: completed\nread 1")
    })
  )

  it.effect("keeps its children when it crashes, and its place when it comes back to wait for them", () =>
    Effect.gen(function* () {
      let broke = 0
      const { ends, lives, result } = yield* run(
        { agents: [lead()], maxParallel: 1, maxSpawnedAtOnce: 1 },
        (request) => {
          const { agent, goal } = request.brief
          if (agent === "worker") return Effect.as(Effect.sleep("20 seconds"), { text: `did ${goal}` })
          const turn = turnOf(request)
          if (turn === 0) return { calls: [spawnCall("worker", "one"), spawnCall("worker", "two")] }
          if (turn === 1 && broke++ === 0) return broken
          return turn === 1
            ? { calls: [waitCall()] }
            : { text: toolTexts(request.messages).at(-1)?.split("\n")[0] ?? "" }
        }
      )
      expect(ends).toStrictEqual([
        "/root/lead completed",
        "/root/lead/worker completed",
        "/root/lead/worker#2 completed"
      ])
      expect(["/root/lead", "/root/lead/worker"].map(lives)).toStrictEqual([2, 1])
      expect(result.agents[0]?.answer).toBe("Ended: /root/lead/worker completed, /root/lead/worker#2 completed")
    })
  )

  it.effect("waits again for whom it waited for when it is restarted in the middle of that", () =>
    Effect.gen(function* () {
      const { ends, lives, result } = yield* run(
        { agents: [lead(), named("weak")], supervision: { strategy: "one-for-all" }, maxSpawnedAtOnce: 1 },
        (request, before) => {
          const { agent, goal } = request.brief
          if (agent === "worker") return Effect.as(Effect.sleep("20 seconds"), { text: `did ${goal}` })
          if (agent === "weak") {
            return Effect.andThen(Effect.sleep("5 seconds"), before === 0 ? broken : Effect.succeed({ text: "mended" }))
          }
          const turn = turnOf(request)
          if (turn === 0) return { calls: [spawnCall("worker", "one"), spawnCall("worker", "two")] }
          return turn === 1
            ? { calls: [waitCall()] }
            : { text: toolTexts(request.messages).at(-1)?.split("\n")[0] ?? "" }
        }
      )
      expect(ends).toStrictEqual([
        "/root/lead completed",
        "/root/lead/worker completed",
        "/root/lead/worker#2 completed",
        "/root/weak completed"
      ])
      expect(["/root/lead", "/root/lead/worker", "/root/lead/worker#2", "/root/weak"].map(lives)).toStrictEqual([
        2, 1, 1, 2
      ])
      expect(result.agents[0]?.answer).toBe("Ended: /root/lead/worker completed, /root/lead/worker#2 completed")
    })
  )

  it.effect("ties its children together by the strategy of its definition", () =>
    Effect.gen(function* () {
      const { ends, lives } = yield* run({ agents: [lead({ strategy: "one-for-all" })] }, (request, before) => {
        const { agent, goal } = request.brief
        if (agent === "worker") {
          const said = Effect.as(Effect.sleep("20 seconds"), { text: `did ${goal}` })
          return goal === "weak" && before === 0 ? Effect.andThen(Effect.sleep("5 seconds"), broken) : said
        }
        const turn = turnOf(request)
        if (turn === 0) return { calls: [spawnCall("worker", "well"), spawnCall("worker", "weak")] }
        return turn === 1 ? { calls: [waitCall()] } : { text: "all" }
      })
      expect(ends).toStrictEqual([
        "/root/lead completed",
        "/root/lead/worker completed",
        "/root/lead/worker#2 completed"
      ])
      expect(["/root/lead", "/root/lead/worker", "/root/lead/worker#2"].map(lives)).toStrictEqual([1, 2, 2])
    })
  )
})

describe("a run with restarts that is cancelled", () => {
  it.effect("ends in the middle of a wait for a restart, and nobody lives again", () =>
    Effect.gen(function* () {
      const supervision = { ...transient, backoffMs: 600_000 }
      const { ends, lives } = yield* run(
        { agents: [named("weak", { supervision })], limits: { wallMs: 60_000 } },
        cast({ weak: breaks(99) })
      )
      expect(ends).toStrictEqual(["/root/weak timed_out DeadlineExceeded"])
      expect(lives("/root/weak")).toBe(1)
    })
  )
})
