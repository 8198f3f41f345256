import { describe, expect, it } from "vitest"
import { type Here, type Holder, here, silentAfterMs, standingOf } from "../../src/journal/Lease.ts"

const now = 1_800_000_000_000

const alive = new Set(["100 boot:1", "200 boot:7"])
const from: Here = {
  pid: 200,
  start: "boot:7",
  place: "host pid:[1]",
  isRunning: (pid, start) => alive.has(`${pid} ${start}`),
  knowsStarts: true
}
/** Where only the number of a process is known. */
const numbersOnly: Here = { ...from, isRunning: (pid) => pid === 100, knowsStarts: false }

const holder = (facts: Partial<Holder>): Holder => ({
  token: "t",
  pid: 100,
  start: "boot:1",
  place: from.place,
  since: now - 3_600_000,
  renewedAt: now,
  ...facts
})

describe("who holds a lease", () => {
  it.each<[string, Partial<Holder>, Here, ReturnType<typeof standingOf>]>([
    ["lives while its process does", {}, from, "alive"],
    ["lives while its process does, however long ago it renewed it", { renewedAt: 0 }, from, "alive"],
    ["lives while its process does, whatever its clock says", { renewedAt: now * 2 }, from, "alive"],
    ["is dead once its process is gone, whatever its clock says", { pid: 101, renewedAt: now * 2 }, from, "dead"],
    ["is dead when another process has its number", { start: "boot:2" }, from, "dead"],
    ["is dead when the machine was started again", { start: "earlier:1" }, from, "dead"],
    ["lives when it renewed it in another place", { pid: 101, place: "elsewhere" }, from, "alive"],
    ["lives in another place until a minute has passed", { place: "x", renewedAt: now - silentAfterMs }, from, "alive"],
    ["is silent in another place after a minute", { place: "x", renewedAt: now - silentAfterMs - 1 }, from, "silent"],
    ["is silent when it renewed it in a time to come", { place: "x", renewedAt: now + 3_600_000 }, from, "silent"],
    ["lives where only numbers are known while it renews it", { start: "at-1" }, numbersOnly, "alive"],
    ["is silent where only numbers are known once it does not", { renewedAt: 0 }, numbersOnly, "silent"],
    ["is dead where only numbers are known once the number is free", { pid: 101 }, numbersOnly, "dead"]
  ])("%s", (_claim, facts, place, standing) => {
    expect(standingOf(holder(facts), place, now)).toBe(standing)
  })

  it("is this process here, the same each time it is asked", () => {
    const mine = here()
    const { isRunning, pid, start } = mine
    expect(mine).toStrictEqual(here())
    expect([pid, isRunning(pid, start)]).toStrictEqual([process.pid, true])
  })
})
