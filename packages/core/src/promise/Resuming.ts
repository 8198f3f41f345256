/**
 * What a library's caller asks for when a run is to go on, in plain values, turned into the runtime's words.
 */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { AgentPath, RunId } from "../domain/Ids.ts"
import { type ResumeOptions, Runtime } from "../runtime/Runtime.ts"
import { definedIn, invalid, type Limit, limitsOf } from "./Delegation.ts"

export interface ResumingOptions {
  /**
   * What comes to the limits of the run and of each agent that goes on; a number is tokens. `ms` is a deadline from now
   * on, `turns` and `depth` are new limits.
   */
  readonly more?: number | Limit
  /** To the first agent, or to others by their paths, such as `/root/explorer`; it is read before their next turn. */
  readonly say?: string | ReadonlyArray<{ readonly to: string; readonly text: string }>
  /**
   * What becomes of a call that may have taken effect before its process ended: the agent is told to look (`ask`), it
   * runs again (`retry`), or is left at that (`skip`). `ask` when absent.
   */
  readonly onUnknown?: "ask" | "retry" | "skip"
  /** The whole environment of the checks, which no record holds; empty when absent. */
  readonly environment?: Readonly<Record<string, string | undefined>>
}

/** Goes on with a run; fails where the options make no sense, or the run cannot go on. */
export const takeUp = Effect.fnUntraced(function* (id: string, options: ResumingOptions) {
  const run = yield* asRun(id)
  const { environment, more, onUnknown, say = [] } = options
  const said = typeof say === "string" ? [{ to: null, text: say }] : yield* Effect.forEach(say, addressed)
  const asked: ResumeOptions = {
    more: yield* limitsOf("what comes", more),
    say: said,
    ...(onUnknown === undefined ? {} : { onUnknown }),
    ...(environment === undefined ? {} : { environment: definedIn(environment) })
  }
  const handle = yield* (yield* Runtime).resume(run, asked)
  return { handle, warnings: handle.warnings }
})

// internal

const asRun = (id: string) =>
  Option.match(runOf(id), {
    onNone: () =>
      invalid(`${JSON.stringify(id)} is no run`, "Runs have names such as r0mh8k3x2q7f4a; runs() lists them."),
    onSome: Effect.succeed
  })

const addressed = ({ text, to }: { readonly to: string; readonly text: string }) =>
  Option.match(pathOf(to), {
    onNone: () => invalid(`${JSON.stringify(to)} is no path of an agent`, "Give one such as /root/explorer."),
    onSome: (path) => Effect.succeed({ to: path, text })
  })

const runOf = Schema.decodeUnknownOption(RunId)
const pathOf = Schema.decodeUnknownOption(AgentPath)
