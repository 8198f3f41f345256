import { mkdirSync, rmSync, utimesSync } from "node:fs"
import { join } from "node:path"
import { startTimeOf } from "@deputize/core/process/ProcessTable"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import type { AttemptState, StepState } from "../../src/record/BuildState.ts"
import { adopt } from "../../src/runner/Adoption.ts"
import { type Place, services, withPlace } from "../runner/place.ts"
import { pipelineOf, shell } from "../testing/steps.ts"

const step = shell("compile", "true", { inputs: ["source"], outputs: ["product"], cache: "content" })

const fingerprint = { hash: "now", command: "", env: "", tools: "", needs: "", inputs: {} }

interface Left {
  readonly attempt?: Partial<AttemptState>
  readonly step?: Partial<StepState>
  /** After the product and its mark were written. */
  readonly damage?: (place: Place, mark: string) => void
}

/** Paths of what is adopted; undefined where the step has to run. */
const adopted = (left: Left) =>
  withPlace((place) =>
    Effect.gen(function* () {
      const log = join(place.workspace, "..", "logs", "compile.1.log")
      mkdirSync(join(log, ".."))
      place.write("product", "whole")
      place.write("../logs/compile.1.passed", "")
      left.damage?.(place, join(log, "../compile.1.passed"))
      const attempt: AttemptState = {
        attempt: 1,
        log,
        fingerprint: "now",
        process: { pid: 1, startTime: startTimeOf(process.pid) },
        outcome: null,
        startedAt: 0,
        ms: null,
        retryInMs: null,
        ...left.attempt
      }
      const earlier: StepState = {
        id: "compile",
        title: "compile",
        why: "",
        startedAt: 0,
        attempts: 1,
        attempt,
        outcome: null,
        endedAt: null,
        ms: 0,
        tasks: new Map(),
        ...left.step
      }
      const pipeline = pipelineOf(place.workspace, [step])
      const outputs = yield* adopt({ pipeline, earlier: [earlier] }, step, fingerprint).pipe(
        Effect.provide(services(place), { local: true })
      )
      return outputs?.map(({ path }) => path)
    })
  )

describe("what a step left whose runner died", () => {
  for (const [name, left] of [
    ["it is not on record how the program ended", {}],
    ["it is on record that the program passed", { attempt: { outcome: { _tag: "Passed" } } }],
    ["the runner was stopped just then", { attempt: { outcome: { _tag: "Stopped" } } }]
  ] satisfies ReadonlyArray<readonly [string, Left]>)
    it.live(`is adopted where ${name}`, () =>
      Effect.gen(function* () {
        expect(yield* adopted(left)).toStrictEqual(["product"])
      })
    )

  for (const [name, left] of [
    ["the program failed", { attempt: { outcome: { _tag: "Exited", code: 1 } } }],
    ["the machine was started anew since", { attempt: { process: { pid: 1, startTime: "another-boot:1" } } }],
    ["nobody knows when the program started", { attempt: { process: null } }],
    ["its inputs were others", { attempt: { fingerprint: "before" } }],
    ["the step had ended, and is due again", { step: { outcome: { _tag: "Ran" } } }],
    ["its output was changed afterwards", { damage: (_place, mark) => utimesSync(mark, 1, 1) }],
    ["its output is missing", { damage: ({ workspace }) => rmSync(join(workspace, "product")) }],
    ["it left no mark", { damage: (_place, mark) => rmSync(mark) }]
  ] satisfies ReadonlyArray<readonly [string, Left]>)
    it.live(`is not adopted where ${name}`, () =>
      Effect.gen(function* () {
        expect(yield* adopted(left)).toBe(undefined)
      })
    )
})
