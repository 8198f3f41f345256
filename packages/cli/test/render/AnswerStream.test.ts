import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { type AnswerStream, emptyStream, finish, follow, held, type Steps } from "../../src/render/AnswerStream.ts"
import { factsOf, type Happening } from "./Events.ts"

const requested = (turn: number, closing = false): Happening => ({
  what: "agent.TurnRequested",
  body: { turn, closing }
})
const progress = (text: string, turn = 1): Happening => ({ what: "agent.TurnProgress", body: { turn, text } })
const completed = (text: string, calls: ReadonlyArray<string> = [], turn = 1): Happening => ({
  what: "agent.TurnCompleted",
  body: { turn, text, calls: calls.map((name) => ({ id: name, name, args: "{}" })) }
})
const failed = (message: string, turn = 1): Happening => ({
  what: "agent.TurnFailed",
  body: { turn, attempt: 1, charged: 0, nanoUsd: null, error: { tag: "ModelError", message, hint: "" }, retryInMs: 100 }
})

/** What is said, each as `channel: text`, an `answer` at the end being the final one. */
const told = (steps: Steps, happenings: ReadonlyArray<Happening>, answer?: string) => {
  let stream: AnswerStream = emptyStream(steps)
  const said = factsOf(happenings).flatMap((event) => {
    const step = follow(stream, event)
    stream = step.stream
    return step.said
  })
  return [...said, ...(answer === undefined ? [] : finish(stream, answer))].map(({ _tag, text }) => `${_tag}: ${text}`)
}

const long = `${"A line of the report that is long enough to be one.\n".repeat(10)}`

describe("the answer on a terminal", () => {
  it("comes once, when its turn has ended without calls", () => {
    expect(
      told("lines", [requested(1), progress("The ans"), completed("The answer\n\n")], "The answer\n\n")
    ).toStrictEqual(["Answer: The answer\n"])
  })

  it("comes as it is written when no tools were offered", () => {
    expect(
      told("characters", [requested(1, true), progress("The "), progress("answer.\n"), completed("The answer.\nEnd")])
    ).toStrictEqual(["Answer: The", "Answer:  answer.", "Answer: \nEnd\n"])
  })

  it("comes in whole lines where something is drawn below it", () => {
    expect(
      told("lines", [
        requested(1, true),
        progress("a"),
        progress("b\n\n"),
        progress("\nc"),
        progress("\nd"),
        completed("ab\n\n\nc\nd")
      ])
    ).toStrictEqual(["Answer: ab\n", "Answer: \n\nc\n", "Answer: d\n"])
  })

  it("is never the summary that an agent makes of its conversation", () => {
    const asks = { what: "agent.TurnRequested", body: { turn: 2, purpose: "summary", closing: false } }
    const ends = { what: "agent.TurnCompleted", body: { turn: 2, purpose: "summary", text: long, calls: [] } }
    const fails = { what: "agent.TurnFailed", body: { turn: 2, purpose: "summary", error: { message: "no" } } }
    const before = [requested(1), completed("I look.", ["grep"])]
    const after = [requested(2), progress("The", 2), completed("The answer", [], 2)]
    expect(
      [
        [...before, asks, progress(long, 2), ends, ...after],
        [...before, asks, progress(long, 2), fails, ...after]
      ].map((happenings) => told("lines", happenings, "The answer"))
    ).toStrictEqual([
      ["Commentary: I look.", "Answer: The answer\n"],
      ["Commentary: I look.", "Answer: The answer\n"]
    ])
  })

  it("comes as it is written once it is longer than commentary", () => {
    expect(
      told("lines", [requested(1), progress(long), progress("Last"), completed(`${long}Last`)], `${long}Last`)
    ).toStrictEqual([`Answer: ${long}`, "Answer: Last\n"])
  })

  it("is not what an agent says before it calls tools", () => {
    expect(
      told(
        "lines",
        [
          requested(1),
          progress("I look"),
          completed("I look first.", ["grep"]),
          requested(2),
          completed("Found.", [], 2)
        ],
        "Found."
      )
    ).toStrictEqual(["Commentary: I look first.", "Answer: Found.\n"])
  })

  it("is told from a long text that was not the answer after all", () => {
    expect(
      told(
        "lines",
        [
          requested(1),
          progress(long),
          completed(`${long}So I look.`, ["grep"]),
          requested(2),
          completed("Found.", [], 2)
        ],
        "Found."
      )
    ).toStrictEqual([
      `Answer: ${long}`,
      "Commentary: So I look.",
      "Notice: the text above was not the answer yet, the agent goes on",
      "Answer: Found.\n"
    ])
  })

  it("begins again when its turn failed, which is said if some of it had been shown", () => {
    expect(
      told(
        "characters",
        [
          requested(1, true),
          progress("Half of"),
          failed("the stream was cut"),
          requested(1, true),
          completed("All of it")
        ],
        "All of it"
      )
    ).toStrictEqual([
      "Answer: Half of",
      "Answer: \n",
      "Notice: the text above is void, its turn failed: the stream was cut",
      "Answer: All of it\n"
    ])
    expect(
      told("lines", [requested(1), progress("Half"), failed("cut"), requested(1), completed("All")], "All")
    ).toStrictEqual(["Answer: All\n"])
  })

  it("is completed by what is missing of the final one", () => {
    expect(told("lines", [requested(1, true), progress("one\ntwo\nthr")], "one\ntwo\nthree")).toStrictEqual([
      "Answer: one\ntwo\n",
      "Answer: three\n"
    ])
    expect(told("lines", [requested(1)], "said by nobody")).toStrictEqual(["Answer: said by nobody\n"])
    expect(told("lines", [requested(1)], "")).toStrictEqual([])
  })

  it("is said to be another one when the final one is", () => {
    expect(told("characters", [requested(1, true), progress("one")], "two")).toStrictEqual([
      "Answer: one",
      "Answer: \n",
      "Notice: the text above is not the answer, which is:",
      "Answer: two\n"
    ])
  })

  it("shows what a terminal would obey", () => {
    expect(
      told("characters", [requested(1, true), progress("a\r"), progress("\nb\u001b[2J"), completed("a\r\nb\u001b[2J")])
    ).toStrictEqual(["Answer: a", "Answer: \nb\\u{1b}[2J", "Answer: \n"])
  })

  it("is the one of the agent that was asked, not of those below it", () => {
    expect(told("lines", [{ ...completed("child"), agent: "code-reviewer/explorer" }])).toStrictEqual([])
  })

  it("is held back while it may be commentary", () => {
    const [event] = factsOf([progress("I look at")])
    const { stream } = event === undefined ? { stream: emptyStream("lines") } : follow(emptyStream("lines"), event)
    expect(held(stream)).toBe("I look at")
  })

  it.effect.prop(
    "is on standard output with each character once, however it comes",
    [
      Schema.Array(Schema.Literals(["word ", "\n", "\r\n", " ", "日本語", "👩‍💻", "x".repeat(200), "\n\n"])),
      Schema.Literals(["lines", "characters"]),
      Schema.Boolean
    ],
    ([parts, steps, closing]) =>
      Effect.sync(() => {
        const answer = parts.join("")
        const said = told(
          steps,
          [requested(1, closing), ...parts.map((part) => progress(part)), completed(answer)],
          answer
        )
        expect(said.every((line) => line.startsWith("Answer: "))).toBe(true)
        const shown = said.map((line) => line.slice("Answer: ".length)).join("")
        const plain = answer.trim().replaceAll("\r\n", "\n")
        // A line is written with the spaces at its end before it is known to be the last.
        expect(shown.replace(/ +\n$/, "\n")).toBe(plain === "" ? "" : `${plain}\n`)
      })
  )
})
