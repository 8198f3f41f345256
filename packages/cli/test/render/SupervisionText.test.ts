import { describe, expect, it } from "vitest"
import { supervisionFacts } from "../../src/render/SupervisionText.ts"

describe("how an agent is supervised, in words", () => {
  it("is nothing where its definition says nothing", () => {
    expect(supervisionFacts(undefined)).toStrictEqual([])
  })

  it("says when it is restarted, how often, after what time, how long it may be silent, and with whom", () => {
    expect(
      supervisionFacts({
        restart: "transient",
        intensity: 1,
        periodMs: 90_000,
        backoffMs: 2_000,
        silenceMs: 300_000,
        strategy: "one-for-all"
      })
    ).toStrictEqual([
      ["restarts", ["after a crash, at most 1 time in 1 min 30 s, first after 2.0 s"]],
      ["silence", ["is ended after 5 min of it"]],
      ["together", ["all agents that it starts are restarted when one crashes"]]
    ])
    expect(supervisionFacts({ restart: "permanent", backoffMs: 0, silenceMs: null })).toStrictEqual([
      ["restarts", ["after a crash and when it has answered, at most 3 times in 1 min, at once"]],
      ["silence", ["is never ended for it"]],
      ["together", []]
    ])
    expect(supervisionFacts({ strategy: "rest-for-one" })).toStrictEqual([
      ["restarts", ["never"]],
      ["silence", []],
      ["together", ["agents that it starts are restarted when one before them crashes"]]
    ])
  })
})
