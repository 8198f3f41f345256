/**
 * How an agent is supervised: what its definition says, or a run for all its agents, and what follows from both. Pure.
 */
import * as Schema from "effect/Schema"
import type { Backoff } from "../actor/Backoff.ts"
import { Restart } from "../actor/ChildSpec.ts"
import { Strategy } from "../actor/Strategy.ts"
import type { Tolerance } from "../actor/Tolerance.ts"
import { mostMs } from "./TimeText.ts"

/** More are no tolerance. */
export const mostRestarts = 1_000_000

const between = (minimum: number, maximum: number) =>
  Schema.Int.pipe(Schema.check(Schema.isBetween({ minimum, maximum })))

/** What is absent is as usual. */
export const Supervision = Schema.Struct({
  /** `transient` where anything else is said of restarts, else `temporary`. */
  restart: Schema.optionalKey(Restart),
  /** Restarts of this agent within the period. */
  intensity: Schema.optionalKey(between(0, mostRestarts)),
  periodMs: Schema.optionalKey(between(1, mostMs)),
  /** Before the first restart; each further wait is twice as long. */
  backoffMs: Schema.optionalKey(between(0, mostMs)),
  /** Whom the crash of an agent takes along that it has started; of a run: whom any crash takes along. */
  strategy: Schema.optionalKey(Strategy),
  /** How long nothing may be seen of the agent; null for ever. */
  silenceMs: Schema.optionalKey(Schema.NullOr(between(1, mostMs)))
})
export type Supervision = typeof Supervision.Type

/** What holds for one agent. */
export interface Care {
  readonly restart: Restart
  readonly tolerance: Tolerance
  readonly backoff: Backoff
  /** Milliseconds; null for ever. */
  readonly silenceMs: number | null
}

/** Three restarts in a minute, the first after a second; ended after ten minutes of silence. */
export const usual = {
  intensity: 3,
  periodMs: 60_000,
  backoffMs: 1_000,
  longestMs: 30_000,
  silenceMs: 600_000
} as const

/** Of an agent whose definition says the one and its run the other, which wins; `strategy` is that of those above it. */
export const careOf = (own: Supervision = {}, ofRun: Supervision = {}, strategy?: Strategy): Care => {
  const said = { ...own, ...ofRun }
  const isAsked = [said.intensity, said.periodMs, said.backoffMs, strategy].some((each) => each !== undefined)
  const { backoffMs = usual.backoffMs, intensity = usual.intensity, periodMs = usual.periodMs } = said
  return {
    restart: said.restart ?? (isAsked ? "transient" : "temporary"),
    tolerance: { intensity, periodMs },
    backoff: { firstMs: backoffMs, factor: 2, longestMs: Math.max(backoffMs, usual.longestMs) },
    silenceMs: said.silenceMs === undefined ? usual.silenceMs : said.silenceMs
  }
}
