/**
 * Runs that are cut at any event of their record and taken up again: nothing is paid or done twice, and what comes out
 * is what would have come out.
 */
import { afterAll, describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { isNamed } from "../../src/domain/Ids.ts"
import type { JournalEvent } from "../../src/journal/Journal.ts"
import type { RunResult } from "../../src/runtime/RunResult.ts"
import type { Runtime } from "../../src/runtime/Runtime.ts"
import * as ScriptedModel from "../../src/testing/ScriptedModel.ts"
import { askedAgain, begin, chargedIn, cutAt, type Disk, eventsOf, goOn, makeDisk, processOn } from "./Resuming.ts"
import {
  asked,
  inTime,
  lead,
  makeFolder,
  nap,
  otherCall,
  type Script,
  spawnCall,
  toolTexts,
  turnOf,
  waitCall
} from "./Team.ts"

const folder = makeFolder()
afterAll(folder.remove)

/** A lead that starts two workers, waits for them and answers with what they say; each worker reads a file first. */
const pair: Script = (request) =>
  Effect.gen(function* () {
    const { goal } = request.brief
    const turn = turnOf(request)
    yield* nap((1 + (goal.length % 3)) / 10)
    if (goal.startsWith("part")) {
      return turn === 0 ? { calls: [otherCall("read_file", { path: "notes.txt" })] } : { text: `found in ${goal}` }
    }
    if (turn === 0) return { calls: [spawnCall("worker", "part one"), spawnCall("worker", "part 2")] }
    if (turn === 1) return { calls: [waitCall()] }
    return { text: `${goal}: ${toolTexts(request.messages).join(" | ").includes("found in part one")}` }
  })

/**
 * A lead below a lead, whose worker tells it something before it ends: messages, waits that end early, a child that is
 * ended by who started it.
 */
const deep: Script = (request) =>
  Effect.gen(function* () {
    const { goal } = request.brief
    const turn = turnOf(request)
    const texts = request.messages.map(({ text }) => text).join("\n")
    yield* nap(goal === "idle" ? 30 : 0.1)
    if (goal === "idle") return { text: "never said" }
    if (goal === "tell") {
      return turn === 0 ? { calls: [otherCall("send_message", { to: "parent", text: "half way" })] } : { text: "told" }
    }
    const child = goal === "top" ? spawnCall("lead", "middle") : spawnCall("worker", "tell")
    if (turn === 0) return { calls: [child, ...(goal === "middle" ? [spawnCall("worker", "idle")] : [])] }
    const [ended, name] = goal === "top" ? ["completed\nmiddle", "lead"] : ["completed\ntold", "worker"]
    if (!texts.includes(ended)) return { calls: [waitCall([name])] }
    if (goal === "middle" && !texts.includes("worker#2 cancelled") && !texts.includes("cancelled"))
      return { calls: [otherCall("interrupt_agent", { path: "worker#2" })] }
    return { text: `${goal}: ${texts.split("half way").length - 1} message` }
  })

const told = ({ agents, status }: RunResult) => ({
  status,
  agents: agents.map(({ answer, path, status }) => ({ path, status, answer }))
})

/** Who was started, and who has sent and read something. */
const exchanged = (events: ReadonlyArray<JournalEvent>) =>
  events
    .flatMap(({ path, type }) => (type === "Spawned" || type === "Sent" || type === "Heard" ? [`${path} ${type}`] : []))
    .toSorted()

/** Turns, results of calls and messages that are on record more than once. */
const twice = (events: ReadonlyArray<JournalEvent>) => {
  const keys = { TurnCompleted: "turn", Done: "callId", Sent: "id", Heard: "id", Spawned: "call" }
  const found = events.flatMap(({ body, path, type }) => {
    const key = Object.entries(keys).find(([each]) => each === type)?.[1]
    return key === undefined ? [] : [`${path} ${type} ${Reflect.get(Object(body), key)}`]
  })
  return found.filter((each, index) => found.indexOf(each) < index)
}

describe("a run that was cut", () => {
  const cases = [
    { what: "two leads with two workers each", script: pair, goals: ["top", "other"] },
    { what: "leads below each other, who talk and end others", script: deep, goals: ["top"] }
  ]
  it.effect.each(cases)(
    "at any event, goes on to the same end, and nothing is asked or done twice: $what",
    ({ goals, script }) =>
      Effect.gen(function* () {
        const disk = yield* makeDisk
        const request = { workspace: folder.root, agents: goals.map((goal) => asked(lead(), goal)) }
        const inProcess = <E>(on: Disk, work: Effect.Effect<RunResult, E, Runtime>) =>
          inTime(
            Effect.gen(function* () {
              const result = yield* work
              return { result, events: yield* eventsOf(result.run) }
            }).pipe(Effect.provide(processOn(on, folder.root, ScriptedModel.layer(script))))
          )
        const whole = yield* inProcess(disk, begin(request))
        expect(whole.result.agents.filter(({ path }) => isNamed(path)).map(({ status }) => status)).toStrictEqual(
          goals.map(() => "completed")
        )
        const { run } = whole.result
        for (let cut = 1; cut < whole.events.length; cut++) {
          const found = yield* inProcess(cutAt(disk, run, cut), goOn(run))
          expect({ cut, ...told(found.result) }).toStrictEqual({ cut, ...told(whole.result) })
          expect({ cut, again: askedAgain(found.events) }).toStrictEqual({ cut, again: [] })
          expect({ cut, twice: twice(found.events) }).toStrictEqual({ cut, twice: [] })
          expect({ cut, exchanged: exchanged(found.events) }).toStrictEqual({ cut, exchanged: exchanged(whole.events) })
          expect(found.result.budget.tokens.used).toBe(chargedIn(found.events))
        }
      }),
    120_000
  )
})
