import { readdirSync, readFileSync, writeFileSync } from "node:fs"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { StateUnwritable } from "../../src/fingerprint/StateUnwritable.ts"
import type { BuildEvent } from "../../src/record/BuildEvent.ts"
import { fold } from "../../src/record/BuildState.ts"
import { checkpoint, writeCheckpoint } from "../../src/record/Checkpoint.ts"
import { folder, session, timed } from "./fixture.ts"

const now = Date.UTC(2026, 7, 2, 14, 30, 5)

const of = (events: ReadonlyArray<BuildEvent>) => {
  const state = fold(timed(events))
  if (state === undefined) throw new Error("nothing had begun")
  return checkpoint(state, { build: "nx run-many -t build" }, now)
}

describe("a checkpoint", () => {
  it("says what is done, what is under way and what went wrong", () => {
    expect(of(session.slice(0, 14))).toStrictEqual({
      session_id: "20260802_143005",
      completed_steps: ["clean"],
      current_step: "build",
      build_times: { clean: 0.012 },
      errors: [
        {
          step: "build",
          cmd: "nx run-many -t build",
          error: "it ended with exit code 1",
          timestamp: "1970-01-01T00:00:01.130Z"
        }
      ],
      timestamp: "2026-08-02T14:30:05.000Z"
    })
  })

  it("has no errors of attempts that were tried again and passed", () => {
    const { completed_steps, current_step, errors } = of(session)
    expect({ completed_steps, current_step, errors }).toStrictEqual({
      completed_steps: ["clean", "build", "release/install"],
      current_step: null,
      errors: []
    })
  })

  it.each<readonly [BuildEvent, string]>([
    [
      { _tag: "StepEnded", step: "build", outcome: { _tag: "Failed", problem: "no space", hint: "x" }, ms: 9 },
      "no space"
    ],
    [ended({ _tag: "Signalled", signal: "SIGSEGV" }), "it was ended by SIGSEGV"],
    [ended({ _tag: "TimedOut", afterMs: 500 }), "it took longer than 0.5 s"],
    [ended({ _tag: "Broken", problem: "no such program", hint: "x" }), "no such program"],
    [ended({ _tag: "Stopped" }), "it was stopped"]
  ])("tells the failure %j", (event, error) => {
    expect(of([...session.slice(0, 13), event]).errors.map((entry) => entry.error)).toStrictEqual([error])
  })

  it.effect("replaces the one before as a whole", () =>
    Effect.gen(function* () {
      const root = yield* folder
      for (const length of [3, 14, session.length]) yield* writeCheckpoint(root, of(session.slice(0, length)))
      expect(readdirSync(root)).toStrictEqual(["checkpoint-20260802_143005.json"])
      const written: unknown = JSON.parse(readFileSync(`${root}/checkpoint-20260802_143005.json`, "utf8"))
      expect(written).toStrictEqual(of(session))
    })
  )

  it.effect("that cannot be written is said", () =>
    Effect.gen(function* () {
      const root = yield* folder
      writeFileSync(`${root}/logs`, "a file in the place of the folder")
      expect(yield* Effect.flip(writeCheckpoint(`${root}/logs`, of(session)))).toStrictEqual(
        new StateUnwritable({ path: `${root}/logs/checkpoint-20260802_143005.json`, code: "EEXIST" })
      )
    })
  )
})

function ended(outcome: Extract<BuildEvent, { readonly _tag: "AttemptEnded" }>["outcome"]): BuildEvent {
  return { _tag: "AttemptEnded", step: "build", attempt: 1, outcome, ms: 1, retryInMs: null }
}
