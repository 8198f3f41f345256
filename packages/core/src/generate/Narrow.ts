/**
 * Brings a definition that a model wrote down to what its user and its caller allow, whatever it asks for. Pure.
 *
 * 1. The result is made from nothing, right by right: a field that is not named here is not taken over.
 * 2. Running commands and reaching the network take a flag, and no more than it says. Files are written if they are
 *    artifacts (ArtifactRule) or a flag opens them. Credentials are not read, servers not called, agents not started.
 *    All of it within what the caller may do itself.
 * 3. Limits are at most the caller's.
 * 4. Each thing that was asked for and is not granted is told, with the flag that would grant it.
 */
import { AgentDefinition, type Permissions } from "../definition/AgentDefinition.ts"
import type { LimitValues } from "../domain/Limits.ts"
import { commandProblem, withArguments } from "../policy/CommandRule.ts"
import * as PathRule from "../policy/PathRule.ts"
import { isException } from "../policy/Pattern.ts"
import type { Policy } from "../policy/Policy.ts"
import { credentialPattern } from "../policy/ProtectedPaths.ts"
import { partsOf } from "../policy/RuleParts.ts"
import * as UrlRule from "../policy/UrlRule.ts"
import { judgeArtifact, shellWord, type There } from "./ArtifactRule.ts"
import { commandWithin, meet, pathWithin, urlWithin, type Within } from "./Containment.ts"
import { grantedTools } from "./GrantedTools.ts"
import { leastLimits } from "./LeastLimits.ts"
import type { Taken } from "./Taken.ts"

/** What the user opens to a generated agent. */
export interface Allowed {
  /** Rules as in grants: `npm test *`, `*`. */
  readonly exec: ReadonlyArray<string>
  readonly net: ReadonlyArray<string>
  readonly write: ReadonlyArray<string>
}

export interface Narrowing {
  readonly allowed: Allowed
  /** What the caller may do itself; nothing is said by an empty one. */
  readonly ceiling: Policy
  /** Of the caller as a whole; a missing one is not set. */
  readonly limits: LimitValues
  /** What is there of the paths that the artifacts reach (ArtifactRule.rootsOf). */
  readonly there: There
}

export interface Narrowed {
  readonly definition: AgentDefinition
  readonly taken: ReadonlyArray<Taken>
}

export const narrow = (asked: AgentDefinition, { ceiling, limits, there, ...given }: Narrowing): Narrowed => {
  const taken: Array<Taken> = []
  const allowed = under(ceiling, given.allowed)
  const judged = asked.artifacts.map((artifact) => {
    const verdict = judgeArtifact(artifact, allowed.write, there)
    return "granted" in verdict ? (refusedBy(ceiling, verdict.granted) ?? verdict) : verdict
  })
  const artifacts = [...new Set(judged.flatMap((each) => ("granted" in each ? [each.granted] : [])))]
  taken.push(...judged.flatMap((each) => ("granted" in each ? [] : [each])))
  const permissions: Permissions = {
    read: readable(asked.permissions.read, ceiling, taken),
    // Generated definitions cannot ask for more than artifacts, so what the user opens is theirs.
    write: [...allowed.write],
    net: opened(asked.permissions.net, allowed.net, network, taken),
    exec: opened(asked.permissions.exec, allowed.exec, shell, taken),
    mcp: [],
    spawn: []
  }
  refuse(
    asked.permissions.write.filter((rule) => !allowed.write.includes(rule)),
    taken,
    "write",
    (rule) => ({
      why: "is no artifact",
      flag: `--allow-write ${shellWord(rule)}`
    })
  )
  refuse(asked.permissions.mcp, taken, "mcp", () => ({
    why: "is a server, which no generated agent calls",
    flag: null
  }))
  refuse(asked.permissions.spawn, taken, "spawn", () => ({
    why: "would start agents, which no generated one does",
    flag: null
  }))
  const tools = grantedTools(asked.tools, permissions, artifacts, taken)
  const definition = new AgentDefinition({
    name: asked.name,
    description: asked.description,
    ...(asked.goal === undefined ? {} : { goal: asked.goal }),
    instructions: asked.instructions,
    tools,
    permissions,
    limits: leastLimits(asked.limits, limits, taken),
    successCriteria: asked.successCriteria,
    artifacts
  })
  return { definition, taken: unique(taken) }
}

/** The rule by which a flag opens a command: with any further arguments. */
export const allowedCommand = (command: string | undefined): string => withArguments(command ?? "*")

// internal

/** What the user opens, as far as the caller may open it. */
const under = (ceiling: Policy, allowed: Allowed): Allowed =>
  ceiling.reduce(
    ({ exec, net, write }, grant) => ({
      exec: meet(exec, grant.exec, commandWithin),
      net: meet(net, grant.net, urlWithin),
      write: meet(write, grant.write, pathWithin)
    }),
    allowed
  )

const refusedBy = (ceiling: Policy, artifact: string): Taken | undefined => {
  const grant = ceiling.find(({ write }) => !write.some((rule) => pathWithin(artifact, rule)))
  const why = `is not to be written by ${grant?.label}`
  return grant === undefined ? undefined : { right: "write", asked: artifact, kept: null, why, flag: null }
}

/** Rules for reading that mean files of the workspace, and no credentials. */
const readable = (asked: ReadonlyArray<string>, ceiling: Policy, taken: Array<Taken>): ReadonlyArray<string> => {
  const refuse = (rule: string, why: string) => taken.push({ right: "read", asked: rule, kept: null, why, flag: null })
  // A list with an exception allows nothing; without it, it would allow more than was asked for.
  const isVoid = asked.some(isException)
  const usable = asked.filter((rule) => {
    const why = isVoid ? "stands in a list with an exception, which allows nothing" : unreadable(rule)
    if (why !== undefined) refuse(rule, why)
    return why === undefined
  })
  const kept = ceiling.reduce<ReadonlyArray<string>>((rules, grant) => meet(rules, grant.read, pathWithin), usable)
  for (const rule of usable) if (!kept.includes(rule)) refuse(rule, "is more than the caller may read")
  return kept
}

const unreadable = (rule: string): string | undefined => {
  const problem = PathRule.problem(rule)
  if (problem !== undefined) return problem
  const credential = partsOf(rule).flatMap((part) => credentialPattern(part) ?? [])[0]
  return credential === undefined ? undefined : `may hold credentials (${credential})`
}

interface Kind {
  readonly right: "shell" | "network"
  readonly within: Within
  readonly problem: (rule: string) => string | undefined
  /** The rule as the flag takes it. */
  readonly flag: (rule: string) => string
}

const network: Kind = {
  right: "network",
  within: urlWithin,
  problem: UrlRule.problem,
  flag: (rule) => `--allow-net ${shellWord(rule)}`
}

const shell: Kind = {
  right: "shell",
  within: commandWithin,
  problem: commandProblem,
  // The flag takes any further arguments by itself.
  flag: (rule) => {
    const fixed = rule.replace(/\s*\*$/, "")
    return fixed === "" ? "--allow-shell" : `--allow-shell=${shellWord(fixed)}`
  }
}

/** What was asked for, as far as a flag opens it. */
const opened = (
  asked: ReadonlyArray<string>,
  allowed: ReadonlyArray<string>,
  { flag, problem, right, within }: Kind,
  taken: Array<Taken>
): ReadonlyArray<string> => {
  const isVoid = asked.some(isException)
  const rules = asked.map((rule) => ({ rule, granted: isVoid ? [] : meet([rule], allowed, within) }))
  for (const { granted, rule } of rules) {
    if (granted.includes(rule)) continue
    const wrong = problem(rule)
    taken.push({
      right,
      asked: rule,
      kept: granted.length === 0 ? null : granted.join(", "),
      why: wrong ?? (right === "shell" ? "takes the right to run it" : "takes the right to reach it"),
      flag: wrong === undefined ? flag(rule) : null
    })
  }
  return [...new Set(rules.flatMap(({ granted }) => granted))]
}

const refuse = (
  rules: ReadonlyArray<string>,
  taken: Array<Taken>,
  right: Taken["right"],
  say: (rule: string) => Pick<Taken, "why" | "flag">
): void => {
  for (const asked of rules) taken.push({ right, asked, kept: null, ...say(asked) })
}

const unique = (taken: ReadonlyArray<Taken>): ReadonlyArray<Taken> => [
  ...new Map(taken.map((each) => [JSON.stringify(each), each] as const)).values()
]
