/**
 * One net rule of a grant. Rules and addresses are parsed as URLs and compared part by part, never as strings:
 * `https://docs.rs/*` covers neither `https://docs.rs.evil.test/` nor `https://docs.rs@evil.test/`.
 *
 *   https://docs.rs             the host, any path          https://*.example.org   names below it, not itself
 *   https://docs.rs/std/*       the path and all below      https://*               any public name
 *   docs.rs                     the same as https://docs.rs
 *
 * Addresses in figures and names of a local network are covered only by a rule that has them in full.
 */
import * as Glob from "effect/Glob"

/** Whether `rule` covers `address`. What cannot be parsed, or carries a user name, is covered by nothing. */
export const coversUrl = (rule: string, address: string): boolean => {
  const url = parse(address)
  const wanted = parseRule(rule)
  return (
    url !== undefined &&
    wanted !== undefined &&
    url.protocol === wanted.protocol &&
    url.port === wanted.port &&
    coversHost(wanted.host, hostOf(url)) &&
    coversPath(wanted.path, url.pathname)
  )
}

/** Why a rule cannot be used, as the end of a sentence that begins with it. */
export const problem = (rule: string): string | undefined =>
  parseRule(rule) === undefined ? "is no address such as https://docs.rs/* or https://*.example.org" : undefined

// internal

interface Rule {
  readonly protocol: string
  /** Empty for the scheme's own. */
  readonly port: string
  /** `*` any, `*.example.org` any below, or the name itself. */
  readonly host: string
  /** Undefined for any path. */
  readonly path: Glob.Glob | undefined
}

/** Spaces, control characters and backslashes, which parsers read differently, are not repaired but refused. */
const parse = (address: string): URL | undefined => {
  const url = /[\s\\\p{Cc}]/u.test(address) ? null : URL.parse(address)
  if (url === null || url.username !== "" || url.password !== "") return undefined
  if (/(^|\.)(\.|$)/.test(hostOf(url))) return undefined
  return url.protocol === "https:" || url.protocol === "http:" ? url : undefined
}

/** A host's name without the dot that ends an absolute one. */
const hostOf = (url: URL): string => url.hostname.replace(/\.$/, "")

const longestPath = 500
const mostWildcards = 16

/** A rule's wildcard host is nothing that a URL parser takes: it is put aside while the rest is parsed. */
const parseRule = (rule: string): Rule | undefined => {
  const [, scheme = "https", wildcard = "", rest = "", path = ""] =
    /^(?:(https?):\/\/)?(\*\.|\*(?=[/:]|$))?([^/]*)(\/.*)?$/i.exec(rule) ?? []
  const url = parse(`${scheme}://${wildcard === "*" ? "any.invalid" : ""}${rest}/`)
  if (url === undefined || /[?#*]|:$/.test(rest)) return undefined
  if (path.length > longestPath || (path.match(/[*?[{]+/g)?.length ?? 0) > mostWildcards) return undefined
  return {
    protocol: url.protocol,
    port: url.port,
    host: wildcard === "*" ? "*" : `${wildcard}${hostOf(url)}`,
    path: /^\/?\*{0,2}$/.test(path) ? undefined : Glob.make(path.replace(/\/\*$/, "/**"), { dot: true })
  }
}

const coversHost = (rule: string, host: string): boolean => {
  if (rule === host) return true
  if (!rule.startsWith("*") || isLocal(host)) return false
  return rule === "*" || host.endsWith(rule.slice(1))
}

/** Not a name of the public network: an address, a single label, or a domain that is never delegated. */
const isLocal = (host: string): boolean =>
  /^\[|^[\d.]+$/.test(host) || !host.includes(".") || /\.(localhost|local|internal|lan|home\.arpa)$/.test(host)

/** Encoded separators and dots are what one server takes as text and the next as a way out of the path. */
const coversPath = (rule: Glob.Glob | undefined, path: string): boolean =>
  rule === undefined || (!/%(25)*(2f|5c|2e|00)/i.test(path) && Glob.match(rule, path))
