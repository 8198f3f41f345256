/**
 * An agent as it comes into a run: held to what its origin allows, with the model that it has here. Pure.
 */
import { Grant } from "../policy/Grant.ts"
import { type AgentDefinition, artifactsOf, grantOf } from "./AgentDefinition.ts"
import { type ModelChoice, modelOf } from "./ModelName.ts"
import { type Held, heldBy, heldDefinition, type Origin } from "./Trust.ts"

export interface HeldAgent extends Held, ModelChoice {
  readonly definition: AgentDefinition
}

export interface Hold {
  /** From 1: which agent of its name it is; its artifacts are called so. */
  readonly copy: number
  /** The user trusts definitions of the repository. */
  readonly isTrusted: boolean
  /** The model that its definition names counts; another one was chosen for it otherwise. */
  readonly namesModel: boolean
}

export const heldAgent = (
  found: Origin & { readonly definition: AgentDefinition },
  { copy, isTrusted, namesModel }: Hold
): HeldAgent => {
  const { definition, isOfRepository, source } = found
  const { ceiling, warnings } = heldBy(found, definition, isTrusted, artifactsOf(definition, copy))
  const { warnings: odd, ...model } = modelOf(source, namesModel ? definition.model : undefined)
  return {
    definition: heldDefinition(isOfRepository, definition, isTrusted),
    ...model,
    ceiling,
    warnings: [...odd, ...warnings]
  }
}

/** What keeps the agent from writing; `label` is what denials name. */
export const readOnlyGrant = (definition: AgentDefinition, label: string): Grant =>
  new Grant({ ...grantOf(definition), label, write: [] })
