/**
 * What the command line and the origin of a definition take away from what the definition asks for. Pure.
 */
import { artifactsOf, grantOf } from "@deputize/core/definition/AgentDefinition"
import type { Found } from "@deputize/core/definition/AgentLoader"
import { modelOf } from "@deputize/core/definition/ModelName"
import { heldBy, heldDefinition } from "@deputize/core/definition/Trust"
import { Grant } from "@deputize/core/policy/Grant"
import type { AgentRequest } from "@deputize/core/runtime/RunRequest"
import type { Invocation } from "../command/Invocation.ts"

/** The rights and the model of the `copy`-th agent of its name beyond its definition, with a line for what was taken away. */
export const settle = (
  invocation: Invocation,
  { definition, isOfRepository, source }: Pick<Found, "definition" | "isOfRepository" | "source">,
  copy = 1
): {
  readonly agent: Pick<AgentRequest, "ceiling" | "definition" | "model">
  readonly warnings: ReadonlyArray<string>
} => {
  const artifacts = artifactsOf(definition, copy)
  const held = heldBy({ source, isOfRepository }, definition, invocation.has("trust"), artifacts)
  const { warnings, ...model } = invocation.has("model") ? { warnings: [] } : modelOf(source, definition.model)
  const sandbox = sandboxLabel(invocation)
  const readOnly = sandbox === undefined ? [] : [new Grant({ ...grantOf(definition), label: sandbox, write: [] })]
  return {
    agent: {
      definition: heldDefinition(isOfRepository, definition, invocation.has("trust")),
      ceiling: [...held.ceiling, ...readOnly],
      ...model
    },
    warnings: [...warnings, ...held.warnings]
  }
}

/** What denials of a read-only sandbox name: the flag, or where it is configured. Undefined where files may be written. */
export const sandboxLabel = (invocation: Invocation): string | undefined => {
  if (invocation.value("sandbox") !== "read-only") return undefined
  const source = invocation.configuredBy("sandbox")
  return source === undefined ? "--sandbox read-only" : `sandbox: read-only (${source})`
}
