import * as Result from "effect/Result"
import { describe, expect, it } from "vitest"
import { parseAmount, parseCount, parseDeadline } from "../../src/values/Amount.ts"

const read = <A>(result: Result.Result<A, Error>): A | string =>
  Result.isSuccess(result) ? result.success : result.failure.message

describe("parseAmount", () => {
  it.each([
    ["40000", 40_000],
    ["40_000", 40_000],
    ["40k", 40_000],
    ["40K", 40_000],
    ["1.5M", 1_500_000],
    [" 2 k ", 2_000],
    [".5k", 500]
  ])("reads %j as tokens", (text, tokens) => {
    expect(read(parseAmount("--budget", text))).toStrictEqual({ _tag: "Tokens", tokens })
  })

  it.each([
    ["90s", 90_000],
    ["15min", 900_000],
    ["1.5h", 5_400_000]
  ])("reads %j as time", (text, ms) => {
    expect(read(parseAmount("--budget", text))).toStrictEqual({ _tag: "Time", ms })
  })

  it("reads money in nanodollars, and tool calls", () => {
    expect(["2usd", "0.05USD", "30calls", "1 call"].map((text) => read(parseAmount("--budget", text)))).toStrictEqual([
      { _tag: "Money", nanoUsd: 2_000_000_000 },
      { _tag: "Money", nanoUsd: 50_000_000 },
      { _tag: "Calls", calls: 30 },
      { _tag: "Calls", calls: 1 }
    ])
  })

  it("refuses m and names both readings", () => {
    expect(read(parseAmount("--budget", "15m"))).toBe("--budget 15m has two readings: 15 million tokens, or 15 minutes")
  })

  it.each([
    ["0usd", "--budget 0usd is not between 0.000000001 and 1000000 US dollars"],
    ["1.5calls", '--budget is "1.5", but it must be a whole number from 1 on'],
    ["3turns", "--budget 3turns: turns are limited by --max-turns"],
    ["", '--budget "" is not an amount'],
    ["abc", '--budget "abc" is not an amount'],
    ["-5", '--budget "-5" is not an amount'],
    ["1.2.3", '--budget "1.2.3" is not an amount'],
    ["10,000", '--budget "10,000" is not an amount'],
    ["4e3", '--budget "4e3" is not an amount'],
    ["5 lightyears", '--budget "5 lightyears" is not an amount'],
    ["0", "--budget 0 is not between 1 and 1000000000000 tokens"],
    ["0.0001k", "--budget 0.0001k is not between 1 and 1000000000000 tokens"],
    ["99999999M", "--budget 99999999M is not between 1 and 1000000000000 tokens"],
    ["0min", "--budget 0min is not between 1 ms and 500 h"]
  ])("refuses %j", (text, message) => {
    expect(read(parseAmount("--budget", text))).toBe(message)
  })
})

describe("parseDeadline", () => {
  it.each([
    ["60", 3_600_000],
    ["0.5", 30_000],
    ["90s", 90_000],
    ["15m", 900_000],
    ["15min", 900_000],
    ["2h", 7_200_000]
  ])("reads %j", (text, ms) => {
    expect(read(parseDeadline("--deadline", text))).toBe(ms)
  })

  it.each(["", "soon", "-1", "0", "9999h", "10d", "1:30"])("refuses %j", (text) => {
    expect(read(parseDeadline("--deadline", text))).toContain("--deadline")
  })
})

describe("parseCount", () => {
  it.each(["0", "-1", "1.5", "x", "", "1e3", "99999999999"])("refuses %j", (text) => {
    expect(read(parseCount("--max-turns", text))).toBe(
      `--max-turns is "${text}", but it must be a whole number from 1 on`
    )
  })
  it("reads whole numbers", () => {
    expect(read(parseCount("--max-turns", "12"))).toBe(12)
  })
})
