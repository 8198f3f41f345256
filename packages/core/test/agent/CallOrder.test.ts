/** Which calls of a turn wait for which: files are as the model has written its calls down, whoever is quicker. */
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { afterAll, describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { waitsOf } from "../../src/agent/CallOrder.ts"
import { Grant } from "../../src/policy/Grant.ts"
import * as ScriptedModel from "../../src/testing/ScriptedModel.ts"
import { toolbox } from "../../src/tool/Toolbox.ts"
import { toolEvents } from "../../src/tool/ToolEvent.ts"
import { makeWorkspace, runAgent, taskOf } from "./oneAgent.ts"

const workspace = makeWorkspace()
afterAll(workspace.remove)

const call = (id: string, name: string, args: object) => ({ id, name, args: JSON.stringify(args) })

const fileTools = ["read_file", "edit", "write_file", "apply_patch", "delete_file"]

const turnOf = Effect.fnUntraced(function* (...calls: ReadonlyArray<ReturnType<typeof call>>) {
  const { definition, policy } = taskOf({})
  const model = ScriptedModel.layer((_, before) => (before === 0 ? { calls } : { text: "done" }))
  const { events } = yield* runAgent(workspace.root, {
    tools: toolbox(fileTools).tools,
    policy: policy.map((grant) => new Grant({ ...grant, label: definition.name, write: ["**"] }))
  }).pipe(Effect.provide(model))
  return events.flatMap((event) =>
    Option.match(toolEvents.decode(event), { onNone: () => [], onSome: (fact) => (fact._tag === "Done" ? [fact] : []) })
  )
})

const textOf = (file: string): string => readFileSync(join(workspace.root, file), "utf8")

describe("calls of one turn", () => {
  it("wait for those before them that change files, and to change files for those that read", () => {
    const names = ["read_file", "grep", "edit", "spawn_agent", "edit", "read_file", "mine", "wait"]
    const [read, search, edit, spawn, again, look, own, wait] = waitsOf(names)
    expect([read, search, spawn, own, wait]).toStrictEqual([[], [], [], [], []])
    expect([edit, again, look]).toStrictEqual([
      [0, 1],
      [0, 1, 2],
      [2, 4]
    ])
  })

  it.live("find the files as the calls before them have left them", () =>
    Effect.gen(function* () {
      const lines = ["one", "two", "three"]
      const done = yield* turnOf(
        call("new", "write_file", { path: "new.txt", content: `${lines.join("\n")}\n` }),
        ...lines.map((line) => call(line, "edit", { path: "new.txt", old: line, new: line.toUpperCase() })),
        call("read", "read_file", { path: "new.txt" }),
        call("gone", "delete_file", { path: "new.txt" }),
        call("again", "write_file", { path: "new.txt", content: "again\n" })
      )
      expect(done.map(({ callId, ok }) => [callId, ok])).toStrictEqual(
        ["new", ...lines, "read", "gone", "again"].map((id) => [id, true])
      )
      expect(done.find(({ callId }) => callId === "read")?.text).toContain("ONE")
      expect(textOf("new.txt")).toBe("again\n")
    })
  )

  it.live("go on when one before them fails", () =>
    Effect.gen(function* () {
      const done = yield* turnOf(
        call("no", "edit", { path: "src/app.ts", old: "not there", new: "x" }),
        call("yes", "edit", { path: "src/app.ts", old: "42", new: "43" })
      )
      expect(done.map(({ callId, ok }) => [callId, ok])).toStrictEqual([
        ["no", false],
        ["yes", true]
      ])
      expect(textOf("src/app.ts")).toBe("export const answer = 43\n")
    })
  )
})
