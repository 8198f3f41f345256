/**
 * The text of a definition file, parsed by the format that its ending tells. Imported on demand: the parsers are the
 * larger part of what a listing loads, and most workspaces have no definition of their own.
 */
import { extname } from "node:path"
import type { AgentDefinition } from "../AgentDefinition.ts"
import type { Parsed } from "../DefinitionError.ts"
import { formatOf, refusal } from "../DefinitionFile.ts"
import * as Markdown from "./Markdown.ts"
import * as YamlA from "./YamlA.ts"

const kinds = [".md", ".yaml", ".yml"]

/** The definition that `text` holds; throws DefinitionError, also for a kind of file that has no format here. */
export const parseText = (shown: string, text: string): Parsed<AgentDefinition> => {
  if (!kinds.includes(extname(shown).toLowerCase())) {
    throw refusal(shown, `is of a kind that is not read; read are ${kinds.join(", ")}`, "Write it in one of these.")
  }
  return formatOf(shown) === "markdown" ? Markdown.parse(shown, text) : YamlA.parse(shown, text)
}
