/** Notes that the agents of a run share: by its record, and by agents that write at the same time. */
import { afterAll, describe, expect, it } from "@effect/vitest"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Schema from "effect/Schema"
import { childPath, makeRunId, rootPath } from "../../src/domain/Ids.ts"
import { Journal } from "../../src/journal/Journal.ts"
import type { ModelRequest } from "../../src/model/Model.ts"
import * as SharedBoard from "../../src/runtime/team/SharedBoard.ts"
import {
  asked,
  inTime,
  lead,
  makeFolder,
  nap,
  otherCall,
  runTeam,
  spawnCall,
  toolTexts,
  turnOf,
  waitCall
} from "./Team.ts"

const run = makeRunId(1_700_000_000_000, 0.5)
const [x, y] = [childPath(rootPath, "x"), childPath(rootPath, "y")]

describe("a shared board", () => {
  const opened = Effect.gen(function* () {
    const journal = yield* Journal
    yield* journal.open(run)
    return journal
  })

  it.effect("is rebuilt from the record, and knows which calls have written", () =>
    Effect.gen(function* () {
      yield* opened
      const first = yield* SharedBoard.make(run)
      yield* first(x, rootPath).write({ key: "plan", text: "one" }, "c1")
      yield* first(y, rootPath).write({ key: "plan", text: "two", expected: 1 }, "c1")
      yield* first(x, rootPath).write({ key: "gone", text: "t" }, "c2")
      yield* first(x, rootPath).write({ key: "gone", text: "" }, "c3")
      const second = yield* SharedBoard.make(run)
      expect(yield* second(y, rootPath).read).toStrictEqual([{ key: "plan", version: 2, text: "two", by: y }])
      expect(yield* second(x, rootPath).write({ key: "plan", text: "one" }, "c1")).toStrictEqual({
        key: "plan",
        version: 1,
        text: "one",
        by: x
      })
      const refused = yield* Effect.flip(second(x, rootPath).write({ key: "plan", text: "t", expected: 1 }, "c4"))
      expect(refused.message).toBe("plan has version 2, by /root/y: two")
    }).pipe(Effect.provide(Journal.layerMemory))
  )

  it.effect("has a note on record and shows it, or neither, when its writer is ended meanwhile", () =>
    Effect.gen(function* () {
      const journal = yield* opened
      const [reached, goOn] = [yield* Deferred.make<void>(), yield* Deferred.make<void>()]
      const slow = Journal.of({
        ...journal,
        append: (...args) =>
          Effect.andThen(
            Effect.andThen(Deferred.succeed(reached, undefined), Deferred.await(goOn)),
            journal.append(...args)
          )
      })
      const board = yield* Effect.provideService(SharedBoard.make(run), Journal, slow)
      const writer = yield* Effect.forkChild(board(x, rootPath).write({ key: "a", text: "t" }, "c1"))
      const waiting = yield* Effect.forkChild(board(y, rootPath).write({ key: "b", text: "t" }, "c1"))
      yield* Deferred.await(reached)
      yield* Fiber.interrupt(waiting)
      const ending = yield* Effect.forkChild(Fiber.interrupt(writer), { startImmediately: true })
      yield* Deferred.succeed(goOn, undefined)
      yield* Fiber.join(ending)
      expect((yield* board(y, rootPath).read).map(({ key }) => key)).toStrictEqual(["a"])
      expect((yield* journal.read(run)).map(({ path, type }) => [path, type])).toStrictEqual([[x, "Noted"]])
    }).pipe(Effect.provide(Journal.layerMemory))
  )
})

const folder = makeFolder()
afterAll(folder.remove)

const Writer = Schema.Struct({
  /** Tenths of a second before each of its turns. */
  pace: Schema.Literals([0, 0, 1, 2, 5]),
  writes: Schema.Literals([1, 2, 3])
})
const Crowd = Schema.Array(Writer).pipe(Schema.check(Schema.isMinLength(1), Schema.isMaxLength(5)))

/** Adds its marks to the note, each on top of what it has read last; takes what a refusal says is there. */
const adding = (request: ModelRequest, { writes }: typeof Writer.Type) => {
  const texts = toolTexts(request.messages)
  const written = texts.filter((text) => text.startsWith("wrote")).length
  const last = texts.at(-1) ?? ""
  if (written === writes) return { text: `wrote ${written} times` }
  if (texts.length === 0 || last.startsWith("wrote")) return { calls: [otherCall("read_board", { key: "all" })] }
  const [, version = "0"] = /version (\d+), by/.exec(last) ?? []
  const [, there = ""] = /by [^:]*:\s([\d;-]*)/.exec(last) ?? []
  const mark = `${request.brief.goal.slice(1)}-${written}`
  return { calls: [otherCall("write_board", { key: "all", text: `${there}${mark};`, expected: Number(version) })] }
}

it.effect.prop(
  "agents that write at the same time lose nothing that was told as written",
  [Crowd],
  ([crowd]) =>
    Effect.gen(function* () {
      const { facts, result } = yield* runTeam(
        folder.root,
        { agents: [asked(lead(), "g")], maxSpawnedAtOnce: crowd.length, limits: { tokens: 1_000_000 } },
        (request) =>
          Effect.gen(function* () {
            const writer = crowd[Number(request.brief.goal.slice(1))]
            yield* nap((writer?.pace ?? 0) / 10)
            if (request.brief.goal !== "g") return writer === undefined ? { text: "nobody" } : adding(request, writer)
            const turn = turnOf(request)
            if (turn === 0) return { calls: crowd.map((_, index) => spawnCall("lead", `w${index}`)) }
            return turn === 1 ? { calls: [waitCall()] } : { text: "all have written" }
          })
      )
      const told = crowd.flatMap(({ writes }, index) => Array.from({ length: writes }, (_, at) => `${index}-${at}`))
      const noted = facts.flatMap(({ fact }) => (fact._tag === "Noted" ? [fact] : []))
      const marks =
        noted
          .at(-1)
          ?.text.split(";")
          .filter((mark) => mark !== "") ?? []
      expect(result.agents.map(({ status }) => status)).toStrictEqual(["completed", ...crowd.map(() => "completed")])
      expect([marks.toSorted(), noted.map(({ version }) => version)]).toStrictEqual([
        told.toSorted(),
        told.map((_, index) => index + 1)
      ])
    }).pipe(inTime),
  { arbitrary: { runs: 15, size: 10 } }
)
