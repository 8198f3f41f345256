import { describe, expect, it } from "@effect/vitest"
import { commandProblem, coversCommand, withArguments } from "../../src/policy/CommandRule.ts"

describe("an exec rule", () => {
  it("covers the command that it spells out, and with a star at its end any further arguments", () => {
    const cases: ReadonlyArray<readonly [rule: string, argv: ReadonlyArray<string>, covered: boolean]> = [
      ["cargo", ["cargo"], true],
      ["cargo", ["cargo", "test"], false],
      ["cargo *", ["cargo"], true],
      ["cargo *", ["cargo", "test", "--all"], true],
      ["git log", ["git", "log", "-p"], false],
      ["git log *", ["git", "log", "-p"], true],
      ["git log *", ["git", "logout"], false],
      ["git log *", ["git"], false],
      ["git  log ", ["git", "log"], true],
      ["npm run *", ["npm", "run", "test"], true],
      ["*", ["anything"], true],
      ["git log", ["git", "logout"], false],
      ["git log", ["git"], false],
      ["git log", ["git log"], false],
      ["git log", ["git", "-c", "core.pager=sh", "log"], false],
      ["git", ["git-evil"], false],
      ["ls", ["./ls"], false],
      ["ls", ["LS"], false],
      ["ls", ["ls;", "curl"], false],
      ["ls", ["PATH=.", "ls"], false],
      ["ls", ["ls", "a\0b"], false],
      ["", ["ls"], false],
      ["*", [], false],
      ["*", ["", "ls"], false],
      ["npm test", ["npm", "test"], true],
      ["npm test", ["npm", "test", "--", "a"], false],
      ["npm test", ["npm", "test", ""], false],
      ["npm test *", ["npm", "test", "--", "a"], true],
      ["npm test", ["npm", "testx"], false],
      ["npm test", ["npm", "run", "test"], false],
      ["npm", ["npmx"], false],
      ["npm run build", ["npm", "run"], false],
      ["git log *", ["git", "log\n;", "rm"], false],
      ["git log", ["GIT", "log"], false],
      ["git *", ["git"], true],
      ["npm run b*", ["npm", "run", "build"], false]
    ]
    expect(cases.map(([rule, argv]) => [rule, argv, coversCommand(rule, argv)])).toStrictEqual(cases)
  })

  it("is opened for further arguments once, and not where it is empty", () => {
    const rules = ["git log", " git  log ", "git log *", "*", ""]
    expect(rules.map(withArguments)).toStrictEqual(["git log *", "git log *", "git log *", "*", ""])
  })

  it("that says what it cannot mean is told so", () => {
    const shell = "is compared word by word, without quotes or what a shell reads"
    const star = "has `*` other than as its last word"
    const cases: ReadonlyArray<readonly [rule: string, problem: string | undefined]> = [
      ["npm test", undefined],
      ["git *", undefined],
      ["*", undefined],
      ["", "is empty"],
      ["  ", "is empty"],
      ["!git push", "is an exception by its `!`; rules cannot take away, so its whole list is void"],
      ["npm * test", star],
      ["npm run build*", star],
      ["npm test && ls", shell],
      ["sh -c 'ls'", shell],
      ["ls > x", shell],
      ["a $(b)", shell]
    ]
    expect(cases.map(([rule]) => [rule, commandProblem(rule)])).toStrictEqual(cases)
  })
})
