import { describe, expect, it } from "@effect/vitest"
import { beforeEach, vi } from "vitest"
import type { HostEvent } from "../../src/nx/HostMessage.ts"
import { Outbox } from "../../src/nx/host/Outbox.ts"

const started = (task: string): HostEvent => ({ _tag: "Started", task })
const output = (task: string, text: string): HostEvent => ({ _tag: "Output", task, text })

const rig = () => {
  const sent: Array<readonly [number, ReadonlyArray<HostEvent>]> = []
  const log: Array<string> = []
  const outbox = new Outbox((number, events) => sent.push([number, events]))
  const wait = (name: string) => void outbox.delivered().then(() => log.push(name))
  return { sent, log, outbox, wait }
}

/** Lets promises that are resolved be heard. */
const turn = () => vi.advanceTimersByTimeAsync(0)

describe("Outbox", () => {
  beforeEach(() => {
    vi.useFakeTimers()
    return () => void vi.useRealTimers()
  })

  it("has one batch on its way, and what happens meanwhile in the next", () => {
    const { sent, outbox } = rig()
    outbox.put(started("a"))
    outbox.put(started("b"))
    outbox.put(output("b", "x"))
    expect(sent).toStrictEqual([[1, [started("a")]]])
    outbox.acknowledged(1)
    expect(sent).toStrictEqual([
      [1, [started("a")]],
      [2, [started("b"), output("b", "x")]]
    ])
  })

  it("tells of delivery when what was put in before was acknowledged, and not earlier", async () => {
    const { log, outbox, wait } = rig()
    wait("nothing")
    outbox.put(started("a"))
    wait("a")
    outbox.put(started("b"))
    wait("b")
    await turn()
    expect(log).toStrictEqual(["nothing"])
    outbox.acknowledged(7)
    await turn()
    expect(log).toStrictEqual(["nothing"])
    outbox.acknowledged(1)
    await turn()
    expect(log).toStrictEqual(["nothing", "a"])
    outbox.acknowledged(2)
    await turn()
    expect(log).toStrictEqual(["nothing", "a", "b"])
  })

  it("lets output wait a moment, joins what one task prints, and sends it before what comes later", () => {
    const { sent, outbox } = rig()
    outbox.put(output("a", "one "))
    outbox.put(output("a", "two"))
    outbox.put(output("b", "three"))
    expect(sent).toStrictEqual([])
    vi.advanceTimersByTime(50)
    expect(sent).toStrictEqual([[1, [output("a", "one two"), output("b", "three")]]])
    outbox.put(output("a", "four"))
    vi.advanceTimersByTime(50)
    outbox.acknowledged(1)
    expect(sent[1]).toStrictEqual([2, [output("a", "four")]])
    outbox.acknowledged(2)
    outbox.put(output("a", "five"))
    outbox.put(started("c"))
    expect(sent[2]).toStrictEqual([3, [output("a", "five"), started("c")]])
  })

  it("sends output at once when somebody waits for its delivery", async () => {
    const { sent, log, outbox, wait } = rig()
    outbox.put(output("a", "last"))
    wait("end")
    expect(sent).toStrictEqual([[1, [output("a", "last")]]])
    outbox.acknowledged(1)
    await turn()
    expect(log).toStrictEqual(["end"])
  })

  it("keeps nobody waiting once it is abandoned", async () => {
    const { log, outbox, wait } = rig()
    outbox.put(started("a"))
    wait("this")
    outbox.put(started("b"))
    wait("next")
    outbox.abandon()
    wait("later")
    await turn()
    expect(log.sort()).toStrictEqual(["later", "next", "this"])
  })
})
