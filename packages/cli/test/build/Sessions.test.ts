import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { BuildRecord } from "@deputize/build-tools/record/BuildRecord"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { findSession, listSessions, lookAtLogs, noSessions, stageOf } from "../../src/build/Sessions.ts"
import { Output } from "../../src/render/Output.ts"
import { invoke, makeFront, temporaryFolder } from "./Front.ts"

const start = {
  session: "20261121_103000",
  inputs: { pipeline: "release", pipelineHash: "5e2f", commit: null, flags: [] },
  steps: [
    { id: "compile", title: "Compile" },
    { id: "test", title: "Test" }
  ],
  jobs: 2,
  logs: "/nowhere",
  // This process is at work while the tests are.
  pid: process.pid,
  machine: "for any x64"
}
/** Above what any system gives to a process. */
const noProcess = 2 ** 30

const begin = (facts: Partial<typeof start>) =>
  Effect.flatMap(BuildRecord, (record) => record.begin({ ...start, ...facts }))

const found = Effect.flatMap(findSession("/folder", undefined), Effect.fromOption)

describe("a build session without an end", () => {
  it.live("is running while its process is there, and interrupted when it is gone", () =>
    Effect.gen(function* () {
      yield* begin({})
      expect(stageOf(yield* found)).toBe("running")
      expect(stageOf({ ...(yield* found), pid: noProcess })).toBe("interrupted")
    }).pipe(Effect.provide(BuildRecord.layerMemory))
  )

  it.live("is interrupted when its process's number belongs to one that started later", () =>
    Effect.gen(function* () {
      yield* begin({})
      const state = yield* found
      expect(stageOf({ ...state, lastEventAt: performance.timeOrigin - 60_000 })).toBe("interrupted")
    }).pipe(Effect.provide(BuildRecord.layerMemory))
  )
})

describe("the sessions of a workspace", () => {
  it.live("are listed with their stage, the newest first and no more than asked for", () =>
    Effect.gen(function* () {
      const record = yield* BuildRecord
      yield* begin({ session: "1", pid: noProcess })
      yield* record.record({ _tag: "SessionEnded", status: "failed" })
      yield* begin({ session: "2" })
      const stages = (yield* listSessions(20)).map(({ session, status }) => [session, status])
      expect(stages).toStrictEqual([
        ["2", "running"],
        ["1", "failed"]
      ])
      expect((yield* listSessions(1)).length).toBe(1)
    }).pipe(Effect.provide(BuildRecord.layerMemory))
  )

  it.live("are found by name, the newest without one, and a wrong name is refused", () =>
    Effect.gen(function* () {
      expect(yield* findSession("/folder", undefined)).toStrictEqual(Option.none())
      yield* begin({})
      const sessions = yield* Effect.all([findSession("/folder", undefined), findSession("/folder", start.session)])
      expect(sessions.map((each) => Option.getOrUndefined(each)?.session)).toStrictEqual([start.session, start.session])
      expect((yield* Effect.flip(findSession("/folder", "x"))).message).toBe("there is no build session x")
    }).pipe(Effect.provide(BuildRecord.layerMemory))
  )

  it.effect("are said not to be there, unless quiet is asked for", () =>
    Effect.gen(function* () {
      const { output, texts } = makeFront()
      yield* Effect.all([
        noSessions(invoke("build", "list"), "/work"),
        noSessions(invoke("build", "list", "-q"), "/work")
      ]).pipe(Effect.provideService(Output, output))
      expect(texts).toStrictEqual(["notes: nothing was built in /work yet\n"])
    })
  )
})

describe("the logs of a session", () => {
  it.live("grow until the step has ended, for who follows them", () =>
    Effect.gen(function* () {
      const record = yield* BuildRecord
      const logs = yield* temporaryFolder
      for (const name of ["compile.1.log", "compile.2.log", `build-log-${start.session}.log`, "other.1.log"]) {
        writeFileSync(join(logs, name), "")
      }
      yield* begin({ logs })
      const files = [join(logs, "compile.1.log"), join(logs, "compile.2.log")]
      const look = lookAtLogs("/folder", start.session, "compile", true)
      expect(yield* look).toStrictEqual({ files, isGrowing: true })
      expect((yield* lookAtLogs("/folder", start.session, "compile", false)).isGrowing).toBe(false)
      yield* record.record({ _tag: "StepEnded", step: "compile", outcome: { _tag: "Ran" }, ms: 5 })
      expect(yield* look).toStrictEqual({ files, isGrowing: false })
      expect(yield* lookAtLogs("/folder", start.session, null, true)).toStrictEqual({
        files: [join(logs, `build-log-${start.session}.log`)],
        isGrowing: true
      })
      expect(yield* lookAtLogs("/folder", start.session, "test", false)).toStrictEqual({ files: [], isGrowing: false })
      expect((yield* Effect.flip(lookAtLogs("/folder", start.session, "tst", false))).message).toBe(
        "there is no step tst"
      )
    }).pipe(Effect.provide(BuildRecord.layerMemory))
  )
})
