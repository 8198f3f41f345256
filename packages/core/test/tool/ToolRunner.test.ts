import { Journal } from "@deputize/core/journal/Journal"
import type { AnyTool, Tool } from "@deputize/core/tool/Tool"
import { describe, expect, it } from "@effect/vitest"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Schema from "effect/Schema"
import { TestClock } from "effect/testing"
import { call, type Options, reading, recorded, within } from "./fixture.ts"

const Parameters = Schema.Struct({ path: Schema.String, times: Schema.optionalKey(Schema.Int) })

const probe = (run: Tool<typeof Parameters.Type>["run"], options?: Partial<AnyTool>): Options => ({
  tools: [
    {
      name: "probe",
      description: "",
      parameters: Parameters,
      timeLimitMs: 1000,
      outputCap: 10_000,
      replay: "safe",
      narrower: "ask for less",
      actions: ({ path }: typeof Parameters.Type) => Effect.succeed([{ _tag: "Read", path }]),
      run,
      ...options
    }
  ]
})

const empty = () => {}

describe("runCall", () => {
  it.effect("records decision and intent before the act, and the result that the model gets after it", () =>
    within(
      (files) => files.write("a.txt", "hello\n"),
      Effect.fnUntraced(function* () {
        const journal = yield* Journal
        const tags = recorded.pipe(
          Effect.provideService(Journal, journal),
          Effect.orDie,
          Effect.map((events) => events.map((event) => event._tag).join())
        )
        expect(
          yield* call(
            "probe",
            { path: "a.txt" },
            probe(() => tags)
          )
        ).toBe("Decided,Intent")
        const [decided, intent, done] = yield* recorded
        expect(decided).toMatchObject({
          callId: "c1",
          action: { _tag: "Read", path: "a.txt" },
          decision: { _tag: "Allow" }
        })
        expect(intent).toStrictEqual({ _tag: "Intent", call: { id: "c1", name: "probe", args: '{"path":"a.txt"}' } })
        expect(done).toStrictEqual({ _tag: "Done", callId: "c1", ok: true, text: "Decided,Intent", ms: 0, changes: [] })
      })
    )
  )

  it.effect("lets a fenced tool act only when its intent is on the disk, and no other tool wait for it", () =>
    within(
      empty,
      Effect.fnUntraced(function* () {
        const journal = yield* Journal
        let synced = 0
        const counting = Journal.of({ ...journal, barrier: Effect.sync(() => void synced++) })
        const act = () => Effect.sync(() => `${synced} synced`)
        const results = Effect.all([
          call("probe", { path: "a" }, probe(act)),
          call("probe", { path: "a" }, probe(act, { replay: "fenced" }))
        ])
        expect(yield* Effect.provideService(results, Journal, counting)).toStrictEqual(["0 synced", "1 synced"])
      })
    )
  )

  it.effect("does not act when the policy denies, and records the reason that the model reads", () =>
    within(
      empty,
      Effect.fnUntraced(function* () {
        let acted = false
        const act = () =>
          Effect.sync(() => {
            acted = true
            return ""
          })
        const text = yield* call("probe", { path: "secret" }, { ...probe(act), policy: reading("src/**") })
        const [decided, done, ...rest] = yield* recorded
        expect([acted, rest]).toStrictEqual([false, []])
        expect(decided).toMatchObject({ _tag: "Decided", decision: { _tag: "Deny" } })
        expect(done).toMatchObject({ _tag: "Done", ok: false, text: text.slice(2) })
        expect(text).toMatch(/^! denied by the policy: /)
      })
    )
  )

  it.effect("records a path that is against a rule as denied by that rule", () =>
    within(
      empty,
      Effect.fnUntraced(function* () {
        yield* call("read_file", { path: "../x" })
        expect((yield* recorded)[0]).toMatchObject({
          _tag: "Decided",
          action: { _tag: "Read", path: "../x" },
          decision: { _tag: "Deny", rule: "path outside" }
        })
      })
    )
  )

  it.effect("does not tell names below a folder that may not be read", () =>
    within(
      (files) => files.write("private/salaries.csv", "x"),
      Effect.fnUntraced(function* () {
        const text = yield* call("read_file", { path: "private/salary.csv" }, { policy: reading("src/**") })
        expect(text).toMatch(/^! denied: /)
        expect(text).not.toContain("salaries")
      })
    )
  )

  it.effect.each([
    ["not JSON", "{", "the arguments are not a JSON object"],
    ["a list", "[]", "the arguments are not a JSON object"],
    ["an unknown field", '{"path":"a","approved":true}', "unknown argument `approved`"],
    ["a field of a prototype", '{"path":"a","__proto__":{}}', "unknown argument `__proto__`"],
    ["a missing field", "", "`path`: "],
    ["a wrong type", '{"path":"a","times":"x"}', "`times`: "]
  ] as const)("says what is wrong with arguments that are %s, and which there are", ([, args, what]) =>
    within(
      empty,
      Effect.fnUntraced(function* () {
        const text = yield* call(
          "probe",
          args,
          probe(() => Effect.succeed("acted"))
        )
        expect(text).toContain(`! error: ${what}`)
        expect(text).toContain("The arguments of probe: `path` (required), `times`.")
        expect((yield* recorded).map((event) => event._tag)).toStrictEqual(["Done"])
      })
    )
  )

  it.effect("names the tools that there are when one does not exist", () =>
    within(
      empty,
      Effect.fnUntraced(function* () {
        expect(yield* call("rm_rf", {})).toBe("! error: there is no tool rm_rf. Tools: read_file, list_dir, glob, grep")
      })
    )
  )

  it.effect("takes a tool by any of its names", () =>
    within(
      (files) => files.write("a.txt", "hello\n"),
      Effect.fnUntraced(function* () {
        expect(yield* call("codex_read_file", { path: "a.txt" })).toBe("1\thello")
      })
    )
  )

  it.effect("turns a tool's own fault into an error that the model reads", () =>
    within(
      empty,
      Effect.fnUntraced(function* () {
        const fault = probe(() => Effect.die(new Error("index out of range")))
        expect(yield* call("probe", { path: "a" }, fault)).toBe(
          "! error: probe broke: index out of range. Go on without this call; the same call will most likely break again."
        )
      })
    )
  )

  it.effect("stops a tool at its time limit", () =>
    within(
      empty,
      Effect.fnUntraced(function* () {
        const fiber = yield* Effect.forkChild(
          call(
            "probe",
            { path: "a" },
            probe(() => Effect.never)
          ),
          {
            startImmediately: true
          }
        )
        yield* TestClock.adjust("1 second")
        expect(yield* Fiber.join(fiber)).toBe(
          "! error: probe was stopped after 1 seconds. To need less time, ask for less."
        )
      })
    )
  )

  it.effect("stops a tool that says nothing of its time after a quarter of an hour", () =>
    within(
      empty,
      Effect.fnUntraced(function* () {
        const endless = probe(() => Effect.never, { timeLimitMs: undefined })
        const fiber = yield* Effect.forkChild(call("probe", { path: "a" }, endless), { startImmediately: true })
        yield* TestClock.adjust("899 seconds")
        expect(fiber.pollUnsafe()).toBeUndefined()
        yield* TestClock.adjust("1 second")
        expect(yield* Fiber.join(fiber)).toBe(
          "! error: probe was stopped after 900 seconds. To need less time, ask for less."
        )
      })
    )
  )

  it.effect("lets a tool that waits for others take the time that they take", () =>
    within(
      empty,
      Effect.fnUntraced(function* () {
        const others = yield* Deferred.make<string>()
        const waiting = probe(() => Deferred.await(others), { timeLimitMs: null })
        const fiber = yield* Effect.forkChild(call("probe", { path: "a" }, waiting), { startImmediately: true })
        yield* TestClock.adjust("10 days")
        yield* Deferred.succeed(others, "here they are")
        expect(yield* Fiber.join(fiber)).toBe("here they are")
      })
    )
  )

  it.effect("records a call that is refused without making it", () =>
    within(
      empty,
      Effect.fnUntraced(function* () {
        let acted = false
        const act = probe(() =>
          Effect.sync(() => {
            acted = true
            return ""
          })
        )
        const text = yield* call("probe", { path: "a" }, { ...act, refusal: "the limit of tool calls is reached" })
        expect([text, acted]).toStrictEqual(["! error: the limit of tool calls is reached", false])
        expect(yield* recorded).toStrictEqual([
          { _tag: "Done", callId: "c1", ok: false, text: text.slice(2), unmade: "refused", ms: 0, changes: [] }
        ])
      })
    )
  )

  it.effect("records what is remarked on a result as part of it", () =>
    within(
      empty,
      Effect.fnUntraced(function* () {
        const act = probe(() => Effect.succeed("same"))
        const text = yield* call("probe", { path: "a" }, { ...act, remark: (result) => `\n(${result} again)` })
        expect(text).toBe("same\n(same again)")
        expect((yield* recorded).at(-1)).toMatchObject({ _tag: "Done", text })
      })
    )
  )

  it.effect("refuses fields that an argument's own parts do not have", () =>
    within(
      empty,
      Effect.fnUntraced(function* () {
        const Nested = Schema.Struct({ steps: Schema.Array(Schema.Struct({ text: Schema.String })) })
        const tool = probe(() => Effect.succeed("acted"), { parameters: Nested, actions: () => Effect.succeed([]) })
        const text = yield* call("probe", { steps: [{ text: "a", approved: true }] }, tool)
        expect(text).toMatch(/^! error: `steps`\.`0`\.`approved`: /)
      })
    )
  )

  it.effect("leaves an intent without an end when it is interrupted", () =>
    within(
      empty,
      Effect.fnUntraced(function* () {
        const started = yield* Deferred.make<void>()
        const hang = probe(() => Effect.andThen(Deferred.succeed(started, undefined), Effect.never))
        const fiber = yield* Effect.forkChild(call("probe", { path: "a" }, hang))
        yield* Deferred.await(started)
        yield* Fiber.interrupt(fiber)
        expect((yield* recorded).map((event) => event._tag)).toStrictEqual(["Decided", "Intent"])
      })
    )
  )

  it.effect("cuts at a line's end and says how much is missing and how to get it", () =>
    within(
      empty,
      Effect.fnUntraced(function* () {
        const text = Array.from({ length: 100 }, (_, i) => `line ${i}`).join("\n")
        const options = probe(() => Effect.succeed(text))
        expect(yield* call("probe", { path: "a" }, { ...options, outputBytes: 80 })).toBe(
          "line 0\nline 1\nline 2\nline 3\n(… 96 more lines, 762 more bytes; ask for less)"
        )
        expect(yield* call("probe", { path: "a" }, { ...options, outputBytes: 10 })).toBe("(… cut)")
        expect(yield* call("probe", { path: "a" }, options)).toBe(text)
      })
    )
  )

  it.effect("cuts one long line between characters", () =>
    within(
      empty,
      Effect.fnUntraced(function* () {
        const text = yield* call(
          "probe",
          { path: "a" },
          { ...probe(() => Effect.succeed("😀".repeat(1000))), outputBytes: 100 }
        )
        expect(text).toMatch(/^(😀)+\n\(… 1 more lines, \d+ more bytes; ask for less\)$/u)
        expect(Buffer.byteLength(text)).toBeLessThanOrEqual(100)
      })
    )
  )

  it.effect("spells out control characters of any result", () =>
    within(
      empty,
      Effect.fnUntraced(function* () {
        expect(
          yield* call(
            "probe",
            { path: "a" },
            probe(() => Effect.succeed("\u001b]0;x\u0007\tok\n"))
          )
        ).toBe("\\u{1b}]0;x\\u{7}\tok\n")
      })
    )
  )
})
