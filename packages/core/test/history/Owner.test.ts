import { spawn } from "node:child_process"
import { once } from "node:events"
import { describe, expect, it } from "vitest"
import { isAlive, ownerAt } from "../../src/history/Owner.ts"
import { canSee, startTimeOf } from "../../src/process/ProcessTable.ts"

const recent = { pid: process.pid, start: startTimeOf(process.pid), startedBy: Math.round(performance.timeOrigin) }
/** As records have it from before the start was kept. */
const old = { ...recent, start: null }
const hour = 3_600_000

describe("the owner of a run", () => {
  it("is there while it runs, whatever the record says of its start", () => {
    expect([recent, old, { ...old, startedBy: null }].map(isAlive)).toStrictEqual([true, true, true])
  })

  it.runIf(canSee)("is another one when the number was taken over", () => {
    const others = [
      { ...recent, start: "another-boot:7" },
      { ...old, startedBy: old.startedBy - hour }
    ]
    expect(others.map(isAlive)).toStrictEqual([false, false])
  })

  it("is gone once it has ended", async () => {
    const child = spawn(process.execPath, ["--version"], { stdio: "ignore" })
    const pid = child.pid ?? 0
    const start = startTimeOf(pid)
    await once(child, "close")
    expect([start, null].map((each) => isAlive({ pid, start: each, startedBy: Date.now() }))).toStrictEqual([
      false,
      false
    ])
  })

  it("is nobody where the number is none", () => {
    const pids = [0, -1, 1.5, Number.NaN, 2 ** 40]
    expect(pids.map((pid) => isAlive({ pid, start: null, startedBy: null }))).toStrictEqual(pids.map(() => false))
  })

  it("is read from records of every version", () => {
    const bodies = [{ pid: 7, processStartedAt: 9 }, { pid: 7, processStart: "boot:9", processStartedAt: 9 }, {}, null]
    expect(bodies.map(ownerAt)).toStrictEqual([
      { pid: 7, start: null, startedBy: 9 },
      { pid: 7, start: "boot:9", startedBy: 9 },
      null,
      null
    ])
  })
})
