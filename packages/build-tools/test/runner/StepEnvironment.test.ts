import { describe, expect, it } from "@effect/vitest"
import { declaredEnvironment, stepEnvironment } from "../../src/runner/StepEnvironment.ts"
import { pipelineOf, shell } from "../testing/steps.ts"

const pipeline = { ...pipelineOf("/work", []), env: { A: "pipeline", B: "pipeline" } }
const step = shell("build", "true", { env: { B: "step" } })
const surroundings = {
  user: { A: "user", PATH: "/usr/bin", PAGER: "less", RUSTFLAGS: "-C debuginfo=1" },
  found: { CARGO_BUILD_JOBS: "2" },
  release: false,
  native: false
}

describe("StepEnvironment", () => {
  it("puts what is declared over the user's, the step's over the pipeline's", () => {
    expect(stepEnvironment(pipeline, step, surroundings)).toStrictEqual({
      A: "pipeline",
      B: "step",
      CARGO_BUILD_JOBS: "2",
      DEPUTIZE_PROFILE: "dev",
      GIT_PAGER: "cat",
      PAGER: "cat",
      PATH: "/work/node_modules/.bin:/usr/bin",
      RUSTFLAGS: "-C debuginfo=1"
    })
  })

  it("adds the flags for this processor to the user's", () => {
    const { CFLAGS, DEPUTIZE_PROFILE, RUSTFLAGS } = stepEnvironment(pipeline, step, {
      ...surroundings,
      native: true,
      release: true
    })
    expect({ CFLAGS, DEPUTIZE_PROFILE, RUSTFLAGS }).toStrictEqual({
      CFLAGS: "-march=native",
      DEPUTIZE_PROFILE: "release",
      RUSTFLAGS: "-C debuginfo=1 -C target-cpu=native"
    })
  })

  it("declares nothing of the user's environment", () => {
    expect(declaredEnvironment(pipeline, surroundings)).toStrictEqual({
      A: "pipeline",
      B: "pipeline",
      DEPUTIZE_PROFILE: "dev"
    })
  })
})
