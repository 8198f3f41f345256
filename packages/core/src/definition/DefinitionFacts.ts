/**
 * What a definition file says, as plain data. Formats read into it and the cache keeps it; a definition is made of it
 * only for whoever asks for one, which a listing does not.
 */
import * as Schema from "effect/Schema"
import { AgentDefinition } from "./AgentDefinition.ts"

/** What is left out is what the definition's constructor puts in. */
export type DefinitionFacts = ConstructorParameters<typeof AgentDefinition>[0]

/** `facts` come from a format, or from the cache, which has them from one. */
export const definitionOf = (facts: unknown): AgentDefinition => decode({ ...usual, ...Object(facts) })

// internal

const decode = Schema.decodeUnknownSync(AgentDefinition)

const usual = Schema.encodeSync(AgentDefinition)(new AgentDefinition({ name: "unnamed", instructions: "" }))
