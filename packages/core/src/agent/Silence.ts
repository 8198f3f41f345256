/**
 * The clock that ends an agent of which nothing is seen any more: no event of its own, no part of an answer, no end of a
 * call, for as long as it may be silent. What it has running is interrupted with it, and nobody else.
 *
 * 1. Time in which it rests does not count: it waits for other agents, for its turn at the provider, for a check of the
 *    user's, or for the moment at which a failed request is sent again.
 * 2. A tool with a limit of its own has all of that: then the call is ended, and the agent goes on.
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { type Listener, Pulse } from "../actor/Pulse.ts"
import { elapsedUnsafe } from "../domain/Elapsed.ts"
import { Journal, type JournalEntry } from "../journal/Journal.ts"
import { Model } from "../model/Model.ts"
import { type AnyTool, limitMsOf } from "../tool/Tool.ts"
import { canonicalName } from "../tool/ToolNames.ts"

/** It showed no sign of life for longer than it may. */
export class AgentSilent extends Schema.TaggedError<AgentSilent>()("AgentSilent", {
  path: Schema.String,
  silentMs: Schema.Int,
  /** What it had begun and not ended: calls of tools, by name, or a request to the model. */
  doing: Schema.Array(Schema.String)
}) {
  override get message() {
    const at = this.doing.length === 0 ? "" : `; it was waiting for ${this.doing.join(" and ")}`
    return `${this.path} gave no sign of life for ${span(this.silentMs)} and was ended${at}`
  }
  get hint() {
    return "Allow it more with --silence, also when it is resumed, or with supervision.silence in its definition; what it had until then is kept."
  }
}

export interface Quiet {
  readonly path: string
  readonly tools: ReadonlyArray<AnyTool>
  /** Milliseconds. */
  readonly silenceMs: number
}

/** Fails with AgentSilent when nothing was seen of `work` for too long, and it has been interrupted. */
export const within =
  (quiet: Quiet) =>
  <A, E, R>(work: Effect.Effect<A, E, R>): Effect.Effect<A, E | AgentSilent, R | Journal | Model> =>
    Effect.gen(function* () {
      const clock = yield* Clock.Clock
      const [journal, model] = [yield* Journal, yield* Model]
      const watch = makeWatch(quiet, () => elapsedUnsafe(clock))
      const watched = work.pipe(
        Effect.provideService(Pulse, watch.listener),
        Effect.provideService(Journal, {
          ...journal,
          append: (run, entries) =>
            Effect.tap(journal.append(run, entries), () => Effect.sync(() => watch.saw(entries)))
        }),
        Effect.provideService(Model, {
          ...model,
          stream: (request) => Stream.tap(model.stream(request), () => Effect.sync(watch.listener.beat))
        })
      )
      const silent = Effect.gen(function* () {
        for (;;) {
          const left = watch.leftMs()
          if (left > 0) yield* Effect.sleep(left)
          else return yield* new AgentSilent({ path: quiet.path, silentMs: watch.silentMs(), doing: watch.doing() })
        }
      })
      return yield* Effect.raceFirst(watched, silent)
    })

// internal

const makeWatch = ({ silenceMs, tools }: Quiet, now: () => number) => {
  let [lastAt, rests, isAsking] = [now(), 0, false]
  /** When a failed request is sent again. */
  let againAt = 0
  const calls = new Map<string, { readonly tool: string; readonly until: number }>()
  const beat = () => {
    lastAt = now()
  }
  const listener: Listener = {
    beat,
    rest: () => {
      rests += 1
      return () => {
        rests -= 1
        beat()
      }
    }
  }
  const note = (fact: Record<string, unknown>) => {
    switch (fact["_tag"]) {
      case "TurnRequested":
        isAsking = true
        return
      case "TurnCompleted":
        isAsking = false
        return
      case "TurnFailed":
        isAsking = false
        againAt = lastAt + numberOf(fact["retryInMs"])
        return
      case "Intent": {
        const { id, name } = callOf(fact["call"])
        const limitMs = limitMsOf(tools.find((tool) => tool.name === canonicalName(name)))
        calls.set(id, { tool: name, until: limitMs === null ? 0 : lastAt + limitMs + graceMs })
        return
      }
      case "Done":
        calls.delete(String(fact["callId"]))
    }
  }
  return {
    listener,
    saw: (entries: ReadonlyArray<JournalEntry>) => {
      beat()
      for (const { body } of entries) note({ ...body })
    },
    /** Until it has been silent for too long; looked at again after that. */
    leftMs: (): number => {
      if (rests > 0) return silenceMs
      const until = Math.max(Math.max(lastAt, againAt) + silenceMs, ...Array.from(calls.values(), (call) => call.until))
      return until - now()
    },
    silentMs: () => Math.round(now() - lastAt),
    doing: (): ReadonlyArray<string> => [
      ...(isAsking ? ["the model"] : []),
      ...new Set(Array.from(calls.values(), ({ tool }) => tool))
    ]
  }
}

/** For a call to come to its end by its own limit. */
const graceMs = 5_000

const numberOf = (value: unknown): number => (typeof value === "number" ? value : 0)

const callOf = (value: unknown): { readonly id: string; readonly name: string } => {
  const { id, name } = { id: "", name: "", ...Object(value) }
  return { id: String(id), name: String(name) }
}

const span = (ms: number): string =>
  ms >= 60_000 && ms % 60_000 === 0 ? `${ms / 60_000} min` : ms < 1_000 ? `${ms} ms` : `${Math.round(ms / 1_000)} s`
