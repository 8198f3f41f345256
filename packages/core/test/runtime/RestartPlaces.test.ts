/** An agent that is restarted while it waits to come back to its place: its old wish stays, and takes a place for good. */
import { afterAll, expect, it } from "@effect/vitest"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as WorkPlaces from "../../src/runtime/admission/WorkPlaces.ts"
import { broken, named, play } from "./Lives.ts"
import { makeFolder, otherCall, type Script, spawnCall, turnOf, waitCall } from "./Team.ts"

const folder = makeFolder()
afterAll(folder.remove)
it("a seat that wishes twice sits once", () => {
  const places = WorkPlaces.make(1, () => {})
  const [a, b] = [places.seat(), places.seat()]
  b.take()
  let sat = 0
  a.comeBack(() => {})
  a.comeBack(() => {
    sat += 1
  })
  b.leave()
  expect([sat, places.atWork]).toStrictEqual([1, 1])
  a.leave()
  expect(places.atWork).toBe(0)
})
it.effect(
  "one for all, one place: the boss waits to come back while the other crashes",
  () =>
    Effect.gen(function* () {
      const childGo = yield* Deferred.make<void>()
      let crashed = false
      const script: Script = (request) => {
        const turn = turnOf(request)
        switch (request.brief.agent) {
          case "boss":
            if (turn === 0) return { calls: [spawnCall("worker", "part")] }
            return turn === 1 ? { calls: [waitCall()] } : { text: "boss done" }
          case "worker":
            return Effect.as(Deferred.await(childGo), { text: "part" })
          default:
            if (turn === 0) return { calls: [otherCall("read_file", { path: "a" })] }
            if (crashed) return { text: "other done" }
            crashed = true
            // The child ends, so the boss wants to come back, and finds the place taken.
            return Effect.gen(function* () {
              yield* Deferred.succeed(childGo, undefined)
              yield* Effect.sleep("5 seconds")
              return yield* broken
            })
        }
      }
      const supervision = { restart: "transient", strategy: "one-for-all" } as const
      const agents = [
        named("boss", { supervision, spawn: ["*"], tools: ["spawn_agent"] }),
        named("other", { supervision })
      ]
      const { ends } = yield* play(
        folder.root,
        { agents, maxParallel: 1, supervision: { strategy: "one-for-all" } },
        script
      )
      expect(ends).toStrictEqual(["/root/boss completed", "/root/boss/worker completed", "/root/other completed"])
    }),
  20_000
)
