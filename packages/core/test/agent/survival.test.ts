/**
 * An agent that is killed at any of its events, and goes on from its record.
 */
import { afterAll, describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { formatOf } from "../../src/agent/AnswerCheck.ts"
import { cutEverywhere, cutInTurn, expectSafe, told } from "./cutting.ts"
import { type Asked, asTask, begin, goOn, removeScenes, type Scene } from "./scene.ts"

afterAll(removeScenes)

const files = new Map([
  ["a.txt", "one\ntwo\n"],
  ["b.txt", "bee\n"],
  ["long.txt", "x and more of it\n".repeat(200)]
])

const patch = (...lines: ReadonlyArray<string>): Asked => [
  "apply_patch",
  { patch: ["*** Begin Patch", ...lines, "*** End Patch"].join("\n") }
]

const endless = (...asked: ReadonlyArray<Asked>) => Array.from({ length: 9 }, () => asked)

const limited = (limits: { readonly turns?: number; readonly tokens?: number }) =>
  asTask({ limits: { ...asTask({}).limits, ...limits } })

describe("an agent that is killed at any of its events", () => {
  it.effect("comes to the same, pays for no answer again, makes no call again", () =>
    Effect.gen(function* () {
      const whole = yield* cutEverywhere({
        task: asTask({ checks: { commands: ["test -f ok.txt"], environment: {} }, artifacts: ["report.md"] }),
        files,
        failing: [2],
        script: [
          [
            ["read_file", { path: "a.txt" }],
            ["read_file", { path: "b.txt" }],
            ["list_dir", { path: "." }]
          ],
          [
            ["write_file", { path: "a.txt", content: "one\n2\n" }],
            ["print", { text: "line" }],
            ["post", { text: "first" }]
          ],
          [
            ["edit", { path: "a.txt", old: "2", new: "two" }],
            ["read_file", { path: "@result/1", offset: 3, limit: 5 }],
            ["fly", {}]
          ],
          [
            patch("*** Update File: b.txt", "-bee", "+wasp", "*** Add File: c/d.txt", "+dee"),
            ["update_plan", { steps: [{ text: "go on", status: "doing" }] }],
            ["post", { text: "second" }]
          ],
          [["delete_file", { path: "b.txt" }]],
          [],
          [["write_file", { path: "ok.txt", content: "ok\n" }]],
          []
        ]
      })
      expect(told(whole)).toStrictEqual({
        status: "completed",
        answer: "This is the answer of turn 8",
        artifacts: ["a.txt", "c/d.txt", "ok.txt", "report.md"],
        checks: [{ command: "test -f ok.txt", ok: true, exitCode: 0, output: "" }],
        error: null,
        toolCalls: 14,
        turns: 8,
        verified: true
      })
    })
  )

  it.effect.each([true, false])("does so where its conversation is shortened (with a summary: %s)", (summarises) =>
    Effect.gen(function* () {
      const reads = [0, 1, 2, 3, 4, 5].map(
        (index): ReadonlyArray<Asked> => [["read_file", { path: "long.txt", offset: 1 + index, limit: 100 + index }]]
      )
      const scene = { task: asTask({}), files, script: [...reads, []], contextWindow: 5_000, summarises, failing: [6] }
      const { events, result } = yield* cutEverywhere(scene)
      expect([result.status, result.turns]).toStrictEqual(["completed", 7])
      expect(events.filter(({ type }) => type === "Compacted").length).toBeGreaterThan(0)
    })
  )

  it.effect.each<readonly [ends: string, tag: string, requests: number, scene: Effect.Effect<Partial<Scene>>]>([
    [
      "is closed at its limit of turns, and asked for its answer once",
      "TurnLimitReached",
      3,
      Effect.succeed({ task: limited({ turns: 3 }), script: endless(["post", { text: "x" }]) })
    ],
    [
      "is cut at its output cap, and closed for that",
      "AnswerCut",
      2,
      Effect.succeed({ script: [[["print", { text: "much ".repeat(400) }]]], maxOutput: 300 })
    ],
    [
      "is sent back twice where its answer misses the form",
      "AnswerMismatch",
      3,
      Effect.map(Effect.orDie(formatOf({ type: "object" })), (format) => ({ task: asTask({ format }) }))
    ],
    [
      "is sent back twice where a check fails",
      "VerificationFailed",
      3,
      Effect.succeed({ task: asTask({ checks: { commands: ["exit 3"], environment: {} } }) })
    ],
    [
      "is ended where it asks for the same again and again",
      "AgentLooping",
      6,
      Effect.succeed({ script: endless(["list_dir", { path: "." }]) })
    ],
    ["is ended where its calls cannot be read", "CallsUnreadable", 3, Effect.succeed({ script: endless(["fly", {}]) })]
  ])("%s, as if it had not been", ([, tag, asked, scene]) =>
    Effect.gen(function* () {
      const { events, result } = yield* cutEverywhere({ task: asTask({}), files, script: [], ...(yield* scene) })
      const requests = events.filter(({ type }) => type === "TurnRequested").length
      expect([result.error?.tag, requests]).toStrictEqual([tag, asked])
    })
  )

  it.effect("reads as much, and is told as often that it repeats itself", () =>
    Effect.gen(function* () {
      const same: ReadonlyArray<Asked> = [
        ["print", { text: "same" }],
        ["print", { text: "same" }]
      ]
      const reads: ReadonlyArray<Asked> = [
        ["read_file", { path: "a.txt" }],
        ["read_file", { path: "long.txt" }]
      ]
      const { messages } = yield* cutEverywhere({
        task: asTask({}),
        files,
        script: [same, same, reads, []],
        contextWindow: 6_000
      })
      const texts = messages.map(({ text }) => text)
      expect(texts.filter((text) => text.includes("made this call 3 times")).length).toBe(2)
      expect(texts.filter((text) => text.includes("more lines; continue with offset")).length).toBe(1)
    })
  )

  it.effect("never uses more than its budget", () =>
    Effect.gen(function* () {
      const tokens = 16_000
      const script = endless(["read_file", { path: "long.txt" }])
      const scene = { task: limited({ tokens }), files, script }
      const { life: whole } = yield* begin(scene)
      for (const moment of whole.moments) {
        const after = yield* goOn(scene, moment, whole)
        expectSafe(whole.events.slice(0, moment.count), after)
        const { result, used } = after.life
        expect([result.status, result.error?.tag]).toStrictEqual(["paused", "BudgetExceeded"])
        expect(used).toBeLessThanOrEqual(tokens)
      }
    })
  )
})

const Kind = Schema.Literals(["look", "long", "write", "over", "edit", "patch", "post", "plan", "fly"])

/** Those of one turn have nothing to do with each other: what comes of them is not chance. */
const callOf =
  (turn: number) =>
  (kind: typeof Kind.Type, index: number): Asked => {
    const file = `f${turn}-${index}.txt`
    switch (kind) {
      case "look":
        return ["read_file", { path: "long.txt", offset: turn + 1, limit: 3 + index }]
      case "long":
        return ["print", { text: file }]
      case "write":
        return ["write_file", { path: file, content: `${file}\n` }]
      case "over":
        return ["write_file", { path: index === 0 ? "a.txt" : file, content: `one\n${file}\n` }]
      case "edit":
        return ["edit", { path: index === 0 ? "b.txt" : file, old: "bee", new: `bee ${file}` }]
      case "patch":
        return patch(`*** Add File: new/${file}`, "+text")
      case "post":
        return ["post", { text: file }]
      case "plan":
        return ["update_plan", { steps: [{ text: file, status: "doing" }] }]
      case "fly":
        return ["fly", {}]
    }
  }

describe("an agent that is killed again and again", () => {
  const Turn = Schema.Array(Kind).pipe(Schema.check(Schema.isMinLength(1), Schema.isMaxLength(3)))
  const Part = Schema.Finite.pipe(Schema.check(Schema.isBetween({ minimum: 0, maximum: 1 })))
  it.effect.prop(
    "comes to the same, whatever it does",
    [
      Schema.Array(Turn).pipe(Schema.check(Schema.isMaxLength(6))),
      Schema.Array(Part).pipe(Schema.check(Schema.isMaxLength(8)))
    ],
    ([kinds, parts]) => {
      const opening: ReadonlyArray<Asked> = [["read_file", { path: "a.txt" }]]
      const script = [opening, ...kinds.map((turn, index) => turn.map(callOf(index))), []]
      return cutInTurn({ task: asTask({}), files, script, failing: [3] }, parts)
    },
    { arbitrary: { runs: 15 } }
  )
})
