/**
 * One net rule of a grant. Rules and addresses are parsed as URLs and compared part by part, never as strings:
 * `https://docs.rs/*` covers neither `https://docs.rs.evil.test/` nor `https://docs.rs@evil.test/`.
 *
 *   https://docs.rs             the host, any path          https://*.example.org   names below it, not itself
 *   https://docs.rs/std/*       the path and all below      https://*               any public name
 *   docs.rs                     the same as https://docs.rs
 *
 * Addresses in figures and names of a local network are covered only by a rule that has them in full. What a query asks
 * is not compared.
 */
import type * as Glob from "effect/Glob"
import * as Pattern from "./Pattern.ts"

/** Whether `rule` covers `address`. What cannot be parsed, or carries a user name, is covered by nothing. */
export const coversUrl = (rule: string, address: string): boolean => {
  const url = parse(address)
  const wanted = compiled(rule)
  return (
    url !== undefined &&
    typeof wanted !== "string" &&
    url.protocol === wanted.protocol &&
    url.port === wanted.port &&
    coversHost(wanted.host, hostOf(url)) &&
    coversPath(wanted.paths, url.pathname)
  )
}

/** Why a rule cannot be used, as the end of a sentence that begins with it. */
export const problem = (rule: string): string | undefined => {
  const made = compiled(rule)
  return typeof made === "string" ? made : undefined
}

// internal

interface Rule {
  readonly protocol: string
  /** Empty for the scheme's own. */
  readonly port: string
  /** `*` any, `*.example.org` any below, or the name itself. */
  readonly host: string
  /** Undefined for any path. */
  readonly paths: ReadonlyArray<Glob.Glob> | undefined
}

const longestAddress = 8192

/**
 * What parsers read differently is not repaired but refused: spaces, control characters, backslashes, slashes too few
 * or too many, and whatever stands before an `@`, be it empty.
 */
const parse = (address: string): URL | undefined => {
  if (address.length > longestAddress || /[\s\\\p{Cc}]/u.test(address)) return undefined
  const url = /^https?:\/\/[^/?#@]+([/?#]|$)/i.test(address) ? URL.parse(address) : null
  return url === null || /(^|\.)(\.|$)/.test(hostOf(url)) ? undefined : url
}

/** A host's name without the dot that ends an absolute one. */
const hostOf = (url: URL): string => url.hostname.replace(/\.$/, "")

const noAddress = "is no address such as https://docs.rs/* or https://*.example.org"

/** A rule, or why it is none. A wildcard host is nothing that a URL parser takes: it is put aside for the rest. */
const compile = (rule: string): Rule | string => {
  if (Pattern.isException(rule)) return Pattern.exceptionProblem
  const [, scheme = "https", wildcard = "", rest = "", path = ""] =
    /^(?:(https?):\/\/)?(\*\.|\*(?=[/:]|$))?([^/]*)(\/.*)?$/i.exec(rule) ?? []
  const url = parse(`${scheme}://${wildcard === "*" ? "any.invalid" : ""}${rest}/`)
  if (url === undefined || /[?#*{}]|:$/.test(rest)) return noAddress
  if (wildcard === "*." && isLocal(`x.${hostOf(url)}`)) return "is no public name, which takes each name in full"
  const paths = pathsOf(path)
  if (typeof paths === "string") return paths
  const host = wildcard === "*" ? "*" : `${wildcard}${hostOf(url)}`
  return { protocol: url.protocol, port: url.port, host, paths }
}

const compiled = Pattern.remembered(compile)

const pathsOf = (path: string): Rule["paths"] | string => {
  if (/^\/?\*{0,2}$/.test(path)) return undefined
  if (/[?#]/.test(path)) return "has a query, which is not compared"
  const parts = Pattern.alternatives(asSent(path))
  if ("problem" in parts) return parts.problem
  if (parts.some((part) => /(^|\/)\.\.?(\/|$)/.test(part))) return "has `..` in its path"
  const patterns = parts.map((part) => part.replace(/\/\*$/, "/**"))
  return Pattern.tooCostly(patterns) ?? patterns.map(Pattern.glob)
}

/** Letters beyond ASCII as an address carries them. */
const asSent = (path: string): string => path.replace(/[^\0-\x7f]+/g, (letters) => encodeURI(letters.toWellFormed()))

const coversHost = (rule: string, host: string): boolean => {
  if (rule === host) return true
  if (!rule.startsWith("*") || isLocal(host)) return false
  return rule === "*" || host.endsWith(rule.slice(1))
}

/** Not a name of the public network: an address, a single label, or a domain that is never delegated. */
const isLocal = (host: string): boolean =>
  /^\[|^[\d.]+$/.test(host) ||
  !host.includes(".") ||
  /\.(localhost|localdomain|local|internal|intranet|private|corp|home|lan|home\.arpa)$/.test(host)

/**
 * Where a server may read the path as another one, no rule with a path covers it: encoded separators, dots and bytes
 * that are no UTF-8, which one server takes as text and the next as a way out, and `..` with parameters behind it.
 */
const coversPath = (rules: Rule["paths"], path: string): boolean =>
  rules === undefined ||
  (!/%(25)*(2f|5c|2e|00)|\/\.\.?;/i.test(path) && isDecodable(path) && Pattern.matches(rules, path))

const isDecodable = (path: string): boolean => {
  try {
    return decodeURIComponent(path) !== ""
  } catch {
    return false
  }
}
