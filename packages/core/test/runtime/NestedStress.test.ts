/**
 * Families that are large, and families whose record cannot be written any more.
 */
import { afterAll, describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import { budgetUnits } from "../../src/budget/Amounts.ts"
import { Budget } from "../../src/budget/Budget.ts"
import { makeRunId, rootPath } from "../../src/domain/Ids.ts"
import { Journal } from "../../src/journal/Journal.ts"
import { JournalError } from "../../src/journal/JournalError.ts"
import { Grounds } from "../../src/runtime/ground/Ground.ts"
import { anew } from "../../src/runtime/plan/Entrant.ts"
import { running } from "../../src/runtime/plan/Running.ts"
import { shares } from "../../src/runtime/plan/Shares.ts"
import type { RunRequest } from "../../src/runtime/RunRequest.ts"
import { copiesOf } from "../../src/runtime/resume/Family.ts"
import { runAgents } from "../../src/runtime/team/RunAgents.ts"
import { asked, lead, makeFolder, runTeam, type Script, spawnCall, turnOf, waitCall, withScript } from "./Team.ts"

const folder = makeFolder()
afterAll(folder.remove)

describe("a record that cannot be written any more", () => {
  it.effect("ends the run wherever that happens, with nothing held and nobody waiting", () =>
    Effect.gen(function* () {
      const request: RunRequest = { workspace: folder.root, agents: [asked(lead(), "g0")], maxSpawnedAtOnce: 1 }
      const { places, total } = shares(request)
      const script: Script = (sent) => {
        const { goal } = sent.brief
        const turn = turnOf(sent)
        if (goal.length > 3 || turn > 1) return { text: "done" }
        return { calls: turn === 1 ? [waitCall()] : [spawnCall("lead", `${goal}1`), spawnCall("lead", `${goal}2`)] }
      }
      let writes = 0
      for (let isWhole = false; !isWhole; writes++) {
        const run = makeRunId(0, 0)
        const { exit, held } = yield* Effect.gen(function* () {
          const journal = yield* Journal
          yield* journal.open(run)
          let left = writes
          const full = Journal.of({
            ...journal,
            append: (...args) =>
              Effect.suspend(() => {
                left -= 1
                return left < 0
                  ? Effect.fail(new JournalError({ path: "memory", reason: { _tag: "DiskFull" } }))
                  : journal.append(...args)
              })
          })
          const { ofRun } = yield* Grounds
          const crowd = {
            entrants: places.map((place) => anew(place)),
            before: { copies: copiesOf(places), letters: 0 },
            ground: yield* ofRun(run, request)
          }
          const whole = Effect.flatMap(running(run, request), (made) => runAgents(made, crowd))
          const exit = yield* Effect.exit(Effect.provideService(whole, Journal, full))
          const { units } = yield* (yield* Budget).node(rootPath)
          return { exit, held: budgetUnits.map((unit) => units[unit].reserved) }
        }).pipe(Effect.provide(Budget.layer(total)), Effect.provide(withScript(folder.root, script)))
        expect(held).toStrictEqual(held.map(() => 0))
        isWhole = Exit.isSuccess(exit)
      }
      expect(writes).toBeGreaterThan(50)
    })
  )
})

describe("a thousand agents that one starts", () => {
  it.effect("come to their end four at a time, in the order started, each with one end on record", () =>
    Effect.gen(function* () {
      const [batches, batch] = [20, 50]
      const agents = [asked(lead({ limits: { tokens: 40_000_000 } }), "top")]
      const { facts, result } = yield* runTeam(
        folder.root,
        { agents, limits: { children: batches * batch } },
        (request) => {
          if (request.brief.goal !== "top") return { text: "done" }
          const turn = turnOf(request)
          if (turn >= batches) return turn === batches ? { calls: [waitCall()] } : { text: "all" }
          return { calls: Array.from({ length: batch }, (_, index) => spawnCall("worker", `${turn}-${index}`)) }
        },
        { facts: () => ({ contextWindow: 4_000_000 }) }
      )
      const copies = Array.from({ length: batches * batch - 1 }, (_, index) => `/root/lead/worker#${index + 2}`)
      const paths = ["/root/lead", "/root/lead/worker", ...copies]
      expect(result.agents.map(({ path, status }) => `${path} ${status}`)).toStrictEqual(
        paths.map((path) => `${path} completed`)
      )
      const ended = facts.flatMap(({ fact, path }) => (fact._tag === "Ended" ? [path] : []))
      expect(ended.toSorted()).toStrictEqual(paths.toSorted())
    })
  )
})
