/**
 * What the user says to an agent while its run goes on: it is read by whoever works on, wherever the agent stands then.
 */
import { afterAll, describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { AgentPath } from "../../src/domain/Ids.ts"
import { Journal, type JournalEvent } from "../../src/journal/Journal.ts"
import type { ModelRequest } from "../../src/model/Model.ts"
import { Runtime } from "../../src/runtime/Runtime.ts"
import * as ScriptedModel from "../../src/testing/ScriptedModel.ts"
import { named, passing } from "./Lives.ts"
import { begin, cutAt, eventsOf, makeDisk, processOn } from "./Resuming.ts"
import {
  asked,
  inTime,
  lead,
  makeFolder,
  nap,
  otherCall,
  type Script,
  spawnCall,
  turnOf,
  waitCall,
  withScript
} from "./Team.ts"

const folder = makeFolder()
afterAll(folder.remove)

const listen = "Leave src/a.ts alone."

const hasRead = ({ messages }: ModelRequest): boolean =>
  messages.some((message) => message._tag === "User" && message.text.includes(listen))

/** Who has heard something, in the order of the record. */
const heardBy = (events: ReadonlyArray<JournalEvent>): ReadonlyArray<string> =>
  events.flatMap(({ path, type }) => (type === "Heard" ? [path] : []))

describe("what the user says to an agent", () => {
  it.effect("that has answered and is kept at work is read in its next life, once", () =>
    Effect.gen(function* () {
      const reads: Array<boolean> = []
      const script: Script = (request) =>
        Effect.map(Effect.sleep("1 second"), () => {
          reads.push(hasRead(request))
          return { text: `life ${reads.length}` }
        })
      yield* Effect.gen(function* () {
        const journal = yield* Journal
        const handle = yield* (yield* Runtime).start({
          workspace: folder.root,
          agents: [named("keeper", { supervision: { restart: "permanent", backoffMs: 10_000, intensity: 2 } })]
        })
        // It has answered, and waits for its next life.
        yield* Effect.sleep("5 seconds")
        yield* journal.post(handle.run, { _tag: "Say", to: null, text: listen })
        const { status } = yield* handle.wait
        expect([status, reads]).toStrictEqual(["completed", [false, true, true]])
        expect(heardBy(yield* journal.read(handle.run))).toStrictEqual(["/root/keeper"])
      }).pipe(Effect.scoped, Effect.provide(withScript(folder.root, script)), passing)
    })
  )

  it.effect("that goes on in a resumed run is read by it, also where the one that started it has not begun to", () =>
    Effect.gen(function* () {
      const disk = yield* makeDisk
      const script: Script = (request) =>
        Effect.gen(function* () {
          const { goal } = request.brief
          const turn = turnOf(request)
          if (goal === "quick") return yield* Effect.as(nap(2), { text: "quick" })
          if (goal === "part") {
            yield* nap(20)
            if (turn < 3) return { calls: [otherCall("list_agents", {})] }
            return { text: hasRead(request) ? "heard" : "not heard" }
          }
          yield* nap(goal === "first" && turn === 2 ? 30 : 0.1)
          if (turn === 0) return { calls: [spawnCall("worker", goal === "first" ? "quick" : "part")] }
          return turn === 1 ? { calls: [waitCall()] } : { text: goal }
        })
      const process = (on: typeof disk) => processOn(on, folder.root, ScriptedModel.layer(script))
      // The second gets the only place while the first one waits, and waits without it when the run is cut.
      const agents = [asked(lead({ name: "zeta" }), "first"), asked(lead(), "top")]
      const request = { workspace: folder.root, agents, maxParallel: 1 }
      const { run } = yield* inTime(begin(request).pipe(Effect.provide(process(disk))))
      const before = yield* eventsOf(run).pipe(Effect.provide(process(disk)))
      const cut = before.findLastIndex(({ path, type }) => path === "/root/zeta" && type === "TurnRequested") + 1
      const to = AgentPath.make("/root/lead/worker")
      const { events, result } = yield* inTime(
        Effect.gen(function* () {
          const journal = yield* Journal
          const handle = yield* (yield* Runtime).resume(run)
          yield* journal.post(run, { _tag: "Say", to, text: listen })
          const result = yield* handle.wait
          return { events: (yield* journal.read(run)).slice(cut), result }
        }).pipe(Effect.scoped, Effect.provide(process(cutAt(disk, run, cut))))
      )
      const [said, goneOn] = [
        events.findIndex(({ type }) => type === "Said"),
        events.findIndex(({ path, type }) => path === to && type === "Continued")
      ]
      expect([said !== -1, said < goneOn]).toStrictEqual([true, true])
      expect(heardBy(events)).toStrictEqual([to])
      expect(result.agents.find(({ path }) => path === to)?.answer).toBe("heard")
    })
  )
})
