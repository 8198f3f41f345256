import { afterAll, describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Scope from "effect/Scope"
import * as Copies from "../../src/runtime/team/Copies.ts"
import { asked, inTime, lead, makeFolder, runTeam, type Script, spawnCall, turnOf, waitCall } from "./Team.ts"

const folder = makeFolder()
afterAll(folder.remove)

describe("the number of a copy", () => {
  it.effect("is the next behind those that there have been, for each name", () =>
    Effect.gen(function* () {
      const { claim } = Copies.make(new Map([["worker", 2]]))
      const claims = [yield* claim("worker"), yield* claim("worker"), yield* claim("scribe")]
      expect(claims.map(({ copy }) => copy)).toStrictEqual([3, 4, 1])
    }).pipe(Effect.scoped)
  )

  it.effect("is free again where nobody was started with it, and is nobody else's until then", () =>
    Effect.gen(function* () {
      const { claim } = Copies.make(new Map())
      const scope = yield* Scope.make()
      const refused = yield* Scope.provide(claim("worker"), scope)
      const other = yield* claim("worker")
      yield* Scope.close(scope, Exit.void)
      const next = yield* claim("worker")
      expect([refused.copy, other.copy, next.copy]).toStrictEqual([1, 2, 1])
    }).pipe(Effect.scoped)
  )

  it.effect("is taken for good once it is kept, however the start ends", () =>
    Effect.gen(function* () {
      const { claim } = Copies.make(new Map())
      const started = yield* Effect.exit(
        Effect.scoped(
          Effect.flatMap(claim("worker"), (claimed) => {
            claimed.keep()
            return Effect.interrupt
          })
        )
      )
      expect([Exit.isFailure(started), (yield* claim("worker")).copy]).toStrictEqual([true, 2])
    }).pipe(Effect.scoped)
  )

  it.effect("is not used up by a start that was refused: artifacts are numbered without a gap", () =>
    Effect.gen(function* () {
      const writer = lead({ name: "writer", tools: ["read_file"], artifacts: ["notes.md"] })
      const agents = [asked(lead({ artifacts: ["notes*.md"] }), "top"), asked(writer, "named")]
      const script: Script = (request) => {
        const turn = turnOf(request)
        if (request.brief.goal !== "top" || turn === 3) return { text: "done" }
        if (turn === 2) return { calls: [waitCall()] }
        return { calls: [spawnCall("writer", "part", turn === 0 ? { budget: 10 } : {})] }
      }
      const { facts, result } = yield* inTime(runTeam(folder.root, { agents }, script))
      expect(facts.flatMap(({ fact }) => (fact._tag === "Spawned" ? [fact.copy] : []))).toStrictEqual([2])
      expect(result.agents.map(({ artifacts, path }) => [path, artifacts])).toStrictEqual([
        ["/root/lead", []],
        ["/root/lead/writer", ["notes-2.md"]],
        ["/root/writer", ["notes.md"]]
      ])
    })
  )
})
