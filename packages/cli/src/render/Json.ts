/**
 * Data for other programs: indented JSON and a line break. Pure.
 */
export const jsonText = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`

/** The same, its keys as all of our JSON spells them: `startedAt` as `started_at`, `_tag` as `tag`. Values stay. */
export const snakeJsonText = (value: unknown): string => jsonText(snakeKeys(value))

// internal

const snakeKeys = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(snakeKeys)
  if (typeof value !== "object" || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [snakeKey(key), snakeKeys(each)]))
}

const snakeKey = (key: string): string =>
  key.replace(/^_/, "").replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
