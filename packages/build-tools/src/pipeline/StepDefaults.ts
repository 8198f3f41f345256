/**
 * What a step is unless its file says otherwise.
 */
import type { StepBase } from "./Pipeline.ts"

export const stepDefaults = {
  retry: { retries: 2, initialMs: 1_000, factor: 2, maxMs: 30_000, exitCodes: null, patterns: [] },
  timeoutMs: null,
  silentMs: 60_000,
  skipUnless: null,
  continueOnError: false
} as const satisfies Partial<StepBase>
