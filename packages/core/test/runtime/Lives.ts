/**
 * Runs whose agents crash, hang and fall silent by script, in virtual time, with an eye on what is left of them.
 */
import { expect } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as TestClock from "effect/testing/TestClock"
import { AgentDefinition } from "../../src/definition/AgentDefinition.ts"
// What is loaded when the first definition is looked for would take real time, while that of the agents goes by.
import "../../src/definition/DefinitionFacts.ts"
import "../../src/definition/formats/Parse.ts"
import "../../src/definition/formats/ParsePlain.ts"
import "../../src/definition/roles/Roles.ts"
import type { Supervision } from "../../src/definition/Supervision.ts"
import { Limits, type LimitValues } from "../../src/domain/Limits.ts"
import type { AgentRequest } from "../../src/runtime/RunRequest.ts"
import * as OwnTools from "../../src/tool/OwnTools.ts"
import type { AnyTool } from "../../src/tool/Tool.ts"
import { toolEvents } from "../../src/tool/ToolEvent.ts"
import { isAtWork, runTeam, type Script } from "./Team.ts"

/** An agent with this name, which is also its goal; it can read files and call the tool `hang`. */
export const named = (
  name: string,
  more: {
    readonly supervision?: Supervision
    readonly limits?: LimitValues
    readonly spawn?: ReadonlyArray<string>
    readonly tools?: ReadonlyArray<string>
  } = {}
): AgentRequest => ({
  definition: new AgentDefinition({
    name,
    instructions: "Work.",
    tools: ["read_file", "hang", ...(more.tools ?? [])],
    permissions: { spawn: more.spawn ?? [] },
    limits: new Limits(more.limits ?? { tokens: 200_000 }),
    ...(more.supervision === undefined ? {} : { supervision: more.supervision })
  }),
  goal: name,
  scope: []
})

export const broken = Effect.die(new Error("it broke"))

/** Plays a run to its end, and looks whether anything of it is left: a request, a call, more spent than there was. */
export const play = Effect.fnUntraced(function* (
  root: string,
  request: Parameters<typeof runTeam>[1],
  script: Script,
  /** What the tool does at its so-many-th call. */
  hang: (nth: number) => Effect.Effect<string> = () => Effect.never
) {
  let [requests, calls, made] = [0, 0, 0]
  const watched: Script = (sent, before) => {
    const said = script(sent, before)
    if (!Effect.isEffect(said)) return said
    return Effect.suspend(() => {
      requests += 1
      return Effect.ensuring(
        said,
        Effect.sync(() => {
          requests -= 1
        })
      )
    })
  }
  const tool: AnyTool = {
    name: "hang",
    description: "Waits.",
    parameters: Schema.Struct({}),
    timeLimitMs: null,
    outputCap: 1_000,
    replay: "safe",
    narrower: "wait less",
    actions: () => Effect.succeed([]),
    run: () =>
      Effect.suspend(() => {
        made += 1
        calls += 1
        return Effect.ensuring(
          hang(made),
          Effect.sync(() => {
            calls -= 1
          })
        )
      })
  }
  const { events, facts, result } = yield* runTeam(root, request, watched).pipe(
    Effect.provideService(OwnTools.OwnTools, [tool]),
    passing
  )
  expect([requests, calls]).toStrictEqual([0, 0])
  const { tokens } = result.budget
  expect(tokens.used).toBe(result.agents.reduce((sum, { tokensCharged }) => sum + tokensCharged, 0))
  expect(tokens.used).toBeLessThanOrEqual(tokens.limit ?? Number.POSITIVE_INFINITY)
  for (const { tokens: limit, tokensCharged } of result.agents) {
    expect(tokensCharged).toBeLessThanOrEqual(limit ?? Number.POSITIVE_INFINITY)
  }
  const done = events.flatMap((event) =>
    Option.toArray(toolEvents.decode(event)).flatMap((fact) =>
      fact._tag === "Done" ? [{ path: event.path, callId: fact.callId, text: fact.text }] : []
    )
  )
  // Whatever was lived again, no call that had come to its end ran a second time.
  expect(new Set(done.map(({ callId, path }) => `${path} ${callId}`)).size).toBe(done.length)
  return {
    result,
    done,
    /** Path and status of each agent, with the tag of its error. */
    ends: result.agents.map(({ error, path, status }) => `${path} ${status}${error === null ? "" : ` ${error.tag}`}`),
    /** What is on record of an agent, but for its requests. */
    course: (path: string) =>
      facts.flatMap(({ fact, path: at }) => (at === path && !fact._tag.startsWith("Turn") ? [fact] : [])),
    /** How often an agent began, and went on. */
    lives: (path: string) =>
      facts.filter(({ fact, path: at }) => at === path && (fact._tag === "Started" || fact._tag === "Continued")).length
  }
})

/** Lets the time go by until the effect has come to its end: for who sleeps, not for who reads files or counts. */
export const passing = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    const fiber = yield* Effect.forkChild(effect, { startImmediately: true })
    const turn = Effect.promise(() => new Promise<void>((resolve) => setImmediate(resolve)))
    while (fiber.pollUnsafe() === undefined) {
      for (let rest = 0; rest < 25 || isAtWork(); rest++) yield* turn
      yield* TestClock.adjust("500 millis")
    }
    return yield* Fiber.join(fiber)
  })
