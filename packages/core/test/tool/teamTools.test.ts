/**
 * What the tools for other agents hand on, and leave on record.
 */
import { AgentPath, rootPath } from "@deputize/core/domain/Ids"
import { Grant } from "@deputize/core/policy/Grant"
import type { Member, Team } from "@deputize/core/tool/Team"
import { toolbox } from "@deputize/core/tool/Toolbox"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { call, recorded, within } from "./fixture.ts"

const { tools } = toolbox(["spawn_agent", "wait", "send_message", "list_agents", "interrupt_agent"])

const policy = [new Grant({ read: [], write: [], net: [], exec: [], mcp: [], spawn: ["*"], label: "test" })]

const member = (name: string, state: Member["state"]): Member => ({
  path: AgentPath.make(`${rootPath}/tester/${name}`),
  agent: name,
  goal: "look",
  state,
  answer: `answer of ${name}`,
  artifacts: [],
  error: null
})

const [done, open] = [member("a", "completed"), member("b", "running")]

/** Notes what it was asked for. */
const making = () => {
  const asked: Array<unknown> = []
  const noting = (args: ReadonlyArray<unknown>) => Effect.sync(() => asked.push(args))
  const team: Team = {
    board: { read: Effect.succeed([]), write: () => Effect.die("nobody writes a note") },
    nameOf: Effect.succeed,
    spawn: (...args) => Effect.as(noting(args), open),
    send: (...args) => Effect.as(noting(args), open.path),
    wait: () => Effect.succeed({ ended: [done], open: [open], letters: [] }),
    list: Effect.succeed([done, open]),
    interrupt: () => Effect.succeed(done)
  }
  return { asked, team }
}

/** The agents whose end is told by the result. */
const toldBy = (name: string, args: object) =>
  within(
    () => {},
    () =>
      Effect.gen(function* () {
        yield* call(name, args, { policy, tools, team: making().team })
        return (yield* recorded).flatMap((fact) => (fact._tag === "Done" ? [fact.told] : []))
      })
  )

describe("the tools for other agents", () => {
  it.effect("say which call it is that starts an agent or sends a message", () =>
    Effect.gen(function* () {
      const { asked, team } = making()
      yield* within(
        () => {},
        () =>
          Effect.gen(function* () {
            yield* call("spawn_agent", { agent: "b", goal: "look" }, { policy, tools, team })
            yield* call("send_message", { to: "b", text: "hello" }, { policy, tools, team })
          })
      )
      expect(asked).toStrictEqual([
        [{ agent: "b", goal: "look", inputs: {} }, "c1"],
        ["b", "hello", "c1"]
      ])
    })
  )

  it.effect("leave on record whose results they have told", () =>
    Effect.gen(function* () {
      expect(yield* toldBy("wait", {})).toStrictEqual([[done.path]])
      expect(yield* toldBy("interrupt_agent", { path: "a" })).toStrictEqual([[done.path]])
      expect(yield* toldBy("list_agents", {})).toStrictEqual([undefined])
    })
  )

  it.effect("say who has written", () =>
    Effect.gen(function* () {
      const letters = [
        { id: "m1", from: rootPath },
        { id: "m2", from: done.path }
      ]
      const team: Team = { ...making().team, wait: () => Effect.succeed({ ended: [], open: [], letters }) }
      const text = yield* within(
        () => {},
        () => call("wait", {}, { policy, tools, team })
      )
      expect(text).toBe(`To be read next: m1 from the user, m2 from ${done.path}`)
    })
  )

  it("may all run again when they were cut", () => {
    expect(tools.map(({ name, replay }) => [name, replay])).toStrictEqual(tools.map(({ name }) => [name, "safe"]))
  })
})
