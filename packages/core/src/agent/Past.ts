/**
 * What the record holds of an agent that has begun and is to go on: in another process after its own was killed, in a run
 * that is taken up again, or after it crashed. A pure fold of its events; the agent goes on from nothing else.
 */
import * as Result from "effect/Result"
import type { Failure } from "../domain/Failure.ts"
import type { Price } from "../domain/Price.ts"
import type { JournalEvent } from "../journal/Journal.ts"
import type { SeenFiles } from "../tool/FileChanges.ts"
import * as Kept from "../tool/KeptResults.ts"
import type { Check } from "./AgentResult.ts"
import * as Allowance from "./Allowance.ts"
import * as CallsOnRecord from "./CallsOnRecord.ts"
import * as Records from "./Records.ts"
import * as Spent from "./Spent.ts"
import * as Stretches from "./Stretches.ts"
import * as Transcript from "./Transcript.ts"
import * as TurnsOnRecord from "./TurnsOnRecord.ts"

export type { OpenCall, Unwritten } from "./CallsOnRecord.ts"
export type { PastUnreadable } from "./Records.ts"

export interface Past extends CallsOnRecord.CallsOnRecord, Stretches.Stretches {
  readonly transcript: Transcript.Transcript
  /** A request that was sent and whose end is not on record: charged at its whole reserve. */
  readonly unsettled: Unsettled | null
  /** The last turn was the answer that was asked for because a limit was near. */
  readonly isClosing: boolean
  readonly turns: TurnsOnRecord.TurnsOnRecord
  readonly seen: SeenFiles
  readonly results: Kept.KeptResults
  /** The last run of each check. */
  readonly checks: ReadonlyArray<Check>
  /** What it has used itself, without `unsettled`. */
  readonly used: Spent.Spent
  /** As it was told them when it began: the hash of the system text, and the first message. */
  readonly system: string
  readonly prompt: string
  readonly contextFiles: ReadonlyArray<string>
  /** What its requests went to, and the tools that they offered. */
  readonly model: string
  readonly tools: ReadonlyArray<string>
  /** The limit that it was closed at, where nothing has happened since. */
  readonly pausedFor: Failure | null
}

export interface Unsettled {
  readonly turn: number
  readonly attempt: number
  readonly purpose?: "summary"
  /** Tokens. */
  readonly reserved: number
  /** Nanodollars, by the price that it was sent at. */
  readonly reservedNanoUsd?: number
  readonly maxOutputTokens: number
}

/** The past of the agent whose events these are, in their order; null for one that has not begun. */
export const ofEvents = (events: Iterable<JournalEvent>): Result.Result<Past | null, Records.PastUnreadable> =>
  Result.map(Records.ofEvents(events), past)

/** What a request without an end is charged. */
export const reserveOf = (
  price: Price | null,
  { maxOutputTokens, reserved, reservedNanoUsd }: Unsettled
): Allowance.Cost =>
  reservedNanoUsd === undefined
    ? Allowance.costOfCall(price, reserved - maxOutputTokens, maxOutputTokens)
    : { tokens: reserved, nanoUsd: reservedNanoUsd }

// internal

const past = (records: ReadonlyArray<Records.Record>): Past | null => {
  const facts = records.map(({ fact }) => fact)
  const started = facts.find((fact) => fact._tag === "Started")
  if (started === undefined) return null
  const { contextFiles, model, prompt, system, tools } = started
  const turns = TurnsOnRecord.ofFacts(facts)
  return {
    transcript: Transcript.ofFacts(facts),
    ...CallsOnRecord.ofFacts(facts),
    unsettled: unsettledIn(facts),
    isClosing: turns.last?.why !== undefined,
    turns,
    seen: seenIn(facts),
    results: Kept.ofEvents(facts.filter((fact) => fact._tag === "Done")),
    checks: checksIn(facts),
    used: Spent.ofFacts(facts),
    ...Stretches.ofRecords(records),
    system,
    prompt,
    contextFiles,
    model,
    tools,
    pausedFor: pausedFor(facts)
  }
}

type Facts = ReadonlyArray<Records.Fact>

const unsettledIn = (facts: Facts): Unsettled | null => {
  const last = facts.findLast(
    ({ _tag }) => _tag === "TurnRequested" || _tag === "TurnCompleted" || _tag === "TurnFailed"
  )
  if (last?._tag !== "TurnRequested") return null
  const { attempt, maxOutputTokens, purpose, reserved, reservedNanoUsd, turn } = last
  return {
    turn,
    attempt,
    ...(purpose === undefined ? {} : { purpose }),
    reserved,
    ...(reservedNanoUsd === undefined ? {} : { reservedNanoUsd }),
    maxOutputTokens
  }
}

/** Files as the agent knows them; what it has written it knows as well. */
const seenIn = (facts: Facts): SeenFiles => {
  const seen: SeenFiles = new Map()
  for (const fact of facts) {
    if (fact._tag !== "Done") continue
    for (const { hash, path } of fact.saw ?? []) seen.set(path, hash)
    for (const { after, path } of fact.changes) {
      if (after === null) seen.delete(path)
      else seen.set(path, after)
    }
  }
  return seen
}

/** Checks are run one after the other, until the first that fails, each time that the agent says it is done. */
const checksIn = (facts: Facts): ReadonlyArray<Check> => {
  let checks: ReadonlyArray<Check> = []
  let isNew = true
  for (const fact of facts) {
    if (fact._tag === "TurnCompleted" || fact._tag === "Continued") isNew = true
    if (fact._tag !== "Checked") continue
    checks = isNew ? [fact.check] : [...checks, fact.check]
    isNew = false
  }
  return checks
}

const pausedFor = (facts: Facts): Failure | null => {
  const last = facts.findLast(({ _tag }) => _tag !== "Continued" && _tag !== "Queued")
  return last?._tag === "Ended" && last.result.status === "paused" ? last.result.error : null
}
