/**
 * Plain values as TOML text: nested tables stand inline where they are part of a list, and under a header elsewhere.
 * TOML has no null; who writes it has to have left it out.
 */

export type TomlTable = Readonly<Record<string, unknown>>

export const tomlText = (table: TomlTable): string => `${linesOf(table, []).join("\n").trim()}\n`

/** The path of the first value that TOML cannot say: null. */
export const nullIn = (value: unknown, path = ""): string | undefined => {
  if (value === null || value === undefined) return path
  if (typeof value !== "object") return undefined
  for (const [key, each] of Object.entries(value)) {
    const at = Array.isArray(value) ? `${path}[${key}]` : path === "" ? key : `${path}.${key}`
    const found = nullIn(each, at)
    if (found !== undefined) return found
  }
  return undefined
}

// internal

const linesOf = (table: TomlTable, path: ReadonlyArray<string>): ReadonlyArray<string> => {
  const entries = Object.entries(table)
  // Once a header is written, no key can go back to the table above it.
  const own = entries
    .filter(([, value]) => !isTable(value))
    .map(([key, value]) => `${keyText(key)} = ${valueText(value)}`)
  const below = entries.flatMap(([key, value]) => (isTable(value) ? linesOf(value, [...path, key]) : []))
  const header = path.length > 0 ? ["", `[${path.map(keyText).join(".")}]`] : []
  return [...header, ...own, ...below]
}

const isTable = (value: unknown): value is TomlTable =>
  typeof value === "object" && value !== null && !Array.isArray(value)

const keyText = (key: string): string => (/^[A-Za-z0-9_-]+$/.test(key) ? key : quoted(key))

const valueText = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(valueText).join(", ")}]`
  if (isTable(value)) {
    const entries = Object.entries(value).map(([key, each]) => `${keyText(key)} = ${valueText(each)}`)
    return entries.length === 0 ? "{}" : `{ ${entries.join(", ")} }`
  }
  if (typeof value === "string") return value.includes("\n") ? paragraph(value) : quoted(value)
  return typeof value === "number" ? numberText(value) : String(value)
}

/** TOML tells whole numbers from others, and has no sign for an exponent without a point. */
const numberText = (value: number): string => {
  const text = Object.is(value, -0) ? "-0.0" : String(value)
  return Number.isSafeInteger(value) || /[.e]/.test(text) ? text : `${text}.0`
}

const quoted = (text: string): string => `"${escaped(text)}"`

const paragraph = (text: string): string => `"""\n${text.split("\n").map(escaped).join("\n")}"""`

/** Every control character but the line break that a paragraph keeps, quotes and backslashes. */
const escaped = (text: string): string =>
  text
    .replace(/[\\"]/g, "\\$&")
    .replace(/\t/g, "\\t")
    .replace(/[\u0000-\u001f\u007f]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`)
