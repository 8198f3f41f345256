/**
 * A run within what is configured: limits that the command line says nothing about hold as caps on the whole of it. Pure.
 */
import type { LimitValues } from "@deputize/core/domain/Limits"
import type { Budget } from "./Budget.ts"
import type { ConfigurationFacts } from "./Configuration.ts"
import type { Effective } from "./Resolve.ts"

export interface Within<A> {
  readonly request: A
  /** What was added to its limits, for the header. */
  readonly caps: Budget
}

/** A limit of `request` stays where it is the lower one. */
export const within = <A extends { readonly limits?: LimitValues }>(
  { configured, flags }: Pick<ConfigurationFacts, "configured" | "flags">,
  request: A
): Within<A & { readonly limits: LimitValues }> => {
  const { limits = {} } = request
  const given = flags.budget?.value ?? {}
  const { calls, ms, nanoUsd, tokens } = configured.budget.value ?? {}
  const caps: Budget = {
    ...(given.tokens === undefined ? cap("tokens", tokens, limits.tokens) : {}),
    ...(given.nanoUsd === undefined ? cap("nanoUsd", nanoUsd, limits.nanoUsd) : {}),
    ...(given.calls === undefined && flags.maxCalls === undefined
      ? cap("calls", least(calls, configured.maxCalls.value), limits.toolCalls)
      : {}),
    ...(given.ms === undefined && flags.deadline === undefined
      ? cap("ms", least(ms, configured.deadline.value), limits.wallMs)
      : {})
  }
  const capped: LimitValues = {
    ...said("children", configured.maxAgents),
    ...said("depth", configured.maxDepth),
    ...limits,
    ...(caps.tokens === undefined ? {} : { tokens: caps.tokens }),
    ...(caps.nanoUsd === undefined ? {} : { nanoUsd: caps.nanoUsd }),
    ...(caps.calls === undefined ? {} : { toolCalls: caps.calls }),
    ...(caps.ms === undefined ? {} : { wallMs: caps.ms })
  }
  return { request: { ...request, limits: capped }, caps }
}

// internal

/** Where nothing is said, the runtime has the same numbers. */
const said = (key: "children" | "depth", { source, value }: Effective<number>): LimitValues =>
  source._tag === "Default" || value === undefined ? {} : { [key]: value }

const cap = (key: keyof Budget, configured: number | undefined, limit: number | undefined): Budget =>
  configured !== undefined && configured < (limit ?? Number.POSITIVE_INFINITY) ? { [key]: configured } : {}

const least = (one: number | undefined, other: number | undefined): number | undefined =>
  one === undefined ? other : other === undefined ? one : Math.min(one, other)
