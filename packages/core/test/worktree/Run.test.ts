/**
 * Runs whose agents, by script, write with their tools in trees of their own.
 */
import * as fs from "node:fs"
import * as path from "node:path"
import { AgentLoader } from "@deputize/core/definition/AgentLoader"
import { Limits } from "@deputize/core/domain/Limits"
import type { Message, ToolCall } from "@deputize/core/domain/Message"
import { resultJson } from "@deputize/core/runtime/ResultJson"
import type { RunRequest } from "@deputize/core/runtime/RunRequest"
import { Runtime } from "@deputize/core/runtime/Runtime"
import * as ScriptedModel from "@deputize/core/testing/ScriptedModel"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { sharedCounter } from "../budget/sharedCounter.ts"
import { asked, type Rig, rig, services, userState, writer } from "./fixture.ts"

let calls = 0
const call = (name: string, args: object): ToolCall => ({ id: `c${++calls}`, name, args: JSON.stringify(args) })
const writing = (file: string, content: string) => call("write_file", { path: file, content })

type Script = Parameters<typeof ScriptedModel.layer>[0]

/** What each agent does, turn by turn; then it is done. */
const scripted =
  (turns: Readonly<Record<string, ReadonlyArray<ReadonlyArray<ToolCall>>>>): Script =>
  ({ brief, messages }) => {
    const turn = messages.filter(({ _tag }) => _tag === "Assistant").length
    const todo = turns[brief.agent]?.[turn]
    return todo === undefined ? { text: `${brief.agent} is done` } : { calls: todo }
  }

const conducted = (files: Rig, request: Omit<RunRequest, "workspace">, script: Script) =>
  Effect.gen(function* () {
    const handle = yield* (yield* Runtime).start({ workspace: files.root, ...request })
    return yield* handle.wait
  }).pipe(
    Effect.scoped,
    Effect.provide(
      Runtime.layer.pipe(
        Layer.provideMerge(
          Layer.mergeAll(
            services(files),
            sharedCounter,
            ScriptedModel.layer(script),
            AgentLoader.layer({ workspace: files.root, home: path.join(files.base, "nobody") })
          )
        )
      )
    )
  )

const roomy = { limits: new Limits({ tokens: 400_000 }) }

const toolTexts = (messages: ReadonlyArray<Message>): ReadonlyArray<string> =>
  messages.flatMap((message) => (message._tag === "Tool" ? [message.text] : []))

describe("a run with isolation", () => {
  it.live("lets an agent look at its tree with git, and name files as the user does", () =>
    Effect.gen(function* () {
      const files = yield* rig((rig) => {
        rig.write("a.txt", "one\n")
        rig.commit("first")
        rig.write("a.txt", "the user's\n")
      })
      const heard: Array<string> = []
      const turns = [
        [call("read_file", { path: path.join(files.root, "a.txt") })],
        [call("write_file", { path: path.join(files.root, "a.txt"), content: "two\n" }), writing("new.txt", "new\n")],
        [
          call("git", { args: ["status"] }),
          call("git", { args: ["diff"] }),
          call("git", { args: ["log", "--format=%s"] })
        ]
      ]
      const result = yield* conducted(
        files,
        {
          agents: [asked(writer("one", { ...roomy, tools: ["read_file", "write_file", "git"] }))],
          isolation: "worktree"
        },
        (request, before) => {
          heard.splice(0, heard.length, ...toolTexts(request.messages))
          return scripted({ one: turns })(request, before)
        }
      )
      const [read = "", , , status, diff = "", log] = heard
      expect(read).toContain("one")
      expect([status, log]).toStrictEqual(["## HEAD (no branch)\n M a.txt\n?? new.txt", "first"])
      expect(diff).toContain("-one\n+two")
      expect(result.merges?.left).toStrictEqual([{ path: "a.txt", why: "it was changed here" }])
      expect(files.read("a.txt")).toBe("the user's\n")
    })
  )

  it.live("gives each writer a tree of its own, and merges them into the working tree in the order asked", () =>
    Effect.gen(function* () {
      const files = yield* rig((rig) => {
        rig.write("shared.txt", "one\ntwo\nthree\n")
        rig.commit("first")
        rig.write("mine.txt", "mine\n")
      })
      const before = userState(files)
      const result = yield* conducted(
        files,
        { agents: [asked(writer("first", roomy)), asked(writer("second", roomy))], isolation: "worktree" },
        scripted({
          first: [[call("read_file", { path: "shared.txt" })], [writing("shared.txt", "ONE\ntwo\nthree\n")]],
          second: [[writing("new/second.txt", "2\n")]]
        })
      )
      expect(result.agents.map(({ error, status }) => [status, error])).toStrictEqual([
        ["completed", null],
        ["completed", null]
      ])
      const json = resultJson(result)
      expect(json.merges.map(({ agent, files, status }) => [agent, status, files])).toStrictEqual([
        ["/root/first", "merged", ["shared.txt"]],
        ["/root/second", "merged", ["new/second.txt"]]
      ])
      expect(json.brought).toStrictEqual(["new/second.txt", "shared.txt"])
      expect(json.not_brought).toStrictEqual([])
      expect(files.read("shared.txt")).toBe("ONE\ntwo\nthree\n")
      expect(files.read("new/second.txt")).toBe("2\n")
      expect(files.read("mine.txt")).toBe("mine\n")
      expect(userState(files)).toStrictEqual(before)
      expect(fs.readdirSync(files.trees)).toStrictEqual([])
    })
  )
})
