/**
 * What the system says of something that it refused. Pure.
 */

/** Its code, such as ENOENT; undefined for what is no refusal of the system. */
export const codeOf = (thrown: unknown): string | undefined =>
  thrown instanceof Error && "code" in thrown && typeof thrown.code === "string" ? thrown.code : undefined

/** For messages: the code, or what was thrown as a text. */
export const codeOrText = (thrown: unknown): string => codeOf(thrown) ?? String(thrown)
