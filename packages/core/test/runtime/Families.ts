/**
 * Random families of agents for tests: who starts whom, waits for whom, talks to whom, and how each ends.
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { ModelRequest } from "../../src/model/Model.ts"
import { nap, otherCall, type Script, spawnCall, turnOf, waitCall } from "./Team.ts"

const small = (most: number) => Schema.Int.pipe(Schema.check(Schema.isBetween({ minimum: 0, maximum: most })))

/** What an agent of the family does. */
const Character = Schema.Struct({
  children: Schema.Literals([0, 1, 2, 3, 3]),
  /** Tenths of a second before each of its turns. */
  pace: small(6),
  waits: Schema.Literals(["all", "first", "twice", "not"]),
  writes: Schema.Boolean,
  ends: Schema.Literals(["answer", "answer", "answer", "defect", "interrupts", "calls for ever"])
})
export const Family = Schema.Struct({
  characters: Schema.Array(Character).pipe(Schema.check(Schema.isMinLength(1), Schema.isMaxLength(6))),
  named: small(2),
  /** Thousands of tokens of each named agent. */
  budget: small(60),
  places: small(3),
  agents: small(20),
  /** Tenths of a second until the run is interrupted; 0 for never. */
  interruption: Schema.Literals([0, 0, 0, 0, 3, 7, 12, 20])
})
export type Family = typeof Family.Type

const characterOf = ({ characters }: Family, goal: string) => characters[Number(goal.slice(1)) % characters.length]

/** Goals are numbers: the children of 4 are 13, 14 and 15. */
export const scriptOf =
  (family: Family, atWork: { most: number; now: number } = { most: 0, now: 0 }): Script =>
  (request: ModelRequest) =>
    Effect.gen(function* () {
      const character = characterOf(family, request.brief.goal)
      if (character === undefined) return { text: "nobody" }
      const isStarted = Number(request.brief.goal.slice(1)) >= 100
      if (isStarted) atWork.now += 1
      atWork.most = Math.max(atWork.most, atWork.now)
      yield* nap(character.pace / 10).pipe(
        Effect.ensuring(
          Effect.sync(() => {
            if (isStarted) atWork.now -= 1
          })
        )
      )
      return yield* said(request, character)
    })

const said = (request: ModelRequest, { children, ends, waits, writes }: typeof Character.Type) => {
  const number = Number(request.brief.goal.slice(1))
  const turn = turnOf(request)
  if (request.closing) return Effect.succeed({ text: "closing" })
  if (turn === 0) {
    const calls = Array.from({ length: children }, (_, index) => spawnCall("lead", `g${100 + number * 3 + index}`))
    return Effect.succeed({
      calls: [
        ...calls,
        ...(writes ? [otherCall("send_message", { to: "parent", text: `from ${number}` })] : []),
        otherCall("list_agents", {})
      ]
    })
  }
  if (turn === 1 && waits !== "not" && children > 0) {
    const first = waitCall(["lead"])
    return Effect.succeed({ calls: waits === "all" ? [waitCall()] : waits === "first" ? [first] : [first, waitCall()] })
  }
  if (ends === "defect") return Effect.die(new Error("a bug"))
  if (ends === "interrupts" && turn < 4)
    return Effect.succeed({ calls: [otherCall("interrupt_agent", { path: "lead" })] })
  if (ends === "calls for ever" && turn < 12)
    return Effect.succeed({ calls: [otherCall("list_agents", {}), otherCall("read_file", { path: `${turn}` })] })
  return Effect.succeed({ text: `answer of ${number}` })
}
