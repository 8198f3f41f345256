import { describe, expect, it } from "@effect/vitest"
import { coversCommand } from "../../src/policy/CommandRule.ts"

describe("an exec rule", () => {
  it("covers a command that begins with its words, compared one by one", () => {
    const cases: ReadonlyArray<readonly [rule: string, argv: ReadonlyArray<string>, covered: boolean]> = [
      ["cargo", ["cargo", "test", "--all"], true],
      ["git log", ["git", "log", "-p"], true],
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
      ["*", [], false]
    ]
    expect(cases.map(([rule, argv]) => [rule, argv, coversCommand(rule, argv)])).toStrictEqual(cases)
  })
})
