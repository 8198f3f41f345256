import { describe, expect, it } from "@effect/vitest"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { parse } from "../../src/tool/git/GitArguments.ts"
import { verbNames } from "../../src/tool/git/GitOptions.ts"

const accepted = (...args: ReadonlyArray<string>) => {
  const { options, paths, verb, words } = Result.getOrThrow(parse(args))
  return [verb, options, words, paths]
}

const refusal = (...args: ReadonlyArray<string>) => {
  const parsed = parse(args)
  return Result.isFailure(parsed) ? parsed.failure.message : "accepted"
}

describe("the arguments of git", () => {
  it("become options with their values glued to them, words, and paths", () => {
    expect(
      accepted("git", "log", "-5", "-n", "3", "--since", "2 weeks ago", "-S", "-x", "main..f", "--", "-p")
    ).toStrictEqual(["log", ["--max-count=5", "--max-count=3", "--since=2 weeks ago", "-S-x"], ["main..f"], ["-p"]])
    expect(accepted("diff", "--staged", "-U1", "--stat=80", "-M90%")).toStrictEqual([
      "diff",
      ["--cached", "--unified=1", "--stat=80", "--find-renames=90%"],
      [],
      null
    ])
    expect(accepted("status", "-sb", "-uno")).toStrictEqual(["status", ["--untracked-files=no"], [], null])
    expect(accepted("blame", "-L", "3,+4", "a.ts")).toStrictEqual(["blame", ["-L3,+4"], ["a.ts"], null])
    expect(accepted("log", "-S", "{1} {2}", "--date=format:%-d.%m.%Y", "--grep", "{a}")[1]).toStrictEqual([
      "-S{1} {2}",
      "--date=format:%-d.%m.%Y",
      "--grep={a}"
    ])
    expect(["2,4", "2,+4", "2", "2,", ",4"].flatMap((lines) => accepted("blame", "-L", lines)[1])).toStrictEqual([
      "-L2,4",
      "-L2,+4",
      "-L2",
      "-L2,",
      "-L,4"
    ])
    expect(accepted("log", "--format=%h %an %ad %s", "--date=format:%Y-%m-%d")).toStrictEqual([
      "log",
      ["--format=%h %an %ad %s", "--date=format:%Y-%m-%d"],
      [],
      null
    ])
  })

  it.each([
    // What writes, runs programs, reads elsewhere or connects.
    [["commit", "-m", "x"], 'git "commit" is not among what may be used'],
    [["-c", "core.pager=x", "log"], 'git "-c" is not among what may be used'],
    [["-C", "/", "log"], 'git "-C" is not among what may be used'],
    [["--exec-path=/x", "log"], 'git "--exec-path=/x" is not among what may be used'],
    [["grep", "--open-files-in-pager=x", "y"], 'git "grep" is not among what may be used'],
    [["fetch", "--upload-pack=x"], 'git "fetch" is not among what may be used'],
    [["constructor"], 'git "constructor" is not among what may be used'],
    [[], 'git "" is not among what may be used'],
    [["log", "--output=x"], 'git log takes no "--output=x" here'],
    [["diff", "--no-index", "/etc/passwd", "a"], 'git diff takes no "--no-index" here'],
    [["diff", "--ext-diff"], 'git diff takes no "--ext-diff" here'],
    [["show", "--textconv", "HEAD:a"], 'git show takes no "--textconv" here'],
    [["diff", "-O/etc/passwd"], 'git diff takes no "-O/etc/passwd" here'],
    [["log", "--show-signature"], 'git log takes no "--show-signature" here'],
    [["blame", "--contents=/etc/passwd", "a"], 'git blame takes no "--contents=/etc/passwd" here'],
    [["blame", "-S/etc/passwd", "a"], 'git blame takes no "-S/etc/passwd" here'],
    [["ls-files", "-X/etc/passwd"], 'git ls-files takes no "-X/etc/passwd" here'],
    [["branch", "-D", "main"], 'git branch takes no "-D" here'],
    [["log", "-constructor"], 'git log takes no "-constructor" here'],
    // Copies are found among files that nobody has asked for.
    [["log", "-C"], 'git log takes no "-C" here'],
    // Placeholders that run programs.
    [["log", "--format=%G?"], '"--format=%G?" of git log does not take "%G?" here'],
    [["log", "--pretty=%(describe)"], '"--pretty=%(describe)" of git log does not take "%(describe)" here'],
    // Values.
    [["log", "-n"], '"-n" of git log needs a value'],
    [["log", "-n", "x"], '"-n" of git log does not take "x" here'],
    [["blame", "-L", "", "--", "a"], '"-L" of git blame does not take "" here'],
    [["blame", "-L", ",", "--", "a"], '"-L" of git blame does not take "," here'],
    // What takes all memory that there is: repetitions within repetitions, and figures of any width.
    [
      ["log", "-E", "--grep=((a{1,99}){1,99}){1,99}"],
      '"--grep=((a{1,99}){1,99}){1,99}" of git log does not take "((a{1,99}){1,99}){1,99}" here'
    ],
    [["log", "--author", "x\\{9\\}"], '"--author" of git log does not take "x\\\\{9\\\\}" here'],
    [["log", "--committer={,9}"], '"--committer={,9}" of git log does not take "{,9}" here'],
    [["shortlog", "--grep", "a{1}"], '"--grep" of git shortlog does not take "a{1}" here'],
    [["diff", "-Ga{9}"], '"-Ga{9}" of git diff does not take "a{9}" here'],
    [["log", "-S", "x", "--pickaxe-regex"], 'git log takes no "--pickaxe-regex" here'],
    [
      ["log", "--date=format:%999999999d"],
      '"--date=format:%999999999d" of git log does not take "format:%999999999d" here'
    ],
    [["log", "--date=format:%_9d"], '"--date=format:%_9d" of git log does not take "format:%_9d" here'],
    [["log", "--stat", "--follow", "--", "a"], "--follow of git log cannot be used with options that look into files"],
    [["log", "--graph", "-S", "x"], "--graph of git log cannot be used with options that look into files"],
    [["log", "a\nb"], "an argument is too long or holds a line break or NUL"],
    [["log", ""], "an argument is empty"]
  ] as const)("that are %j are refused", (args, message) => {
    expect(refusal(...args)).toBe(message)
  })

  it("that are refused come with what may be used", () => {
    const [verb, option] = [parse(["push"]), parse(["merge-base", "-a"])]
    expect(Result.isFailure(verb) && verb.failure.hint).toMatch(/^Verbs: status, diff, .*They only read/)
    expect(Result.isFailure(option) && option.failure.hint).toBe("git merge-base takes no options.")
    const flag = parse(["rev-parse", "--git-dir"])
    expect(Result.isFailure(flag) && flag.failure.hint).toBe(
      "Options of git rev-parse: --verify --short --abbrev-ref --symbolic-full-name."
    )
  })

  const Piece = Schema.Union([
    Schema.Literals([
      "--",
      "-",
      "--output",
      "--output=x",
      "-p",
      "-n",
      "-S",
      "-U",
      "--stat",
      "HEAD",
      "HEAD:a",
      "a.ts",
      "-c"
    ]),
    Schema.String
  ])
  it.prop(
    "that are any texts leave nothing of them where an option stands",
    [Schema.Literals(verbNames()), Schema.Array(Piece)],
    ([verb, args]) => {
      const parsed = parse([verb, ...args])
      if (Result.isFailure(parsed)) return
      const { options, words } = parsed.success
      expect(words.filter((word) => word.startsWith("-"))).toStrictEqual([])
      // Passed on, they are read the same way: nothing depends on what stands beside them.
      const again = options.map((option) => parse([verb, option]))
      expect(again.map((each) => (Result.isSuccess(each) ? each.success.options[0] : "refused"))).toStrictEqual(
        options.map((option) => (option === "--word-diff=plain" ? "refused" : option))
      )
    }
  )
})
