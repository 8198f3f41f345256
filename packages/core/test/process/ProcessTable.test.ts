import { entryOf, holdersOf, isRunning, markersIn, parseStat, startTimeOf } from "@deputize/core/process/ProcessTable"
import { describe, expect, it } from "vitest"

describe("/proc/PID/stat", () => {
  const rest = "1 9 7 0 -1 4194560 100 0 0 0 1 2 0 0 20 0 11 0 123456 1000 200"

  it("is read behind the name of the program, whatever that is", () => {
    const texts = [`7 (node) S ${rest}`, `7 (a) R 1 (b c)) Z ${rest}`, `7 (line\nbreak) R ${rest}`]
    expect(texts.map((text) => parseStat(7, text))).toStrictEqual(
      ["S", "Z", "R"].map((state) => ({ pid: 7, state, group: 9, ticks: "123456" }))
    )
  })

  it("is nothing where it has another form", () => {
    expect(["", "7 (node) S", "no such thing"].map((text) => parseStat(7, text))).toStrictEqual([
      undefined,
      undefined,
      undefined
    ])
  })
})

describe("/proc/PID/environ", () => {
  it("has the markers of all supervisors around a process in the one variable", () => {
    const texts = [
      "DEPUTIZE_PROCESS=a-1:b-22\0PATH=/bin\0",
      "PATH=/bin\0DEPUTIZE_PROCESS=a-1",
      "OLD_DEPUTIZE_PROCESS=x\0DEPUTIZE_PROCESS=a-1\0",
      "NOTE=DEPUTIZE_PROCESS=x\0",
      "OLD_DEPUTIZE_PROCESS=DEPUTIZE_PROCESS=x\0",
      ""
    ]
    expect(texts.map((text) => markersIn(Buffer.from(text)))).toStrictEqual([
      ["a-1", "b-22"],
      ["a-1"],
      ["a-1"],
      [],
      [],
      []
    ])
    expect(markersIn(undefined)).toStrictEqual([])
  })
})

describe.runIf(process.platform === "linux")("the table of processes", () => {
  it("tells a process from another one of its number", () => {
    const { pid } = process
    expect([
      isRunning(pid, startTimeOf(pid)),
      isRunning(pid, `${startTimeOf(pid)}0`),
      isRunning(2 ** 30, startTimeOf(pid)),
      isRunning(-1, ""),
      isRunning(0, "")
    ]).toStrictEqual([true, false, false, false, false])
    expect(entryOf(pid)?.pid).toBe(pid)
  })

  it("has nobody for a text that nobody carries", () => {
    expect([holdersOf(["no such marker"]), holdersOf([])]).toStrictEqual([new Map(), new Map()])
  })
})
