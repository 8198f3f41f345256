import { join } from "node:path"
import { fold } from "@deputize/build-tools/record/BuildState"
import { describe, expect, it } from "vitest"
import {
  type SessionStatus,
  sessionFacts,
  sessionListFacts,
  sessionListText,
  sessionText
} from "../../src/render/BuildSessions.ts"
import { makeStyle } from "../../src/render/Style.ts"
import { failed, middle, start, type Told } from "./Notices.ts"

const golden = (name: string) => join(import.meta.dirname, "golden", `${name}.txt`)
const style = makeStyle(false, true)
const clock = (time: number) => `${(time - start) / 1000} s after the start`

const stateOf = (told: ReadonlyArray<Told>, status?: SessionStatus["status"]): SessionStatus => {
  const state = fold(told.flatMap(({ notice }) => (notice._tag === "Recorded" ? [notice] : [])))
  if (state === undefined) throw new Error("no session has begun")
  return { ...state, status: status ?? state.status }
}

describe("the list of build sessions", () => {
  it("has a line for each, newest first, with its status and time", async () => {
    const statuses = ["running", "completed", "failed", "stopped", "interrupted"] as const
    const sessions = statuses.map((status, index) => ({
      session: `20261121_10300${9 - index}`,
      status,
      pipeline: index === 1 ? "リリース" : "release",
      startedAt: start - index * 100_000,
      ms: 65_000 * (index + 1)
    }))
    await expect(sessionListText(sessions, style, clock)).toMatchFileSnapshot(golden("build-list"))
    expect(sessionListFacts(sessions.slice(0, 1))).toStrictEqual({
      schemaVersion: 1,
      sessions: [
        {
          session: "20261121_103009",
          status: "running",
          pipeline: "release",
          startedAt: "2023-11-14T22:13:20.000Z",
          ms: 65_000
        }
      ]
    })
  })
})

describe("a build session on record", () => {
  it("has every step as it stands, while the session is at work", async () => {
    await expect(sessionText(stateOf(middle, "running"), style, clock, start + 8_000)).toMatchFileSnapshot(
      golden("build-status")
    )
  })

  it("says what was at work when it was interrupted, and how to go on", () => {
    const lines = sessionText(stateOf(middle), style, clock, start + 900_000).split("\n")
    expect(lines.filter((line) => /interrupted|next/.test(line))).toStrictEqual([
      "status     interrupted",
      "next       deputize build --resume runs what is not finished",
      "compile  ‖ interrupted, 3/4 tasks             1",
      "native   ‖ interrupted                        1",
      "docs     ‖ interrupted                        1"
    ])
  })

  it("names what failed with what to do, and warnings", async () => {
    await expect(sessionText(stateOf(failed), style, clock, start)).toMatchFileSnapshot(golden("build-status-failed"))
  })

  it("is data with names that stay, and the tasks of each step as a list", () => {
    const facts = sessionFacts(stateOf(middle, "running"))
    const step = { attempts: 0, ms: 0, outcome: null, log: null, tasks: [] }
    expect({ ...facts, steps: facts.steps.filter(({ id }) => id === "compile" || id === "test") }).toStrictEqual({
      schemaVersion: 1,
      session: "20261121_103000",
      status: "running",
      pid: 4711,
      jobs: 8,
      startedAt: "2023-11-14T22:13:20.000Z",
      lastEventAt: "2023-11-14T22:13:27.000Z",
      ms: 7_020,
      resumed: 0,
      inputs: { pipeline: "release", pipelineHash: "5e2f", commit: null, flags: [] },
      steps: [
        {
          ...step,
          id: "compile",
          title: "Compile the packages",
          state: "running",
          why: "packages/core/src/a.ts and 3 more changed",
          attempts: 1,
          log: "/logs/compile.1.log",
          tasks: [
            { task: "core:build", status: "local-cache", ms: 40 },
            { task: "api:build", status: "remote-cache", ms: 60 },
            { task: "web:build", status: "success", ms: 3_100 },
            { task: "shop:build", status: "running", ms: null }
          ]
        },
        { ...step, id: "test", title: "Test", state: "waiting", why: null }
      ],
      warnings: [],
      installed: [],
      logs: "/home/ada/.local/state/deputize/shop-3f1c/build/logs/20261121_103000"
    })
  })
})
