/**
 * What the command line and the origin of a definition take away from what the definition asks for. Pure.
 */
import { grantOf } from "@deputize/core/definition/AgentDefinition"
import type { Found } from "@deputize/core/definition/AgentLoader"
import { modelOf } from "@deputize/core/definition/ModelName"
import { heldBy } from "@deputize/core/definition/Trust"
import { Grant } from "@deputize/core/policy/Grant"
import type { AgentRequest } from "@deputize/core/runtime/RunRequest"
import type { Invocation } from "../command/Invocation.ts"

/** The rights and the model of an agent beyond its definition, with a line for what was taken away. */
export const settle = (
  invocation: Invocation,
  { definition, isOfRepository, source }: Pick<Found, "definition" | "isOfRepository" | "source">
): {
  readonly agent: Pick<AgentRequest, "ceiling" | "model">
  readonly warnings: ReadonlyArray<string>
} => {
  const held = heldBy({ source, isOfRepository }, definition, invocation.has("trust"))
  const { warnings, ...model } = invocation.has("model") ? { warnings: [] } : modelOf(source, definition.model)
  return {
    agent: { ceiling: [...held.ceiling, ...sandboxCeiling(invocation, definition)], ...model },
    warnings: [...warnings, ...held.warnings]
  }
}

// internal

const sandboxCeiling = (invocation: Invocation, definition: Found["definition"]): ReadonlyArray<Grant> =>
  invocation.value("sandbox") === "read-only"
    ? [new Grant({ ...grantOf(definition), label: "--sandbox read-only", write: [] })]
    : []
