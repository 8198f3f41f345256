/**
 * What agents of a run are told before their goal, the project's context files included. Those of one kind that look at
 * the same places with the same room share it, so that a run of a thousand reads, cuts and counts it once.
 */
import * as Effect from "effect/Effect"
import { upperBound } from "../budget/Estimate.ts"
import type { AgentDefinition } from "../definition/AgentDefinition.ts"
import type { ConfinedRoot } from "../workspace/ConfinedRoot.ts"
import { type ContextFile, contextFiles } from "../workspace/ContextFiles.ts"
import { systemText } from "./Prompt.ts"

export interface SystemPrompt {
  readonly text: string
  /** Of all context files, also of those for which there was no room. */
  readonly contextPaths: ReadonlyArray<string>
}

/** `contextTokens` is what the context files may take in all; the nearest is last, and kept longest. */
export type SystemPrompts = (
  definition: AgentDefinition,
  scopes: ReadonlyArray<string>,
  contextTokens: number
) => Effect.Effect<SystemPrompt, never, ConfinedRoot>

/** For one run: what the files hold when an agent first asks is what all like it are told. */
export const forOneRun = (): SystemPrompts => {
  const known = new Map<AgentDefinition, Map<string, ReturnType<SystemPrompts>>>()
  return Effect.fnUntraced(function* (definition, scopes, contextTokens) {
    const prompts = known.get(definition) ?? new Map<string, ReturnType<SystemPrompts>>()
    known.set(definition, prompts)
    const key = JSON.stringify([contextTokens, scopes])
    const prompt = prompts.get(key) ?? (yield* Effect.cached(read(definition, scopes, contextTokens)))
    prompts.set(key, prompt)
    return yield* prompt
  })
}

// internal

const read: SystemPrompts = (definition, scopes, contextTokens) =>
  Effect.map(contextFiles(scopes), (files) => ({
    text: systemText(definition, trimmed(files, contextTokens)),
    contextPaths: files.map((file) => file.path)
  }))

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
