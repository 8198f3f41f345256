import { describe, expect, it } from "@effect/vitest"
import { ModelError, type ModelErrorReason } from "../../src/model/ModelError.ts"

const reasons: ReadonlyArray<readonly [ModelErrorReason, boolean]> = [
  [{ _tag: "MissingKey", variable: "OPENAI_API_KEY", how: "Create a key" }, false],
  [{ _tag: "Unauthorized", status: 401 }, false],
  [{ _tag: "UnknownModel", known: ["a", "b"] }, false],
  [{ _tag: "RateLimited", retryAfterMs: null }, true],
  [{ _tag: "Unavailable", status: null, detail: "connection refused" }, true],
  [{ _tag: "CutStream" }, true],
  [{ _tag: "Stalled", idleMs: 300_000 }, true],
  [{ _tag: "ContextOverflow", detail: "130000 tokens" }, false],
  [{ _tag: "Rejected", status: 400, detail: "bad field" }, false],
  [{ _tag: "InvalidResponse", detail: "nothing" }, true],
  [{ _tag: "NotAStream", detail: "an HTML page" }, false],
  [{ _tag: "ProxyRefused", detail: "no password" }, false],
  [{ _tag: "UntrustedCertificate", detail: "self-signed" }, false]
]

describe("ModelError", () => {
  it.each(reasons)("names the model, what happened and the next step: %j", (reason, isRetryable) => {
    const error = new ModelError({ model: "some-model", stage: "answered", reason })
    expect(error.message).toMatch(/^some-model: .{10,}/)
    expect(error.hint).toMatch(/^[A-Z].{10,}\.$/)
    expect(error.isRetryable).toBe(isRetryable)
  })

  it("names no command or flag that does not exist", () => {
    const hints = reasons.map(([reason]) => new ModelError({ model: "m", stage: "answered", reason }).hint).join(" ")
    expect(hints).not.toMatch(/`(resume|doctor)`|(^|[\s`])(-m|--provider|--model)\b/)
  })

  it("tells how long a provider asks to wait", () => {
    const error = new ModelError({
      model: "m",
      stage: "answered",
      reason: { _tag: "RateLimited", retryAfterMs: 1_500 }
    })
    expect(error.message).toBe("m: the provider's rate limit is reached, it asks to wait 2 s")
  })
})
