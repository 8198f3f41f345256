/** What the tools of the shared board say to a model. */
import { AgentPath, rootPath } from "@deputize/core/domain/Ids"
import type { Board, Note } from "@deputize/core/tool/Board"
import type { Team } from "@deputize/core/tool/Team"
import { toolbox } from "@deputize/core/tool/Toolbox"
import { expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { call, within } from "./fixture.ts"

const { tools } = toolbox(["read_board", "write_board"])
const by = AgentPath.make(`${rootPath}/lead`)
const note = (key: string, text: string, version = 1): Note => ({ key, version, text, by })

const unused = () => Effect.die("only the board is asked")
const teamWith = (board: Board): Team => ({
  board,
  nameOf: unused,
  spawn: unused,
  wait: unused,
  send: unused,
  list: unused(),
  interrupt: unused
})

const said = (name: string, args: object, board: Partial<Board>) =>
  within(
    () => undefined,
    () => call(name, args, { tools, team: teamWith({ read: Effect.succeed([]), write: unused, ...board }) })
  )

it.effect("read_board shows all notes in a line each, or one as it stands", () =>
  Effect.gen(function* () {
    const read = Effect.succeed([note("plan", "first\n\tthen \u001b[2J", 3), note("long", "x".repeat(300))])
    expect(yield* said("read_board", {}, { read })).toBe(
      `plan, version 3, by /root/lead: first then \\u{1b}[2J\nlong, version 1, by /root/lead: ${"x".repeat(100)}…`
    )
    expect(yield* said("read_board", { key: " plan " }, { read })).toBe(
      "plan, version 3, by /root/lead:\nfirst\n\tthen \\u{1b}[2J"
    )
    expect(yield* said("read_board", { key: "none" }, { read })).toBe("there is no note none")
    expect(yield* said("read_board", {}, {})).toBe("there are no notes")
  })
)

it.effect("write_board hands on what is to be written with its call, and says what was", () =>
  Effect.gen(function* () {
    const asked: Array<unknown> = []
    const write: Board["write"] = (...args) =>
      Effect.sync(() => {
        asked.push(args)
        return note(args[0].key, args[0].text, 4)
      })
    expect([
      yield* said("write_board", { key: " plan ", text: "t", expected: 3 }, { write }),
      yield* said("write_board", { key: "plan", text: "" }, { write })
    ]).toStrictEqual(["wrote plan, version 4", "removed plan"])
    expect(asked).toStrictEqual([
      [{ key: "plan", text: "t", expected: 3 }, "c1"],
      [{ key: "plan", text: "" }, "c1"]
    ])
  })
)

it.effect("an agent without others has no board", () =>
  Effect.gen(function* () {
    const alone = yield* within(
      () => undefined,
      () => call("read_board", {}, { tools })
    )
    expect(alone).toBe("! error: there are no other agents in this run. Do the work with your own tools.")
  })
)
