/**
 * What the command line and the origin of a definition take away from what the definition asks for. Pure.
 */
import type { Found } from "@deputize/core/definition/AgentLoader"
import { Grant } from "@deputize/core/policy/Grant"
import type { AgentRequest } from "@deputize/core/runtime/RunRequest"
import type { Invocation } from "../command/Invocation.ts"

/** The rights and the model of an agent beyond its definition, with a line for what was taken away. */
export const settle = (
  invocation: Invocation,
  { definition, isOfRepository, source }: Found
): {
  readonly agent: Pick<AgentRequest, "ceiling" | "model">
  readonly warnings: ReadonlyArray<string>
} => {
  const { artifacts, model, permissions } = definition
  // All that it asks for, but for writing.
  const narrowed = (label: string, write: ReadonlyArray<string>) => new Grant({ ...definition.grant, label, write })
  const isForeign = model !== undefined && foreign.test(model)
  const isUntrusted = isOfRepository && !invocation.has("trust") && permissions.write.length > 0
  return {
    agent: {
      ceiling: [
        ...(isUntrusted ? [narrowed("a definition of the repository", artifacts)] : []),
        ...(invocation.value("sandbox") === "read-only" ? [narrowed("--sandbox read-only", [])] : [])
      ],
      ...(model === undefined || isForeign || invocation.has("model") ? {} : { model })
    },
    warnings: [
      ...(isForeign && !invocation.has("model")
        ? [`${source}: the model ${model} is another maker's name; the run's model is used`]
        : []),
      ...(isUntrusted
        ? [`${source} comes with the repository, so it may write its artifacts only; --trust grants what it asks for`]
        : [])
    ]
  }
}

// internal

/** Names that other tools' definitions use for models that are not to be had here. */
const foreign = /^(inherit|default|sonnet|opus|haiku|claude\b.*|gemini\b.*|composer\b.*)$/i
