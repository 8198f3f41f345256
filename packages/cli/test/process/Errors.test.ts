import { readdir } from "node:fs/promises"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { makePlace, type Place } from "./Cli.ts"

let place: Place
beforeAll(async () => {
  place = await makePlace({
    "src/a.ts": "export const a = 1\n",
    "empty.md": " \n",
    "latin.md": "",
    ".deputize/agents/broken.yaml": "name: broken\ntools: [\n"
  })
})
afterAll(() => place.remove())

const delegate = (...args: ReadonlyArray<string>) => ["delegate", "code-reviewer", ...args]
const parallel = (...args: ReadonlyArray<string>) => ["delegate-parallel", "code-reviewer,test-gen", ...args]

describe("a command line that cannot be carried out", () => {
  it.each([
    ["an unknown command", ["delegat", "x"], 'there is no command "delegat"'],
    ["an unknown flag", delegate("x", "--scpe", "src"), "did you mean --scope?"],
    ["an unknown agent", ["delegate", "code-reviewr", "x"], "code-reviewer"],
    ["an unknown agent that is like no other", ["delegate", "nosuch", "x"], "nosuch"],
    ["an agent's name with a path", ["delegate", "../evil", "x"], "../evil"],
    ["an agent that cannot be read", ["delegate", "broken", "x"], ".deputize/agents/broken.yaml:"],
    ["no agent", ["delegate"], "delegate needs AGENT"],
    ["no goal", ["delegate", "code-reviewer"], "goal"],
    ["an empty goal", delegate(""), "the goal is empty"],
    ["a goal of spaces", delegate("-g", "  \n "), "the goal is empty"],
    ["an empty standard input", delegate("-"), "the goal is empty"],
    ["an empty file", delegate("@empty.md"), "the goal is empty"],
    ["a goal from a file that is not there", delegate("@nosuch.md"), "cannot read nosuch.md: there is no such file"],
    ["a goal from a folder", delegate("@src"), "cannot read src: it is a folder"],
    ["two goals", delegate("x", "-g", "y"), "the goal is given twice"],
    ["a budget with two readings", delegate("x", "--budget", "15m"), "two readings"],
    ["a budget in turns", delegate("x", "--budget", "3turns"), "turns are limited by --max-turns"],
    ["two budgets in money", delegate("x", "--budget", "2usd", "--max-budget-usd", "3"), "money more than once"],
    ["a sum that is none", delegate("x", "--max-budget-usd", "much"), 'max-budget-usd "much" is not a sum'],
    ["a provider that nobody knows", delegate("x", "--provider", "nobody"), 'no provider "nobody"'],
    ["a budget that is none", delegate("x", "--budget", "lots"), 'budget "lots" is not an amount'],
    ["two token budgets", delegate("x", "--budget", "1k", "--budget", "2k"), "more than once"],
    ["a negative budget", delegate("x", "--budget", "-5"), 'budget "-5" is not an amount'],
    ["a budget of nothing", delegate("x", "--budget", "0"), "--budget 0 is not between 1 and"],
    ["a budget without end", delegate("x", "--budget", "99999999999999999999"), "is not between 1 and"],
    ["a budget that is not a number", delegate("x", "--budget", "NaN"), 'budget "NaN" is not an amount'],
    ["a budget in a unit of its own", delegate("x", "--budget", "5parsecs"), 'budget "5parsecs" is not an amount'],
    ["an empty budget", delegate("x", "--budget="), 'budget "" is not an amount'],
    ["a deadline of nothing", delegate("x", "--deadline", "0"), "--deadline 0 is not between"],
    ["a goal that could be a flag", delegate("-x"), "put -- before an argument that begins with a dash"],
    ["a workspace that is a file", ["-C", "src/a.ts", ...delegate("x")], "-C src/a.ts is not a folder"],
    ["a deadline that is none", delegate("x", "--deadline", "soon"), 'deadline "soon" is not a time'],
    ["no turns", delegate("x", "--max-turns", "0"), "--max-turns"],
    ["an input without a value", delegate("x", "--input", "version"), "NAME=VALUE"],
    ["a scope outside", delegate("x", "--scope", "../.."), "outside the workspace"],
    ["a workspace that is not there", ["-C", "nosuch", ...delegate("x")], "-C nosuch: there is no such folder"],
    ["a result in a folder that is not there", delegate("x", "-o", "no/out.json"), "-o no/out.json cannot be written"],
    ["a result in place of a folder", delegate("x", "-o", "src"), "-o src cannot be written: it is a folder"],
    ["a format that there is not", delegate("x", "--output-format", "xml"), "text or json"],
    ["fewer goals than agents", parallel("-g", "x"), "2 agents but 1 goal"],
    ["more goals than agents", parallel("--goals", "a,b,c"), "2 agents but 3 goals"],
    ["fewer scopes than agents", parallel("--goals", "a,b", "--scopes", "src"), "2 agents but 1 scope"],
    ["fewer budgets than agents", parallel("--goals", "a,b", "--budgets", "1k"), "2 agents but 1 budget"],
    ["an empty goal among others", parallel("--goals", "a,"), "goal 2 of 2 (test-gen) is empty"],
    ["goals in two ways", parallel("-g", "x", "--goals", "a,b"), "--goal and --goals are both given"],
    ["an agent without a name", ["delegate-parallel", "code-reviewer,", "--goals", "a,b"], "agent 2 of 2 has no name"],
    ["an open quote", parallel("--goals", 'a,"b'), "opens a quote that is never closed"],
    ["an agent to show that is not there", ["agents", "show", "nosuch"], "nosuch"]
  ])("ends with 2 and a message for %s", async (_, args, expected) => {
    const before = await readdir(place.workspace)
    const { code, stderr, stdout } = await place.run(args)
    expect({ code, stdout, trace: /^\s+at .*:\d+/m.test(stderr) }, stderr).toStrictEqual({
      code: 2,
      stdout: "",
      trace: false
    })
    expect(stderr).toContain(expected)
    expect(await readdir(place.workspace)).toStrictEqual(before)
  })

  it("says what to do next in a line below", async () => {
    for (const args of [
      ["delegate", "nosuch", "x"],
      delegate(""),
      delegate("x", "--budget", "0"),
      delegate("x", "--deadline", "0"),
      delegate("x", "--max-turns", "none"),
      delegate("x", "--scope", "../.."),
      delegate("x", "-o", "no/out.json"),
      ["-C", "nosuch", "agents", "list"],
      ["delegate", "broken", "x"],
      parallel("-g", "x")
    ]) {
      const [, hint, ...more] = (await place.run(args)).stderr.trimEnd().split("\n")
      expect({ hint, more }, args.join(" ")).toStrictEqual({ hint: expect.stringMatching(/^ {2}\S/), more: [] })
    }
  })

  it("names the agents that were meant and where it looked", async () => {
    const { stderr } = await place.run(["delegate", "code-reviewr", "x"])
    expect(stderr).toContain("code-reviewer")
    expect(stderr).toContain(join(".deputize", "agents"))
  })

  it("begins with file, line and column for a definition that cannot be read", async () => {
    const { stderr } = await place.run(["agents", "show", "broken"])
    expect(stderr).toMatch(/^\S*\.deputize\/agents\/broken\.yaml:\d+:\d+/)
  })
})
