import { spawn } from "node:child_process"
import { once } from "node:events"
import { describe, expect, it } from "vitest"
import { isAlive, parseStat } from "../../src/record/Owner.ts"

const own = { pid: process.pid, startedAt: Math.round(performance.timeOrigin) }
const hour = 3_600_000

describe("the owner of a run", () => {
  it("is there while it runs, with or without the time when it started", () => {
    expect([isAlive(own), isAlive({ ...own, startedAt: null })]).toStrictEqual([true, true])
  })

  it.runIf(process.platform === "linux")("is another one when the number was taken over later", () => {
    expect(isAlive({ ...own, startedAt: own.startedAt - hour })).toBe(false)
  })

  it("is gone once it has ended", async () => {
    const child = spawn(process.execPath, ["--version"], { stdio: "ignore" })
    await once(child, "close")
    expect(isAlive({ pid: child.pid ?? 0, startedAt: Date.now() })).toBe(false)
  })

  it("is nobody where the number is none", () => {
    expect([0, -1, 1.5, Number.NaN, 2 ** 40].map((pid) => isAlive({ pid, startedAt: null }))).toStrictEqual(
      Array.from({ length: 5 }, () => false)
    )
  })
})

describe("/proc/PID/stat", () => {
  const rest = "1 7 7 0 -1 4194560 100 0 0 0 1 2 0 0 20 0 11 0 123456 1000 200"
  it("is read behind the name of the program, whatever that is", () => {
    expect([`7 (node) S ${rest}`, `7 (a) R (b c)) Z ${rest}`].map(parseStat)).toStrictEqual([
      { state: "S", ticks: 123_456 },
      { state: "Z", ticks: 123_456 }
    ])
  })
  it("is nothing where it has another form", () => {
    expect(["", "7 (node) S", "no such thing"].map(parseStat)).toStrictEqual([undefined, undefined, undefined])
  })
})
