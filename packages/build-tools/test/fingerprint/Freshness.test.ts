import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { Fingerprint } from "../../src/fingerprint/Fingerprint.ts"
import { compare, type Kept, unharmed } from "../../src/fingerprint/Freshness.ts"
import { withInputs } from "../../src/fingerprint/StepFingerprint.ts"

const sealed = (changes: Partial<Fingerprint> = {}): Fingerprint => {
  const { inputs = { "src/a": "1", "src/b": "2" }, ...parts } = changes
  return withInputs({ command: "c", env: "e", tools: "t", needs: "n", ...parts }, new Map(Object.entries(inputs)))
}

const kept = (fingerprint: Fingerprint | null): Kept => ({ fingerprint, outputs: [], ms: 1, finishedAt: 2 })

describe("compare", () => {
  it.each([
    ["a changed command", { command: "x", env: "x" }, { _tag: "CommandChanged" }],
    ["changed environment", { env: "x", tools: "x" }, { _tag: "EnvChanged" }],
    ["another tool", { tools: "x", needs: "x" }, { _tag: "ToolsChanged" }],
    ["other results of what it needs", { needs: "x", inputs: {} }, { _tag: "NeedsChanged" }],
    [
      "other inputs",
      { inputs: { "src/b": "3", "src/c": "1" } },
      { _tag: "InputsChanged", added: ["src/c"], changed: ["src/b"], removed: ["src/a"] }
    ],
    ["nothing", {}, { _tag: "Fresh" }]
  ])("finds %s", (_, changes, expected) => {
    expect(compare(kept(sealed()), sealed(changes), unharmed)).toStrictEqual(expected)
  })

  it("says what is not known, before anything else", () => {
    const damaged = { missing: ["out"], changed: [] }
    expect(compare(kept(sealed()), null, damaged)).toStrictEqual({ _tag: "NotCached" })
    expect(compare(undefined, sealed(), damaged)).toStrictEqual({ _tag: "NeverFinished" })
    expect(compare(kept(null), sealed(), damaged)).toStrictEqual({ _tag: "NeverFinished" })
    expect(compare(kept(sealed()), sealed(), damaged)).toStrictEqual({ _tag: "OutputsDamaged", ...damaged })
  })

  it("names at most 20 paths of a kind, in order", () => {
    const many = Object.fromEntries(Array.from({ length: 30 }, (_, at) => [`src/${String(at).padStart(2, "0")}`, "1"]))
    const names = Object.keys(many).slice(0, 20)
    expect(compare(kept(sealed()), sealed({ inputs: many }), unharmed)).toStrictEqual({
      _tag: "InputsChanged",
      added: names,
      changed: [],
      removed: ["src/a", "src/b"]
    })
  })

  const Inputs = Schema.Record(Schema.Literals(["a", "b", "c", "__proto__", "7"]), Schema.Literals(["1", "2"]))

  it.effect.prop("is fresh for equal inputs only, and names each difference once", [Inputs, Inputs], ([past, now]) =>
    Effect.sync(() => {
      const found = compare(kept(sealed({ inputs: past })), sealed({ inputs: now }), unharmed)
      const [before, after] = [new Map(Object.entries(past)), new Map(Object.entries(now))]
      const named = found._tag === "InputsChanged" ? [...found.added, ...found.changed, ...found.removed] : []
      const differing = [...new Set([...before.keys(), ...after.keys()])].filter(
        (path) => before.get(path) !== after.get(path)
      )
      expect(named.sort()).toStrictEqual(differing.sort())
      expect(found._tag).toBe(differing.length === 0 ? "Fresh" : "InputsChanged")
    })
  )
})
