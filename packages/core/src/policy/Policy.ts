/**
 * The one decision point for every effect of an agent. Pure: it reads an action and a policy, never a prompt.
 *
 * 1. A policy is a conjunction of grants: an action is allowed when every one of them allows it. A child's policy is its
 *    parent's with its own grants added, so it can never be wider.
 * 2. Under every policy lies a floor that no grant opens: paths outside the workspace, and protected paths.
 * 3. Credentials are read only where each grant names the very file.
 *
 * A policy without grants is limited by the floor alone: it is what a caller passes who sets no limit of their own, and
 * no agent has it.
 */

import type { Action } from "../domain/Action.ts"
import type { Decision } from "../domain/Decision.ts"
import { spelledOut } from "../domain/VisibleText.ts"
import { coversCommand } from "./CommandRule.ts"
import type { Grant } from "./Grant.ts"
import * as PathRule from "./PathRule.ts"
import { isException } from "./Pattern.ts"
import { credentialPattern, writeProtection } from "./ProtectedPaths.ts"
import * as UrlRule from "./UrlRule.ts"

export type Policy = ReadonlyArray<Grant>

/** What the policy says to an action whose paths are real ones, relative to the workspace. */
export const decide = (policy: Policy, asked: Action): Decision => {
  const action = normalised(asked)
  if (action === undefined) return outside(asked)
  const protection = action._tag === "Write" ? writeProtection(action.path) : undefined
  if (protection !== undefined) {
    const instead = "what may be written: granted files that hold no settings, hooks or credentials"
    return deny(`protected ${protection}`, `${phrase(action)} is never allowed to an agent; ${instead}`)
  }
  const credential = action._tag === "Read" ? credentialPattern(action.path) : undefined
  let rule = "no grant limits this"
  for (const grant of policy) {
    const found = rulesFor(grant, action).find((each) => covers(each, action))
    if (found === undefined) return notGranted(grant, action)
    if (credential !== undefined && !grant.read.some((each) => PathRule.names(each, targetOf(action)))) {
      const reason = `${shown(targetOf(action))} may hold credentials; it takes a read rule of ${grant.label} that names this very file`
      return deny(`credential ${credential}`, reason)
    }
    rule = `${kinds[action._tag].kind} ${found}`
  }
  return { _tag: "Allow", rule }
}

/** Allows exactly what both allow. */
export const intersect = (a: Policy, b: Policy): Policy => [
  ...new Map([...a, ...b].map((grant) => [JSON.stringify(grant), grant])).values()
]

// internal

/** The action with its path in the one form that rules are compared with; undefined if that is not in the workspace. */
const normalised = (action: Action): Action | undefined => {
  if (action._tag !== "Read" && action._tag !== "Write") return action
  if (action.path.split(/[/\\]/).includes("..")) return undefined
  const path = PathRule.normalise(action.path)
  return path === undefined ? undefined : { ...action, path }
}

const rulesFor = (grant: Grant, action: Action): ReadonlyArray<string> => {
  const rules = grant[kinds[action._tag].kind]
  return rules.some(isException) ? [] : rules
}

const covers = (rule: string, action: Action): boolean => {
  switch (action._tag) {
    case "Read":
    case "Write":
      return PathRule.covers(rule, action.path)
    case "Exec":
      return coversCommand(rule, action.argv)
    case "Net":
      return UrlRule.coversUrl(rule, action.url)
    case "Mcp":
      return coversTool(rule, action.server, action.tool)
    case "Spawn":
      return rule === "*" || rule === action.agent
  }
}

/** The first `__` ends the server's name, so that no server can pass for another's tool: such names are not covered. */
const coversTool = (rule: string, server: string, tool: string): boolean => {
  const end = rule.indexOf("__")
  return end === -1 ? rule === server : rule.slice(0, end) === server && rule.slice(end + 2) === tool
}

/** Which rules speak of an action, and how it is told. */
const kinds = {
  Read: { kind: "read", doing: "reading", done: "read" },
  Write: { kind: "write", doing: "writing", done: "written" },
  Exec: { kind: "exec", doing: "running", done: "run" },
  Net: { kind: "net", doing: "fetching", done: "fetched" },
  Mcp: { kind: "mcp", doing: "calling", done: "called" },
  Spawn: { kind: "spawn", doing: "spawning", done: "spawned" }
} as const

const targetOf = (action: Action): string => {
  switch (action._tag) {
    case "Read":
    case "Write":
      return action.path
    case "Exec":
      return action.argv.join(" ")
    case "Net":
      return action.url
    case "Mcp":
      return `${action.server}__${action.tool}`
    case "Spawn":
      return action.agent
  }
}

const phrase = (action: Action): string => `${kinds[action._tag].doing} ${shown(targetOf(action))}`

const longestShown = 300

/** What a model asked for may be of any length and hold anything: a reason stays one line, with nothing hidden in it. */
const shown = (text: string): string => {
  const line = text.slice(0, longestShown).replace(unseen, spelledOut)
  return text.length > longestShown ? `${line}…` : line
}

/**
 * Control and format characters, halves of pairs, breaks of a line, and what has no glyph. More than `visibleLine` spells
 * out: whoever grants what a reason names must not take one path or address for another that looks the same, so joiners
 * and selectors, which belong to words and emoji in a text, are told here.
 */
const unseen = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu

const deny = (rule: string, reason: string): Decision => ({ _tag: "Deny", rule, reason })

const outside = (action: Action): Decision => {
  const instead = `what may be ${kinds[action._tag].done} lies in it, by a relative path without \`..\``
  return deny("workspace", `${phrase(action)} would leave the workspace; ${instead}`)
}

const mostListed = 12

const notGranted = (grant: Grant, action: Action): Decision => {
  const { done, kind } = kinds[action._tag]
  const rules = rulesFor(grant, action)
  const listed = rules.slice(0, mostListed).map(shown).join(", ") + (rules.length > mostListed ? ", …" : "")
  const allowed = rules.length === 0 ? `nothing may be ${done}` : `what may be ${done}: ${listed}`
  return deny(`${kind} of ${grant.label}`, `${phrase(action)} is not granted to ${grant.label}; ${allowed}`)
}
