import { RunId } from "@deputize/core/domain/Ids"
import { recorded } from "@deputize/core/history/Fact"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { Invocation } from "../../src/command/Invocation.ts"
import { Output } from "../../src/render/Output.ts"
import { makeStyle } from "../../src/render/Style.ts"
import { watch, writeResult } from "../../src/run/Watch.ts"
import { asked, call, eventsOf, type Happening, started } from "../render/Events.ts"
import { agentResult, runResult } from "../render/Results.ts"

const answer = "First line.\n\nSecond line.\n"

/** A turn with a call, one that failed, one that answers. */
const life: ReadonlyArray<Happening> = [
  asked("code-reviewer"),
  started("code-reviewer"),
  { what: "agent.TurnRequested", body: { turn: 1, closing: false } },
  { what: "agent.TurnProgress", body: { turn: 1, text: "I look " } },
  {
    what: "agent.TurnCompleted",
    body: { turn: 1, text: "I look first.\u0007", calls: [call("1", "grep", {})], charged: 10, finish: "tool_calls" }
  },
  { what: "agent.TurnRequested", body: { turn: 2, closing: true } },
  { what: "agent.TurnProgress", body: { turn: 2, text: "First line.\n\nSec" } },
  {
    what: "agent.TurnFailed",
    body: { turn: 2, charged: 10, error: { message: "the stream was cut" }, retryInMs: 100 }
  },
  { what: "agent.TurnRequested", body: { turn: 2, closing: true } },
  { what: "agent.TurnProgress", body: { turn: 2, text: "First line.\n\nSec" } },
  { what: "agent.TurnCompleted", body: { turn: 2, text: answer, calls: [], charged: 10, finish: "stop" } },
  { what: "agent.Ended", body: { result: { status: "completed", answer, error: null } } }
]

interface Case {
  readonly flags?: Readonly<Record<string, ReadonlyArray<string>>>
  readonly terminals?: { readonly data: boolean; readonly notes: boolean }
  readonly streamsAnswer?: boolean
}

/** Everything that is written of a run, each as `channel: text`, up to the result. */
const written = ({ flags = {}, streamsAnswer = true, terminals = { data: true, notes: true } }: Case) =>
  Effect.gen(function* () {
    const texts: Array<string> = []
    const channel = (name: "data" | "notes") => ({
      write: (text: string) => Effect.sync(() => void texts.push(`${name}: ${text}`)),
      style: makeStyle(false, true),
      isTerminal: terminals[name],
      // The tree has its own tests; it writes past the channels.
      canRedraw: false
    })
    const output = Output.of({ data: channel("data"), notes: channel("notes") })
    const invocation = new Invocation("delegate", [], new Map(Object.entries(flags)))
    const handle = {
      run: RunId.make("r0mh8k3x2q7f4a"),
      events: Stream.fromIterable(eventsOf(life)),
      wait: Effect.never,
      cancel: Effect.never
    }
    const result = runResult([agentResult({ answer })])
    yield* Effect.gen(function* () {
      const shown = yield* watch(Stream.map(handle.events, recorded), invocation, { streamsAnswer })
      yield* writeResult(invocation, shown, result, { data: answer, json: "{}\n" })
    }).pipe(Effect.provideService(Output, output))
    return texts
  })

const plain = [
  "notes: code-reviewer: started, 40,000 tokens\n",
  "notes: code-reviewer: turn 1, 10 / 40,000 tokens (1 %)\n",
  "notes: code-reviewer: turn 2 failed: the stream was cut; trying again in 0.1 s\n",
  "notes: code-reviewer: turn 2, 30 / 40,000 tokens (1 %)\n",
  "notes: code-reviewer: completed\n"
]

describe("a run in front of the user", () => {
  it.effect("streams its answer to a terminal, with what does not count told apart from it", () =>
    Effect.gen(function* () {
      expect(yield* written({})).toStrictEqual([
        plain[0],
        plain[1],
        "notes: I look first.\\u{7}\n",
        "data: First line.\n",
        plain[2],
        "notes: notice: the text above is void, its turn failed: the stream was cut\n",
        "data: First line.\n",
        plain[3],
        "data: \nSecond line.\n",
        plain[4]
      ])
    })
  )

  it.effect("streams every character at once where no notes can run into them", () =>
    Effect.gen(function* () {
      const data = (texts: ReadonlyArray<string>) => texts.filter((text) => text.startsWith("data"))
      const expected = ["First line.\n\nSec", "\n", "First line.\n\nSec", "ond line.\n"].map((text) => `data: ${text}`)
      expect(data(yield* written({ terminals: { data: true, notes: false } }))).toStrictEqual(expected)
      expect(yield* written({ flags: { quiet: [] } })).toStrictEqual([
        ...expected.slice(0, 2),
        "notes: notice: the text above is void, its turn failed: the stream was cut\n",
        ...expected.slice(2)
      ])
    })
  )

  it.effect("writes its answer once, at the end, where nobody watches it come", () =>
    Effect.gen(function* () {
      const atEnd = [...plain, `data: ${answer}`]
      expect(yield* written({ terminals: { data: false, notes: true } })).toStrictEqual(atEnd)
      expect(yield* written({ streamsAnswer: false })).toStrictEqual(atEnd)
      expect(yield* written({ flags: { json: [] } })).toStrictEqual([...plain, "data: {}\n"])
    })
  )

  it.effect("is one object a line with stream-json, the result the last", () =>
    Effect.gen(function* () {
      const texts = yield* written({ flags: { "output-format": ["stream-json"], quiet: [] } })
      const types = texts
        .join("")
        .replaceAll("data: ", "")
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line).type)
      expect(types).toStrictEqual([
        "init",
        "agent_start",
        "message",
        "message",
        "budget",
        "message",
        "error",
        "budget",
        "message",
        "message",
        "budget",
        "agent_end",
        "result"
      ])
    })
  )
})
