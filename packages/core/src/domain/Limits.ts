/**
 * How much an agent may consume. A missing limit is not set here; the budget tree or the parent may still set one.
 */
import * as Schema from "effect/Schema"

const Positive = Schema.Int.pipe(Schema.check(Schema.isGreaterThan(0)))

export class Limits extends Schema.Class<Limits>("@deputize/core/domain/Limits")({
  /** Input plus output tokens over all model calls. */
  tokens: Schema.optionalKey(Positive),
  /** Nanodollars over all model calls. */
  nanoUsd: Schema.optionalKey(Positive),
  /** Wall time in milliseconds from the agent's start. */
  wallMs: Schema.optionalKey(Positive),
  /** Model turns. */
  turns: Schema.optionalKey(Positive),
  /** Tool calls. */
  toolCalls: Schema.optionalKey(Positive),
  /** Agents that it may start, with all that those start. */
  children: Schema.optionalKey(Positive),
  /** Levels of agents below it: 1 for children that start none. */
  depth: Schema.optionalKey(Positive)
}) {}

/** The same as a plain value: limits that a caller sets. */
export type LimitValues = typeof Limits.Encoded

/** Agents that those of a run may start in all, and levels of them, when nobody says. */
export const defaultSpawned = 32
export const defaultDepth = 3
/** Started agents at work at the same time. */
export const defaultSpawnedAtOnce = 4

/** What an agent gets whose definition and caller set no token limit. */
export const defaultAgentTokens = 40_000

/** Tool calls of an agent whose definition and caller set no limit: far above honest work. */
export const defaultAgentCalls = 400
