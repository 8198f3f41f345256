import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { Answer } from "../../../src/testing/provider/Answer.ts"
import { type Output, outputOf } from "../../../src/testing/provider/Output.ts"

const said = ({ calls, reasoning, text }: Output): string =>
  asSent(reasoning, text, ...calls.flatMap(({ args, name }) => [name, args]))

/** Each for itself: two halves of a character in two of them are not one. */
const asSent = (...texts: ReadonlyArray<string>): string => texts.map((text) => Buffer.from(text).toString()).join("")

describe("an output", () => {
  it("is cut between characters, and nothing follows the cut", () => {
    const answer: Answer = { text: "ab👋", calls: [{ id: "c", name: "grep", args: {} }] }
    const cut = (maxOutput: number) => outputOf(answer, { index: 0, maxOutput })
    const none = { reasoning: "", reasoningTokens: 0, calls: [] }
    expect(cut(1)).toStrictEqual({ ...none, text: "ab", finish: "length", bytes: 2, tokens: 1 })
    // The name of the call would not fit whole.
    expect(cut(2)).toStrictEqual({ ...none, text: "ab👋", finish: "length", bytes: 6, tokens: 2 })
    expect(cut(3)).toStrictEqual({
      ...none,
      text: "ab👋",
      calls: [{ id: "c", name: "grep", args: "{}" }],
      finish: "tool_calls",
      bytes: 12,
      tokens: 3
    })
  })

  const Cap = Schema.Int.pipe(Schema.check(Schema.isBetween({ minimum: 0, maximum: 20 })))
  it.effect.prop(
    "is a beginning of what was scripted, never over its cap, and ends with `length` exactly where something is missing",
    [Schema.String, Schema.String, Schema.String, Cap],
    ([reasoning, text, args, maxOutput]) =>
      Effect.sync(() => {
        const answer = { reasoning, text, calls: [{ name: "grep", args }] }
        const whole = asSent(reasoning, text, "grep", args)
        const output = outputOf(answer, { index: 0, maxOutput })
        const sent = said(output)
        expect(whole.startsWith(sent)).toBe(true)
        expect(output.tokens).toBeLessThanOrEqual(maxOutput)
        expect(output.reasoningTokens).toBeLessThanOrEqual(output.tokens)
        expect([output.bytes, output.tokens]).toStrictEqual([
          Buffer.byteLength(sent),
          Math.ceil(Buffer.byteLength(sent) / 4)
        ])
        expect(output.finish).toBe(sent === whole ? "tool_calls" : "length")
      })
  )
})
