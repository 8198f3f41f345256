import { describe, expect, it } from "@effect/vitest"
import type { Fingerprint } from "../../src/fingerprint/Fingerprint.ts"
import { fingerprintOf, type Parts, resultOf, withInputs } from "../../src/fingerprint/StepFingerprint.ts"
import type { RunStep } from "../../src/pipeline/Pipeline.ts"
import { stepOf } from "./fixture.ts"

const parts: Parts = {
  workspace: "/work",
  env: { A: "1", B: "2" },
  tools: { node: "24" },
  needs: { generate: "abc" },
  inputs: [
    ["src/a", "1"],
    ["src/b", "2"]
  ]
}

const step = stepOf("/work", { env: { C: "3" } })

/** The parts that differ from those of the plain step. */
const differing = (changed: Partial<RunStep>, other: Partial<Parts> = {}): ReadonlyArray<string> => {
  const [a, b]: ReadonlyArray<Fingerprint> = [
    fingerprintOf(step, parts),
    fingerprintOf({ ...step, ...changed }, { ...parts, ...other })
  ]
  const fields = ["hash", "command", "env", "tools", "needs", "inputs"] as const
  return fields.filter((field) => JSON.stringify(a?.[field]) !== JSON.stringify(b?.[field]))
}

describe("a step's fingerprint", () => {
  it.each<readonly [string, Partial<RunStep>, Partial<Parts>, ReadonlyArray<string>]>([
    ["the command", { command: { _tag: "Argv", argv: ["make", "all"] } }, {}, ["hash", "command"]],
    ["a shell in its place", { command: { _tag: "Shell", line: "make" } }, {}, ["hash", "command"]],
    ["the folder", { cwd: "/work/sub" }, {}, ["hash", "command"]],
    ["the outputs", { outputs: ["dist"] }, {}, ["hash", "command"]],
    ["its environment", { env: { C: "4" } }, {}, ["hash", "env"]],
    ["the pipeline's environment", {}, { env: { A: "1" } }, ["hash", "env"]],
    ["a tool", {}, { tools: { node: "25" } }, ["hash", "tools"]],
    ["what another step came to", {}, { needs: { generate: "abd" } }, ["hash", "needs"]],
    [
      "an input",
      {},
      {
        inputs: [
          ["src/a", "1"],
          ["src/b", "3"]
        ]
      },
      ["hash", "inputs"]
    ],
    ["retries and limits", { retry: { ...step.retry, retries: 9 }, timeoutMs: 1, title: "x", line: 9 }, {}, []],
    ["the order of names", {}, { env: { B: "2", A: "1" } }, []]
  ])("with another value of %s", (_, changed, other, expected) => {
    expect(differing(changed, other)).toStrictEqual(expected)
  })

  it("does not take the end of one path for the start of a hash", () => {
    const of = (inputs: Parts["inputs"]) => fingerprintOf(step, { ...parts, inputs }).hash
    expect(
      of([
        ["a", "b"],
        ["c", "d"]
      ])
    ).not.toBe(
      of([
        ["a", "bc"],
        ["d", ""]
      ])
    )
  })
})

describe("a fingerprint with other inputs", () => {
  it("is the one that these inputs give, in whatever order they come", () => {
    const inputs: Parts["inputs"] = [
      ["10", "a"],
      ["7", "b"],
      ["__proto__", "c"],
      ["src/a", "d"]
    ]
    const expected = fingerprintOf(step, { ...parts, inputs })
    const found = withInputs(fingerprintOf(step, parts), new Map(Object.entries(expected.inputs)))
    expect({ ...found }).toStrictEqual({ ...expected })
    expect(JSON.parse(JSON.stringify(found))).toStrictEqual({ ...expected })
  })
})

describe("what a step came to", () => {
  const fingerprint = fingerprintOf(step, parts)
  const output = { path: "out/a", size: 1, mode: 0o644, hash: "1" }

  it("is known by its outputs where it states any, and by its fingerprint otherwise", () => {
    expect(resultOf(fingerprint, [])).toBe(fingerprint.hash)
    expect(resultOf(null, [])).toBe("none")
    expect(resultOf(fingerprint, [output])).toBe(resultOf(null, [output]))
    const others = [
      { ...output, path: "b" },
      { ...output, mode: 0o755 },
      { ...output, hash: "2" }
    ]
    expect(new Set([output, ...others].map((other) => resultOf(fingerprint, [other]))).size).toBe(4)
  })
})
