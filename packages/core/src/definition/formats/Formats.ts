/**
 * The formats of definitions, and how what a file says in its language becomes a definition.
 */
import { extname } from "node:path"
import { refusal } from "../../document/DocumentFile.ts"
import { type Fields, readFields } from "../../document/Fields.ts"
import { PlacedProblem, type Remark } from "../../document/PlacedProblem.ts"
import type { Document } from "../../document/Value.ts"
import { agentName } from "../AgentName.ts"
import { DefinitionError } from "../DefinitionError.ts"
import type { DefinitionFacts } from "../DefinitionFacts.ts"
import { languageOf } from "../Language.ts"
import { codexToml } from "./CodexToml.ts"
import { flat } from "./Flat.ts"
import type { Format, Language, Sheet } from "./Format.ts"
import { markdown, own } from "./Own.ts"
import { generated, sections } from "./Sections.ts"
import { dotted, serverGrant } from "./ToolList.ts"

/** In the order in which they are asked whether a file is theirs. */
export const formats: ReadonlyArray<Format> = [markdown, codexToml, own, generated, serverGrant, dotted, flat, sections]

/** What a text says, with what is odd about it. */
export interface Parsed {
  readonly facts: DefinitionFacts
  /** The name of the format that it is written in. */
  readonly format: string
  readonly warnings: ReadonlyArray<Remark>
}

/** A text as its language has it. */
export interface Opened {
  readonly document: Document
  /** What follows the front matter of Markdown. */
  readonly body?: NonNullable<Sheet["body"]>
}

/**
 * What the definition in `text` says; throws DefinitionError. `shown` is the file as users know it. Undefined where
 * `open` leaves the text to another.
 */
export const parseBy = (
  open: (language: Language, shown: string, text: string) => Opened | undefined,
  shown: string,
  text: string
): Parsed | undefined => {
  try {
    const language = languageOf(shown)
    if (language === undefined) throw ofNoKind(shown)
    const opened = open(language, shown, text)
    return opened === undefined ? undefined : parsed(language, shown, opened)
  } catch (error) {
    throw error instanceof PlacedProblem ? DefinitionError.of(error) : error
  }
}

/** The name that a text states, also where it cannot be parsed; undefined for one without. */
export const statedName = (text: string): string | undefined => {
  const [, quoted, plain] =
    /^(?:name[ \t]*[:=]|[ \t]*\{?[ \t]*"name"[ \t]*:)[ \t]*(?:["']([^"'\r\n]+)["']|([^\s"'#{,][^#\r\n,]*))/m.exec(
      text
    ) ?? []
  const name = agentName(quoted ?? plain ?? "")
  return name === "" ? undefined : name
}

// internal

const parsed = (language: Language, shown: string, { body, document }: Opened): Parsed => {
  const { remarks, value } = readFields(shown, document, (fields) => {
    const format = formatOf(language, fields)
    return { facts: format.parse(body === undefined ? { fields } : { fields, body }), format: format.name }
  })
  return { ...value, warnings: remarks }
}

const ofNoKind = (shown: string): PlacedProblem => {
  const kind = extname(shown) === "" ? "" : ` (${extname(shown)})`
  const problem = `is of a kind that is not read${kind}; read are .md, .yaml, .yml, .json, .toml`
  return refusal(shown, problem, "Write it in one of these.")
}

const formatOf = (language: Language, fields: Fields): Format => {
  const format = formats.find((each) => each.languages.includes(language) && each.recognises(fields))
  if (format !== undefined) return format
  const shapes = formats.filter((each) => each.languages.includes(language)).map((each) => each.shape)
  throw fields.refusal(
    fields.place,
    "",
    `this is no agent definition; read are ${shapes.join("; ")}`,
    "Give it at least a name and a goal."
  )
}
