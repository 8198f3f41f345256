import { describe, expect, it } from "vitest"
import { roomFinding } from "../../src/doctor/State.ts"

const mib = 1024 ** 2

describe("the disk of the records", () => {
  it("is a warning when little is left, and a problem when runs would soon stop", () => {
    expect([2_048, 1_024, 1_023, 64, 63].map((free) => roomFinding(free * mib).status)).toStrictEqual([
      "ok",
      "ok",
      "warning",
      "warning",
      "problem"
    ])
  })
  it("is told in units that people read", () => {
    expect([1.5 * 1_024 * mib, 63.9 * mib].map((free) => roomFinding(free).text)).toStrictEqual([
      "1.5 GiB free on the disk of the records",
      "63 MiB free on the disk of the records"
    ])
  })
})
