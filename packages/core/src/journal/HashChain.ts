/**
 * The hashes that make changes of the record visible. Every event's hash covers the one before it; a run's first event
 * follows the run's genesis, which is derived from the chain of heads as it stood when the run was opened; and every
 * entry of that chain covers the one before it. So a head vouches for all its run's events and for all that other runs
 * had put into the chain before. Pure.
 *
 * SHA-256 in hex over `PREVIOUS LF CANONICAL-JSON`. Canonical: no white space, keys sorted by UTF-16 code units, numbers
 * and strings as ECMAScript writes them (RFC 8785). Anyone can recompute it from exported events.
 */

import type { RunId } from "../domain/Ids.ts"
import { sha256 } from "../domain/Sha256.ts"
import type { ChainEntry, StoredEvent } from "./JournalEvent.ts"

/** What the first entry of the chain of heads follows. */
export const chainStart = "0".repeat(64)

/** The text of a JSON value that is the same whatever the order its keys were set in. */
export const canonicalJson = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map((item) => canonicalJson(item ?? null)).join(",")}]`
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null"
  let members = ""
  // Every event passes here: no array of pairs is made for an object.
  for (const key of Object.keys(value).sort()) {
    const member: unknown = Reflect.get(value, key)
    if (member === undefined) continue
    members += `${members === "" ? "" : ","}${JSON.stringify(key)}:${canonicalJson(member)}`
  }
  return `{${members}}`
}

/** What a run's first event follows. */
export const genesis = (run: RunId, chainHead: string): string =>
  sha256(`${chainHead}\n${canonicalJson({ genesis: run })}`)

/**
 * The hash of an event that follows `previous`. The body is spliced in as the text it is stored as; that text is
 * canonical, so this is the canonical JSON of the whole event without its hash. A body that is valid JSON cannot pass
 * parts of itself off as other fields: no proper prefix of an object's text is valid JSON.
 */
export const eventHash = (previous: string, event: Omit<StoredEvent, "hash">): string => {
  const { body, namespace, parent, path, run, seq, time, type, version } = event
  return sha256(
    `${previous}\n{"body":${body},${canonicalJson({ namespace, parent, path, run, seq, time, type, version }).slice(1)}`
  )
}

/** The hash of an entry of the chain of heads that follows `previous`. */
export const entryHash = (previous: string, entry: Omit<ChainEntry, "hash">): string => {
  const { events, head, kind, position, run, time } = entry
  return sha256(`${previous}\n${canonicalJson({ events, head, kind, position, run, time })}`)
}

// internal
