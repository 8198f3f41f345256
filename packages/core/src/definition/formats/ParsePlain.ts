/**
 * Parses a definition without the parser of all YAML, which takes longer to load than the rest of a listing and which
 * most files do not need. Imported on demand, as most listings find everything in the cache.
 */
import { cutFrontMatter, frontLine } from "../../document/FrontLines.ts"
import { parseJson } from "../../document/Json.ts"
import { plainYaml } from "../../document/PlainYaml.ts"
import { parseToml } from "../../document/Toml.ts"
import type { Language } from "./Format.ts"
import { type Opened, type Parsed, parseBy } from "./Formats.ts"

export { statedName } from "./Formats.ts"

/** Undefined for a text whose YAML is not plain; throws DefinitionError. */
export const parsePlain = (shown: string, text: string): Parsed | undefined => parseBy(open, shown, text)

// internal

const open = (language: Language, shown: string, text: string): Opened | undefined => {
  switch (language) {
    case "markdown": {
      const { body, bodyPlace, front } = cutFrontMatter(shown, text)
      const document = plainYaml(front.join("\n"), frontLine)
      return document === undefined ? undefined : { document, body: { text: body, place: bodyPlace } }
    }
    case "yaml": {
      const document = plainYaml(text)
      return document === undefined ? undefined : { document }
    }
    case "json":
      return { document: parseJson(shown, text) }
    case "toml":
      return { document: parseToml(shown, text) }
  }
}
