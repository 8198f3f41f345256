/**
 * What a single value of a pipeline file may be, beyond its type: each rule says what is wrong with a text, and what to
 * write instead. Pure.
 */
import validRange from "semver/ranges/valid.js"
import { durationPattern, longestMs, parseDuration, parseSize, sizePattern } from "./Quantity.ts"

export interface Rule {
  /** `a duration such as 10m`. */
  readonly expected: string
  /** A sentence. */
  readonly fix: string
  /** What is wrong with a text; undefined where nothing is. */
  readonly problem: (text: string) => string | undefined
  /** As much of it as a JSON Schema can say. */
  readonly json: { readonly pattern?: string; readonly minLength?: number }
}

export const title: Rule = {
  expected: "a text of one line",
  fix: "Write a few words on one line.",
  problem: (text) =>
    text.trim() === ""
      ? "is empty"
      : /[\p{Cc}\u2028\u2029]/u.test(text)
        ? `${quoted(text)} has control characters`
        : undefined,
  json: { minLength: 1 }
}

const idPattern = "^(?!.*__)[A-Za-z0-9](?:[A-Za-z0-9._-]{0,62}[A-Za-z0-9_-])?$"

/** Two underscores stand for a slash in names of files. */
export const stepId: Rule = {
  expected: "a name of letters, digits and . _ -",
  fix: "Use at most 64 letters, digits and . _ - without two underscores in a row.",
  problem: (text) => (new RegExp(idPattern).test(text) ? undefined : `${quoted(text)} is no name for a step`),
  json: { pattern: idPattern }
}

export const duration: Rule = {
  expected: "a duration such as 90s, 10m or 1h30m",
  fix: "Write a number with ms, s, m, h or d, such as 90s, 10m or 1h30m.",
  problem: (text) => {
    const ms = parseDuration(text)
    if (ms === undefined) return `${quoted(text)} is no duration`
    if (ms === 0) return `${quoted(text)} is no time at all`
    return ms > longestMs ? `${quoted(text)} is longer than 24 days` : undefined
  },
  json: { pattern: durationPattern }
}

export const size: Rule = {
  expected: "a size such as 10GB or 512MiB",
  fix: "Write a number with B, KB, MB, GB, TB or KiB, MiB, GiB, TiB, such as 10GB.",
  problem: (text) => (parseSize(text) === undefined ? `${quoted(text)} is no size` : undefined),
  json: { pattern: sizePattern }
}

export const regex: Rule = {
  expected: "a regular expression",
  fix: "Correct the expression; put it in single quotes, so that backslashes stay as they are.",
  problem: (text) => {
    try {
      new RegExp(text, "m")
      return text === "" ? "is empty, and would match everything" : undefined
    } catch (thrown) {
      const why = thrown instanceof Error ? thrown.message.replace(/^.*\/m?: /s, "") : String(thrown)
      return `${quoted(text)} is no regular expression: ${why}`
    }
  },
  json: { minLength: 1 }
}

export const versionRange: Rule = {
  expected: 'a version range such as ">=1.75 <2"',
  fix: 'Write a range such as ">=1.75 <2" or "^3.20"; "*" for any version.',
  problem: (text) =>
    validRange(text) === null || text.trim() === "" ? `${quoted(text)} is no version range` : undefined,
  json: { minLength: 1 }
}

const envNamePattern = "^[A-Za-z_][A-Za-z0-9_]*$"

export const envName: Rule = {
  expected: "a name of a variable",
  fix: "Use letters, digits and underscores, and begin with no digit.",
  problem: (text) => (new RegExp(envNamePattern).test(text) ? undefined : `${quoted(text)} is no name of a variable`),
  json: { pattern: envNamePattern }
}

/** `NAME`, which must be set, or `NAME=value`, which it must be. */
export const envCondition: Rule = {
  expected: "NAME or NAME=value",
  fix: "Write NAME where it must be set, or NAME=value.",
  problem: (text) => (/^[A-Za-z_]\w*(=|$)/.test(text) ? undefined : `${quoted(text)} is neither NAME nor NAME=value`),
  json: { pattern: "^[A-Za-z_]\\w*(=|$)" }
}

const commandPattern = "^[A-Za-z0-9_+@-][A-Za-z0-9_.+@-]*$"

/** Of a tool, and of what is put into a bin folder. */
export const commandName: Rule = {
  expected: "a name of a command",
  fix: "Write the name by which a shell finds it, without a path.",
  problem: (text) => (new RegExp(commandPattern).test(text) ? undefined : `${quoted(text)} is no name of a command`),
  json: { pattern: commandPattern }
}

export const endpoint: Rule = {
  expected: "host:port",
  fix: "Write host:port, such as registry.npmjs.org:443.",
  problem: (text) => {
    const [, port] = /^(?:[A-Za-z0-9_.-]+|\[[0-9A-Fa-f:.]+\]):(\d{1,5})$/.exec(text) ?? []
    return port === undefined || Number(port) < 1 || Number(port) > 65_535
      ? `${quoted(text)} is no host:port`
      : undefined
  },
  json: { pattern: "^(?:[A-Za-z0-9_.-]+|\\[[0-9A-Fa-f:.]+\\]):\\d{1,5}$" }
}

/** Neither a program nor its arguments and environment can hold a null character. */
export const word: Rule = {
  expected: "a text",
  fix: "Write a text without null characters.",
  problem: (text) => (text.includes("\0") ? "has a null character" : undefined),
  json: {}
}

export const commandLine: Rule = {
  expected: "a command",
  fix: "Write a command for the shell, or a list of a program and its arguments.",
  problem: (text) => (text.trim() === "" ? "is empty" : word.problem(text)),
  json: { minLength: 1 }
}

export const name: Rule = {
  expected: "a name",
  fix: "Write a name without spaces around it.",
  problem: (text) => (text.trim() === "" ? "is empty" : title.problem(text)),
  json: { minLength: 1 }
}

/** Short enough for a line. */
export const quoted = (text: string): string => JSON.stringify(text.length > 60 ? `${text.slice(0, 57)}...` : text)
