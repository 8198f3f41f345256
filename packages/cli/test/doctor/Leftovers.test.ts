import { spawn } from "node:child_process"
import { once } from "node:events"
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { entryOf, numbering } from "@deputize/core/process/ProcessTable"
import * as Effect from "effect/Effect"
import { describe, expect, it, onTestFinished } from "vitest"
import type { Environment } from "../../src/config/Environment.ts"
import { clearedFindings, foundFindings, leftoverFindings } from "../../src/doctor/Leftovers.ts"

const compile = { label: "build/compile attempt 2", since: 60_000, owner: "run r0abc", pids: [4711] }
const serve = { label: "serve", since: 0, owner: "run r0abc", pids: [1, 2, 3, 4, 5, 6, 7] }
const none = { name: "processes", status: "ok", text: "nothing is left of runs that were killed", next: "" }

describe("what killed runs have left", () => {
  it("is a warning each, with number and age", () => {
    expect([foundFindings([compile, serve], 75_000), foundFindings([], 0)]).toStrictEqual([
      [
        {
          name: "processes",
          status: "warning",
          text: "build/compile attempt 2, left by run r0abc, still runs after 15 s: process 4711",
          next: "deputize doctor --clear ends it."
        },
        {
          name: "processes",
          status: "warning",
          text: "serve, left by run r0abc, still runs after 1 min 15 s: processes 1, 2, 3, 4, 5 and 2 others",
          next: "deputize doctor --clear ends it."
        }
      ],
      [none]
    ])
  })

  it("is told when it was ended, and when it could not be", () => {
    expect([
      clearedFindings({ ended: [compile], left: [serve] }, 75_000),
      clearedFindings({ ended: [], left: [] }, 0)
    ]).toStrictEqual([
      [
        {
          name: "processes",
          status: "ok",
          text: "ended build/compile attempt 2, left by run r0abc: process 4711",
          next: ""
        },
        {
          name: "processes",
          status: "warning",
          text: "serve, left by run r0abc, still runs after 1 min 15 s: processes 1, 2, 3, 4, 5 and 2 others, and cannot be ended",
          next: "End it as the user that it runs as; one that waits for a disk ends when the disk answers."
        }
      ],
      [none]
    ])
  })
})

/** A state folder in which a run that is no more has this process on record. */
const stateWith = (pid: number): Environment => {
  const home = mkdtempSync(join(tmpdir(), "deputize-doctor-"))
  onTestFinished(() => rmSync(home, { recursive: true }))
  const folder = join(home, "state", "processes", "0123456789abcdef0123456789abcdef")
  mkdirSync(folder, { recursive: true })
  const owner = { ...numbering(), pid: process.pid, startTime: "another start", name: "run r0abc" }
  writeFileSync(join(folder, "owner"), JSON.stringify(owner))
  writeFileSync(join(folder, `0000001.${pid}.${entryOf(pid)?.ticks}`), "serve")
  return { platform: "linux", variables: { DEPUTIZE_HOME: home }, home: undefined }
}

describe.runIf(process.platform === "linux")("the doctor", () => {
  it("names what is left, and ends it only when it is told to", async () => {
    const child = spawn("/bin/sleep", ["600"], { detached: true, stdio: "ignore" })
    onTestFinished(() => void child.kill("SIGKILL"))
    const { pid = 0 } = child
    const surroundings = stateWith(pid)
    const look = (clear: boolean) => Effect.runPromise(leftoverFindings(surroundings, clear))
    const [found] = await look(false)
    expect([found?.status, child.exitCode, child.signalCode]).toStrictEqual(["warning", null, null])
    expect(found?.text).toMatch(new RegExp(`^serve, left by run r0abc, still runs after \\d+ s: process ${pid}$`))
    const gone = once(child, "exit")
    const text = `ended serve, left by run r0abc: process ${pid}`
    expect(await look(true)).toStrictEqual([{ name: "processes", status: "ok", text, next: "" }])
    expect(await gone).toStrictEqual([null, "SIGTERM"])
    expect([
      await look(false),
      readdirSync(join(surroundings.variables.DEPUTIZE_HOME ?? "", "state", "processes"))
    ]).toStrictEqual([[none], []])
  })

  it("says where it does not look", async () => {
    const surroundings: Environment = { platform: "darwin", variables: {}, home: "/Users/me" }
    expect(await Effect.runPromise(leftoverFindings(surroundings, true))).toStrictEqual([
      { ...none, text: "are not looked for on darwin" }
    ])
  })
})
