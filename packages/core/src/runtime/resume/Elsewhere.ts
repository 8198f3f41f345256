/**
 * An agent's past for another model or provider than it was made with: what one has counted the other counts otherwise,
 * and what one has sealed for itself the other cannot read. Pure.
 */
import type { Past } from "../../agent/Past.ts"
import * as Transcript from "../../agent/Transcript.ts"
import type { RunPast } from "./RunPast.ts"

export interface Now {
  readonly provider: string
  /** By the provider's name for it; the run's model where none is named. */
  readonly modelOf: (name: string | undefined) => string
}

/** The same past where nothing has changed. */
export const elsewhere = (past: Past, run: RunPast, now: Now, model: string | undefined): Past =>
  past.model === now.modelOf(model) && providersOf(run).every((provider) => provider === now.provider)
    ? past
    : { ...past, transcript: withoutKeepsakes(Transcript.uncounted(past.transcript)) }

/** What those who answer now are not, in a line for each; none where nothing has changed. */
export const changesSince = ({ resumed, started }: RunPast, now: Now): ReadonlyArray<string> => {
  const before = resumed.at(-1) ?? started
  const model = now.modelOf(undefined)
  if (before === null || (before.provider === now.provider && before.model === model)) return []
  return [`goes on with ${model} of ${now.provider}; until now it was ${before.model} of ${before.provider}`]
}

// internal

const providersOf = ({ resumed, started }: RunPast): ReadonlyArray<string> => [
  ...(started === null ? [] : [started.provider]),
  ...resumed.map(({ provider }) => provider)
]

const withoutKeepsakes = (transcript: Transcript.Transcript): Transcript.Transcript => ({
  ...transcript,
  messages: transcript.messages.map((message) =>
    message._tag === "Assistant" && message.keepsakes.length > 0 ? { ...message, keepsakes: [] } : message
  )
})
