/**
 * One definition, wherever its file lies and in whichever format it is written.
 */
import * as Effect from "effect/Effect"
import { readText } from "../document/DocumentFile.ts"
import { PlacedProblem } from "../document/PlacedProblem.ts"
import type { AgentDefinition } from "./AgentDefinition.ts"
import { DefinitionError } from "./DefinitionError.ts"
import { definitionOf } from "./DefinitionFacts.ts"
import type { Parsed } from "./formats/Formats.ts"
import { parseFacts } from "./formats/Parse.ts"

export interface ReadDefinition extends Omit<Parsed, "facts"> {
  readonly definition: AgentDefinition
}

/** The definition that `text` holds; throws DefinitionError. `shown` is the file as users know it. */
export const parseText = (shown: string, text: string): ReadDefinition => {
  const { facts, ...parsed } = parseFacts(shown, text)
  return { ...parsed, definition: definitionOf(facts) }
}

export const readDefinition = (file: string, shown: string): Effect.Effect<ReadDefinition, DefinitionError> =>
  Effect.suspend(() => {
    try {
      return Effect.succeed(parseText(shown, readText(file, shown)))
    } catch (error) {
      if (error instanceof PlacedProblem) return Effect.fail(DefinitionError.of(error))
      return error instanceof DefinitionError ? Effect.fail(error) : Effect.die(error)
    }
  })
