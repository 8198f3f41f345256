/**
 * Names of agents: lower case, digits, single hyphens. Letters of any script are letters.
 */

/** Most names are of plain letters, and the classes of all scripts take 7 ms to be made. */
export const isAgentName = (text: string): boolean => plainName.test(text) || anyName.test(text)

/** The name by which `Python Reviewer` or `python_reviewer` is addressed: `python-reviewer`. */
export const agentName = (text: string): string =>
  text
    .normalize("NFC")
    .trim()
    .toLowerCase()
    .replace(/[\s_.-]+/g, "-")
    .replace(/^-+|-+$/g, "")

/** The name that a file has for want of another: of its own name, without the folder and the ending. */
export const nameOfFile = (source: string): string =>
  agentName(source.slice(source.lastIndexOf("/") + 1).replace(/\.[^.]*$/, ""))

// internal

const anyName = /^[\p{Ll}\p{Lo}\p{Lm}\p{M}\p{N}]+(-[\p{Ll}\p{Lo}\p{Lm}\p{M}\p{N}]+)*$/u

const plainName = /^[a-z0-9]+(-[a-z0-9]+)*$/
