import { describe, expect, it } from "@effect/vitest"
import { retryDelay } from "../../src/command/RetryRule.ts"
import type { AttemptOutcome } from "../../src/record/BuildEvent.ts"

const retry = { retries: 2, initialMs: 100, factor: 3, maxMs: 250, exitCodes: null, patterns: [] }
const exited = (code: number): AttemptOutcome => ({ _tag: "Exited", code })
const failed = { outcome: exited(1), output: "", attempt: 1, random: 0 }

describe("RetryRule", () => {
  it("waits longer each time, between half of the wait and all of it, up to the longest", () => {
    expect(retryDelay(retry, failed)).toBe(50)
    expect(retryDelay(retry, { ...failed, random: 0.999_999 })).toBe(100)
    expect(retryDelay(retry, { ...failed, attempt: 2 })).toBe(125)
  })

  it("makes one attempt more than it has retries", () => {
    expect(retryDelay(retry, { ...failed, attempt: 3 })).toBeNull()
    expect(retryDelay({ ...retry, retries: 0 }, failed)).toBeNull()
  })

  const outcomes: ReadonlyArray<readonly [AttemptOutcome, boolean]> = [
    [exited(1), true],
    [exited(126), false],
    [exited(127), false],
    [{ _tag: "Signalled", signal: "SIGSEGV" }, true],
    [{ _tag: "TimedOut", afterMs: 1 }, true],
    [{ _tag: "Broken", problem: "p", hint: "h" }, false],
    [{ _tag: "Stopped" }, false],
    [{ _tag: "Passed" }, false]
  ]
  for (const [outcome, again] of outcomes)
    it(`${again ? "tries again" : "gives up"} after ${JSON.stringify(outcome)}`, () =>
      expect(retryDelay(retry, { ...failed, outcome }) !== null).toBe(again))

  it("tries again only after the exit codes stated, or where the output matches", () => {
    const narrow = { ...retry, exitCodes: [75], patterns: ["^ETIMEDOUT"] }
    expect(retryDelay(narrow, failed)).toBeNull()
    expect(retryDelay(narrow, { ...failed, outcome: exited(75) })).toBe(50)
    expect(retryDelay(narrow, { ...failed, output: "npm error\nETIMEDOUT 10.0.0.1\n" })).toBe(50)
    expect(retryDelay(narrow, { ...failed, output: "not at a line's start: ETIMEDOUT" })).toBeNull()
  })
})
