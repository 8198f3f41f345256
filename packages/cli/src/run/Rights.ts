/**
 * What the command line and the origin of a definition take away from what the definition asks for. Pure.
 */
import type { Found } from "@deputize/core/definition/AgentLoader"
import { heldAgent, readOnlyGrant } from "@deputize/core/definition/HeldAgent"
import type { AgentRequest } from "@deputize/core/runtime/RunRequest"
import type { Invocation } from "../command/Invocation.ts"

/** The rights and the model of the `copy`-th agent of its name beyond its definition, with a line for what was taken away. */
export const settle = (
  invocation: Invocation,
  found: Pick<Found, "definition" | "isOfRepository" | "source">,
  copy = 1
): {
  readonly agent: Pick<AgentRequest, "ceiling" | "definition" | "model">
  readonly warnings: ReadonlyArray<string>
} => {
  const { ceiling, warnings, ...agent } = heldAgent(found, {
    copy,
    isTrusted: invocation.has("trust"),
    namesModel: !invocation.has("model")
  })
  const sandbox = sandboxLabel(invocation)
  const readOnly = sandbox === undefined ? [] : [readOnlyGrant(found.definition, sandbox)]
  return { agent: { ...agent, ceiling: [...ceiling, ...readOnly] }, warnings }
}

/** What denials of a read-only sandbox name: the flag, or where it is configured. Undefined where files may be written. */
export const sandboxLabel = (invocation: Invocation): string | undefined => {
  if (invocation.value("sandbox") !== "read-only") return undefined
  const source = invocation.configuredBy("sandbox")
  return source === undefined ? "--sandbox read-only" : `sandbox: read-only (${source})`
}
