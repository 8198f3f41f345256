/**
 * Whether one rule of a grant covers no more than another. Pure, and cautious: where it cannot be told it is said not to
 * be so. `false` therefore never widens what an agent may do.
 */
import { commandProblem } from "../policy/CommandRule.ts"
import * as PathRule from "../policy/PathRule.ts"
import { partsOf, rootOf } from "../policy/RuleParts.ts"
import * as UrlRule from "../policy/UrlRule.ts"

export type Within = (inner: string, outer: string) => boolean

/** What both lists cover, as far as single rules show it: of two that overlap, the one that lies in the other. */
export const meet = (
  asked: ReadonlyArray<string>,
  allowed: ReadonlyArray<string>,
  within: Within
): ReadonlyArray<string> => [
  ...new Set(
    asked.flatMap((one) => allowed.flatMap((other) => (within(one, other) ? [one] : within(other, one) ? [other] : [])))
  )
]

/** Commands: word by word, with any further ones behind a `*`. */
export const commandWithin: Within = (inner, outer) => {
  if (commandProblem(inner) !== undefined || commandProblem(outer) !== undefined) return false
  const [one, other] = [wordsOf(inner), wordsOf(outer)]
  if (other.at(-1) !== "*") return one.join(" ") === other.join(" ")
  const fixed = other.slice(0, -1)
  const said = one.at(-1) === "*" ? one.slice(0, -1) : one
  return said.length >= fixed.length && fixed.every((word, index) => word === said[index])
}

/** Addresses: the same scheme, port and names of hosts, and a path that begins with the other's. */
export const urlWithin: Within = (inner, outer) => {
  if (UrlRule.problem(inner) !== undefined || UrlRule.problem(outer) !== undefined) return false
  if (inner === outer) return true
  const [one, other] = [urlOf(inner), urlOf(outer)]
  if (one === undefined || other === undefined || one.scheme !== other.scheme) return false
  return hostWithin(one, other) && urlPathWithin(one.path, other.path)
}

/** Files: the part of a rule before its first wildcard lies in a folder that the other covers whole. */
export const pathWithin: Within = (inner, outer) => {
  if (PathRule.problem(inner) !== undefined || PathRule.problem(outer) !== undefined) return false
  const [ones, others] = [partsOf(inner), partsOf(outer)]
  return ones.every((one) => {
    const root = rootOf(one)
    return others.some((other) => {
      if (one === other) return true
      const folder = wholeFolder(other)
      return folder !== undefined && (folder === "." || root === folder || root.startsWith(`${folder}/`))
    })
  })
}

// internal

const wordsOf = (rule: string): ReadonlyArray<string> => rule.split(/\s+/).filter((word) => word !== "")

/** The folder that a rule covers with all below it; undefined for one that covers less. */
const wholeFolder = (part: string): string | undefined => {
  const folder = part.replace(/(^|\/)\*\*(\/\*)?$/, "")
  if (/[*?[\\{]/.test(folder)) return undefined
  return folder === "" ? "." : folder
}

interface Url {
  readonly scheme: string
  /** With its port. */
  readonly host: string
  readonly path: string
}

const urlOf = (rule: string): Url | undefined => {
  const [, scheme = "https", host, path = "/"] = /^(?:(https?):\/\/)?([^/]+)(\/.*)?$/i.exec(rule) ?? []
  return host === undefined ? undefined : { scheme: scheme.toLowerCase(), host: host.toLowerCase(), path }
}

const hostWithin = (one: Url, other: Url): boolean => {
  if (one.host === other.host) return true
  const bare = `${other.scheme}://${other.host}`
  if (!one.host.startsWith("*")) return UrlRule.coversUrl(bare, `${one.scheme}://${one.host}/`)
  const [name = "", port = ""] = one.host.split(":")
  const [otherName = "", otherPort = ""] = other.host.split(":")
  return port === otherPort && (otherName === "*" || (otherName.startsWith("*.") && name.endsWith(otherName.slice(1))))
}

const isAny = (path: string): boolean => /^\/\*{0,2}$/.test(path)

const urlPathWithin = (one: string, other: string): boolean => {
  if (isAny(other) || one === other) return true
  const folder = other.replace(/\/\*{1,2}$/, "/")
  return folder !== other && !/[*?[\]{}\\%]/.test(folder) && one.startsWith(folder) && !/(^|\/)\.\.?(\/|$)/.test(one)
}
