import { describe, expect, it } from "@effect/vitest"
import type { Freshness } from "../../src/fingerprint/Fingerprint.ts"
import { type Due, type DueRequest, dueSteps } from "../../src/runner/Due.ts"
import { cached, plain } from "../testing/steps.ts"

const order = [
  plain("clean"),
  cached("build", "clean"),
  plain("test", "build"),
  plain("install", "test"),
  plain("note")
]

const fresh: Freshness = { _tag: "Fresh" }
const changed: Freshness = { _tag: "CommandChanged" }

const judged = (states: Readonly<Record<string, Freshness>>, more: Partial<DueRequest> = {}): Record<string, Due> =>
  Object.fromEntries(
    dueSteps({
      order: order.slice(0, 4),
      freshness: new Map(Object.entries({ clean: fresh, build: fresh, test: fresh, install: fresh, ...states })),
      asked: [],
      leftOut: new Map(),
      passed: new Set(),
      fresh: false,
      ...more
    })
  )

describe("Due", () => {
  it("has nothing to do when all is as it was", () => {
    expect(judged({})).toStrictEqual({
      clean: { _tag: "UpToDate" },
      build: { _tag: "UpToDate" },
      test: { _tag: "UpToDate" },
      install: { _tag: "UpToDate" }
    })
  })

  it("runs what changed, what prepares for it, and what comes behind it", () => {
    expect(judged({ build: changed })).toStrictEqual({
      clean: { _tag: "Before", step: "build" },
      build: { _tag: "Stale", freshness: changed },
      test: { _tag: "After", step: "build" },
      install: { _tag: "After", step: "test" }
    })
  })

  it("does not prepare again for a step behind the cached ones", () => {
    expect(judged({ install: { _tag: "NeverFinished" } })).toStrictEqual({
      clean: { _tag: "UpToDate" },
      build: { _tag: "UpToDate" },
      test: { _tag: "UpToDate" },
      install: { _tag: "Stale", freshness: { _tag: "NeverFinished" } }
    })
  })

  it("does not repeat a preparation that passed in the session that goes on", () => {
    expect(judged({ build: changed }, { passed: new Set(["clean"]) })["clean"]).toStrictEqual({ _tag: "Passed" })
  })

  it("leaves out what it is told to, with the reason", () => {
    const leftOut = new Map([["clean", "--skip-clean"]])
    expect(judged({ build: changed }, { leftOut })["clean"]).toStrictEqual({ _tag: "LeftOut", why: "--skip-clean" })
  })

  it("runs a step without a cache that is asked for by its name, but a cached one only when it is stale", () => {
    expect(judged({}, { asked: ["test", "build"] })).toStrictEqual({
      clean: { _tag: "UpToDate" },
      build: { _tag: "UpToDate" },
      test: { _tag: "Asked" },
      install: { _tag: "After", step: "test" }
    })
  })

  it("always runs a step that stands beside all cached ones, but once in a session", () => {
    const beside = (passed: ReadonlyArray<string>) => judged({}, { order, passed: new Set(passed) })["note"]
    expect(beside([])).toStrictEqual({ _tag: "Always" })
    expect(beside(["note"])).toStrictEqual({ _tag: "Passed" })
  })

  it("runs everything when asked to start afresh", () => {
    expect(judged({}, { fresh: true })).toStrictEqual({
      clean: { _tag: "Always" },
      build: { _tag: "Always" },
      test: { _tag: "Always" },
      install: { _tag: "Always" }
    })
  })
})
