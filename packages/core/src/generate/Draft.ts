/**
 * The answer of the author as a definition: read like any file of its format, under a name that files and paths can
 * have.
 */
import * as Effect from "effect/Effect"
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import { type AgentDefinition, agentName } from "../definition/AgentDefinition.ts"
import { DefinitionError } from "../definition/DefinitionError.ts"
import { parseText } from "../definition/ReadDefinition.ts"
import { nameFor } from "../model/offline/Author.ts"
import { longestName } from "./DefinitionFormat.ts"
import type { Taken } from "./Taken.ts"

/** What the model wrote is no definition. */
export class DefinitionUnusable extends Schema.TaggedError<DefinitionUnusable>()("DefinitionUnusable", {
  problem: Schema.String
}) {
  override get message() {
    return `the model wrote no definition that can be used: ${this.problem}`
  }
  get hint() {
    return "Nothing was created. Say in PROMPT more exactly what the agent is to do, or take another model with -m."
  }
}

export interface Draft {
  readonly definition: AgentDefinition
  /** Where the name had to be changed. */
  readonly renamed: ReadonlyArray<Taken>
}

/** `prompt` gives the name where the answer has none that can be used. */
export const readDraft = Effect.fn("readDraft")(function* (answer: string, prompt: string) {
  const json = yield* Effect.try({
    try: (): unknown => JSON.parse(answer),
    catch: () => new DefinitionUnusable({ problem: "it is not JSON" })
  })
  if (!Predicate.isReadonlyObject(json)) return yield* new DefinitionUnusable({ problem: "it is no JSON object" })
  const given = typeof json.name === "string" ? json.name : ""
  const name = safeName(given) ?? nameFor(prompt)
  const { definition } = yield* Effect.try({
    try: () => parseText("answer.json", JSON.stringify({ ...json, name })),
    catch: (error) =>
      new DefinitionUnusable({ problem: error instanceof DefinitionError ? error.message : String(error) })
  })
  const renamed: ReadonlyArray<Taken> =
    agentName(given) === name
      ? []
      : [{ right: "name", asked: given, kept: name, why: "is no name that a file can have", flag: null }]
  return { definition, renamed } satisfies Draft
})

/** Letters and digits of any script with single hyphens between them; undefined where nothing is left. */
export const safeName = (text: string): string | undefined => {
  const name = agentName(text)
    .replace(/[^\p{Ll}\p{Lo}\p{Lm}\p{M}\p{N}-]+/gu, "-")
    .replace(/-{2,}/g, "-")
  const short = Array.from(name)
    .slice(0, longestName)
    .join("")
    .replace(/^-+|-+$/g, "")
  if (short === "") return undefined
  // Names that Windows keeps for devices, whatever their ending.
  return /^(?:con|prn|aux|nul|(?:com|lpt)[\d¹²³])$/.test(short) ? `agent-${short}` : short
}
