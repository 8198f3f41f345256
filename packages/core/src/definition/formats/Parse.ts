/**
 * Parses a definition of any format and language.
 */
import { parseFrontMatter } from "../../document/FrontMatter.ts"
import { parseYaml } from "../../document/Yaml.ts"
import type { Language } from "./Format.ts"
import { type Opened, type Parsed, parseBy } from "./Formats.ts"
import { ownKeys } from "./Own.ts"
import { parsePlain } from "./ParsePlain.ts"

/** What the definition in `text` says; throws DefinitionError. `shown` is the file as users know it. */
export const parseFacts = (shown: string, text: string): Parsed => {
  const parsed = parsePlain(shown, text) ?? parseBy(open, shown, text)
  if (parsed === undefined) throw new Error(`${shown} is of a language that nothing parses`)
  return parsed
}

// internal

/** What is not plain: the languages that hold YAML. */
const open = (language: Language, shown: string, text: string): Opened | undefined => {
  if (language === "yaml") return { document: parseYaml(shown, text) }
  if (language !== "markdown") return undefined
  const { body, bodyPlace, document } = parseFrontMatter(shown, text, ownKeys)
  return { document, body: { text: body, place: bodyPlace } }
}
