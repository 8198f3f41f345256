import { describe, expect, it } from "@effect/vitest"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as Patch from "../../src/tool/Patch.ts"

const patch = (...lines: ReadonlyArray<string>) => ["*** Begin Patch", ...lines, "*** End Patch"].join("\n")

/** The text after a patch that updates one file. */
const updated = (text: string, ...lines: ReadonlyArray<string>) => {
  const files = Result.getOrThrow(Patch.parse(patch("*** Update File: a.ts", ...lines)))
  const [file] = files
  if (file?._tag !== "Update") throw new Error("not an update")
  return Patch.apply(text, file.hunks)
}

describe("a patch", () => {
  it("names files to add, delete, update and move", () => {
    const text = patch(
      "*** Add File: new.md",
      "+# Title",
      "+",
      "*** Delete File: old.md",
      "*** Update File: src/a.ts",
      "*** Move to: src/b.ts",
      "@@ class A {",
      " keep",
      "-old",
      "+new",
      "*** End of File"
    )
    expect(Patch.parse(text)).toStrictEqual(
      Result.succeed([
        { _tag: "Add", path: "new.md", text: "# Title\n\n" },
        { _tag: "Delete", path: "old.md" },
        {
          _tag: "Update",
          path: "src/a.ts",
          moveTo: "src/b.ts",
          hunks: [
            {
              anchor: "class A {",
              lines: [
                { sign: " ", text: "keep" },
                { sign: "-", text: "old" },
                { sign: "+", text: "new" }
              ],
              atEnd: true
            }
          ]
        }
      ])
    )
  })

  it.each([
    ["", "the patch does not begin with *** Begin Patch"],
    ["*** Begin Patch\n*** Delete File: a", "the patch does not end with *** End Patch"],
    [patch(), "the patch changes nothing"],
    [patch("hello"), "line 2 is none of *** Add File:, *** Update File:, *** Delete File:"],
    [patch("*** Add File: a", "text"), "line 3: every line of a new file begins with +"],
    [patch("*** Delete File: a", "text"), "line 3: *** Delete File takes no lines"],
    [patch("*** Update File: a"), "line 3: *** Update File: a has no hunk"],
    [patch("*** Update File: a", "@@", "text"), "line 4 begins with none of space, -, +, @@"]
  ])("that is %j is refused with the place", (text, problem) => {
    expect(Patch.parse(text)).toStrictEqual(Result.fail(problem))
  })

  it("finds its hunks by their lines, in order", () => {
    const text = "a\nx\nb\nx\nc\n"
    expect(updated(text, "@@ b", "-x", "+y", "@@", " c", "+d")).toStrictEqual(Result.succeed("a\nx\nb\ny\nc\nd\n"))
  })

  it("forgives blanks at the ends of lines and keeps Windows line ends", () => {
    expect(updated("one  \r\ntwo\r\n", " one", "-two", "+2")).toStrictEqual(Result.succeed("one  \r\n2\r\n"))
  })

  it("leaves the ends of lines as they are where they are not all the same", () => {
    const text = "a\nb\nc\r\nd\n"
    expect(updated(text, "-a", "+A", "+and", " b", "-c", "+C")).toStrictEqual(Result.succeed("A\nand\nb\nC\r\nd\n"))
    expect(updated(text, " c", "+more")).toStrictEqual(Result.succeed("a\nb\nc\r\nmore\r\nd\n"))
    expect(updated("a\r\nb", "+first", " a", " b", "+last")).toStrictEqual(Result.succeed("first\r\na\r\nb\r\nlast"))
  })

  it("leaves unchanged lines as they stand where it is found without their blanks", () => {
    expect(updated("\t\tkeep  \n\t\told\n\tend\n", " keep", "-old", "+\t\tnew", " end")).toStrictEqual(
      Result.succeed("\t\tkeep  \n\t\tnew\n\tend\n")
    )
  })

  it("adds to the end of a file, also of an empty one", () => {
    expect(updated("a\n", "+b")).toStrictEqual(Result.succeed("a\nb\n"))
    expect(updated("", "+b")).toStrictEqual(Result.succeed("b\n"))
  })

  it("changes a text of very many lines", () => {
    const others = "x\n".repeat(300_000)
    expect(updated(`${others}a\n${others}`, "-a", "+b")).toStrictEqual(Result.succeed(`${others}b\n${others}`))
  })

  it("says which hunk does not fit", () => {
    const problem = 'hunk 2 does not fit: its lines, beginning with "z", do not stand there in this order'
    expect(updated("a\nb\n", "-a", "+A", "@@", "-z")).toStrictEqual(Result.fail(problem))
  })

  const line = Schema.Literals(["a", "b", "c", "", "  d", "+", "@@", "*** x"])
  it.prop(
    "made of two texts turns the one into the other",
    [Schema.Array(line), Schema.Array(line)],
    ([before, after]) => {
      const ended = (lines: ReadonlyArray<string>) => lines.map((each) => `${each}\n`).join("")
      const hunk = [...before.map((each) => `-${each}`), ...after.map((each) => `+${each}`)]
      if (hunk.length === 0) return true
      const result = updated(ended(before), "@@", ...hunk)
      return Result.isSuccess(result) && result.success === ended(after)
    }
  )

  const lines = Schema.Array(
    Schema.Struct({ text: Schema.Literals(["a", "b", " c"]), end: Schema.Literals(["\n", "\r\n"]) })
  )
  it.prop("changes nothing but the line that it names", [lines, lines], ([before, after]) => {
    const joined = (all: ReadonlyArray<{ readonly text: string; readonly end: string }>) =>
      all.map(({ end, text }) => text + end).join("")
    const named = [...before, { text: "this", end: "\r\n" }, ...after]
    const changed = [...before, { text: "that", end: "\r\n" }, ...after]
    // Trimmed, as models write what they remember of a file.
    const result = updated(joined(named), ...before.map(({ text }) => ` ${text.trim()}`), "-this", "+that")
    return Result.isSuccess(result) && result.success === joined(changed)
  })

  it.prop(
    "that is any text is read or refused, never a crash",
    [Schema.String, Schema.Array(line)],
    ([text, lines]) => {
      Patch.parse(text)
      const parsed = Patch.parse(patch("*** Update File: a", ...lines))
      return Result.isSuccess(parsed) || parsed.failure !== ""
    }
  )
})
