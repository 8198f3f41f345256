import { describe, expect, it } from "@effect/vitest"
import { readGoal } from "../../src/model/offline/Goal.ts"
import { languageOf } from "../../src/model/offline/Language.ts"
import { stem } from "../../src/model/offline/Words.ts"

const patterns = (goal: string) => readGoal(goal, []).terms.map((term) => term.pattern)

describe("a goal's terms", () => {
  it.each([
    ["child processes", ["child_process", "ChildProcess", "child-process", "childProcesses", "child processes"]],
    ["rate limits", ["rateLimit", "RATE_LIMIT", "rate-limited"]]
  ])("%s matches every spelling of the phrase", (goal, spellings) => {
    const [pattern] = patterns(goal)
    expect(spellings.filter((spelling) => !new RegExp(pattern ?? "$^", "i").test(spelling))).toStrictEqual([])
  })

  it.each([
    ["Where are the leases settled?", ["lease[-_.\\s]?settl"]],
    ["find `a.b(c)`", ["a\\.b\\(c\\)"]],
    ["review the code", []],
    ["url and id", ["\\burl", "\\bid"]],
    ["???", ["\\?\\?\\?"]],
    ["🚀", ["🚀"]],
    ["請求書を探す", ["請求書"]]
  ])("of %s: %j", (goal, expected) => {
    expect(patterns(goal)).toStrictEqual(expected)
  })

  it("are not taken from names of files, which are looked for as files", () => {
    const goal = readGoal("why does src/budget/Lease.ts fail in vitest.config.ts", [])
    expect(goal.files).toStrictEqual(["src/budget/Lease.ts", "vitest.config.ts"])
    expect(goal.terms.map((term) => term.text)).toStrictEqual(["fail"])
  })

  it("of a goal that is cut inside a character stay well formed", () => {
    const goal = readGoal(`${"a".repeat(1_999)}🚀 lease`, [])
    expect(goal.cut).toBe(true)
    expect(goal.terms.every((term) => term.text.isWellFormed())).toBe(true)
  })
})

describe("stem", () => {
  it.each([
    ["processes", "process"],
    ["queries", "query"],
    ["classes", "class"],
    ["leases", "lease"],
    ["status", "status"],
    ["running", "run"],
    ["handled", "handl"],
    ["string", "string"],
    ["bus", "bus"]
  ])("%s: %s", (word, expected) => {
    expect(stem(word)).toBe(expected)
  })
})

describe("languageOf", () => {
  it.each([
    ["Review the code", "en", false],
    ["", "en", false],
    ["脆弱性検査", "ja", false],
    ["查找没有测试的代码", "zh", false],
    ["Finde Dateien ohne Tests", "de", false],
    ["Trouve les fichiers sans tests", "en", true],
    ["Busca los archivos sin pruebas", "en", true],
    ["테스트 없는 코드 찾기", "en", true],
    ["Найди код без тестов", "en", true]
  ] as const)("%s: %s", (goal, report, standIn) => {
    expect(languageOf(goal)).toStrictEqual({ report, standIn })
  })
})
