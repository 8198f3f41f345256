/**
 * What agents of a run are told before their goal, the project's context files included. Those of one kind that look at
 * the same places with the same room share it, so that a run of a thousand reads, cuts and counts it once.
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { upperBound } from "../budget/Estimate.ts"
import { AgentDefinition } from "../definition/AgentDefinition.ts"
import { Blobs } from "../journal/Blobs.ts"
import type { JournalError } from "../journal/JournalError.ts"
import type { ConfinedRoot } from "../workspace/ConfinedRoot.ts"
import { type ContextFile, contextFiles } from "../workspace/ContextFiles.ts"
import { systemText } from "./Prompt.ts"

export interface SystemPrompt {
  readonly text: string
  /** Of all context files, also of those for which there was no room. */
  readonly contextPaths: ReadonlyArray<string>
  /** Keeps the text and the definition, so that the record holds what the agent was; once, whoever asks first. */
  readonly kept: Effect.Effect<Kept, JournalError, Blobs>
}

/** SHA-256 of bytes in Blobs. */
export interface Kept {
  readonly system: string
  /** As JSON. */
  readonly definition: string
}

/**
 * `contextTokens` is what the context files may take in all; the nearest is last, and kept longest. `offers` is what the
 * agent is told that it may load and start.
 */
export type SystemPrompts = (
  definition: AgentDefinition,
  scopes: ReadonlyArray<string>,
  contextTokens: number,
  offers?: string
) => Effect.Effect<SystemPrompt, never, ConfinedRoot>

/** For one run: what the files hold when an agent first asks is what all like it are told. */
export const forOneRun = (): SystemPrompts => {
  const known = new Map<AgentDefinition, Map<string, ReturnType<SystemPrompts>>>()
  return Effect.fnUntraced(function* (definition, scopes, contextTokens, offers = "") {
    const prompts = known.get(definition) ?? new Map<string, ReturnType<SystemPrompts>>()
    known.set(definition, prompts)
    const key = JSON.stringify([contextTokens, scopes, offers])
    const prompt = prompts.get(key) ?? (yield* Effect.cached(read(definition, scopes, contextTokens, offers)))
    prompts.set(key, prompt)
    return yield* prompt
  })
}

// internal

const read = Effect.fnUntraced(function* (
  definition: AgentDefinition,
  scopes: ReadonlyArray<string>,
  contextTokens: number,
  offers: string
) {
  const files = yield* contextFiles(scopes)
  const text = [systemText(definition, trimmed(files, contextTokens)), offers]
    .filter((part) => part !== "")
    .join("\n\n")
  const kept = yield* Effect.cached(keep(text, definition))
  return { text, contextPaths: files.map((file) => file.path), kept } satisfies SystemPrompt
})

const keep = Effect.fnUntraced(function* (text: string, definition: AgentDefinition) {
  const { put } = yield* Blobs
  const texts = { system: text, definition: JSON.stringify(encode(definition)) }
  return yield* Effect.all(
    { system: put(Buffer.from(texts.system)), definition: put(Buffer.from(texts.definition)) },
    { concurrency: 2 }
  )
})

const encode = Schema.encodeSync(Schema.toCodecJson(AgentDefinition))

const trimmed = (files: ReadonlyArray<ContextFile>, tokens: number): ReadonlyArray<ContextFile> => {
  let left = tokens
  const kept: Array<ContextFile> = []
  for (const file of files.toReversed()) {
    const text = fit(file.text, left)
    if (text === "") continue
    kept.unshift({ path: text.length < file.text.length ? `${file.path} (beginning only)` : file.path, text })
    left -= upperBound(text)
  }
  return kept
}

/** The longest run of whole lines from the start of `text` whose token bound is at most `tokens`. */
const fit = (text: string, tokens: number): string => {
  if (upperBound(text) <= tokens) return text
  let left = tokens
  let end = 0
  while (end < text.length) {
    const newline = text.indexOf("\n", end)
    const next = newline < 0 ? text.length : newline + 1
    left -= upperBound(text.slice(end, next))
    if (left < 0) break
    end = next
  }
  return text.slice(0, end)
}
