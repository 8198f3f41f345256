/**
 * What becomes of a call that was cut, by what is seen of it.
 */
import { byFile, type FileNow, type OnUnknown, type Settlement, settle } from "@deputize/core/tool/Settlement"
import { describe, expect, it } from "@effect/vitest"

const [before, after, other] = ["b".repeat(64), "a".repeat(64), "0".repeat(64)]

const change = (path: string, from: string | null = before, to: string | null = after) => ({
  path,
  before: from,
  after: to
})

const file = (path: string, hash: FileNow["hash"], announced: FileNow["announced"] = change(path)): FileNow => ({
  path,
  announced,
  hash
})

/** The second of two files: nothing was said of it yet. */
const untouched: FileNow = { path: "y", announced: undefined, hash: undefined }

const run: Settlement = { _tag: "Run" }
const made: Settlement = { _tag: "Made", changes: [change("x")] }
const unknown = (...files: ReadonlyArray<string>): Settlement => ({ _tag: "Unknown", changes: [], files })

const settled = (files: ReadonlyArray<FileNow>, onUnknown: OnUnknown = "ask", isAll = true) => {
  const changing = files.flatMap(({ announced }) => (announced === undefined ? [] : [announced]))
  return settle({ isBegun: true, changing }, "fenced", { files, isAll }, onUnknown)
}

describe("a call that was cut", () => {
  it("runs where it had not begun, and where it may simply run again", () => {
    const odd = { files: [file("x", other)], isAll: true }
    expect(settle({ isBegun: false, changing: [] }, "fenced", odd, "ask")).toStrictEqual(run)
    expect(settle({ isBegun: true, changing: [change("x")] }, "safe", odd, "ask")).toStrictEqual(run)
  })

  it.each<readonly [what: string, files: ReadonlyArray<FileNow>, expected: Settlement]>([
    ["had announced nothing", [untouched], run],
    ["has changed nothing", [file("x", before)], run],
    ["has not made its file", [file("x", null, change("x", null))], run],
    ["has changed nothing of several files", [file("x", before), untouched], run],
    ["would change nothing", [file("x", before, change("x", before, before))], run],
    ["has changed its file", [file("x", after)], made],
    [
      "has removed its file",
      [file("x", null, change("x", before, null))],
      { _tag: "Made", changes: [change("x", before, null)] }
    ],
    [
      "has changed all of its files",
      [file("x", after), file("y", after)],
      { _tag: "Made", changes: [change("x"), change("y")] }
    ],
    [
      "has changed one of its files",
      [file("x", after), untouched],
      { _tag: "Partly", changes: [change("x")], left: ["y"] }
    ],
    [
      "has changed one of its files and not the announced other",
      [file("x", after), file("y", before)],
      { _tag: "Partly", changes: [change("x")], left: ["y"] }
    ],
    ["changed what somebody else has changed as well", [file("x", other)], unknown("x")],
    ["changed what is gone now", [file("x", null)], unknown("x")],
    ["changed what cannot be read now", [file("x", undefined)], unknown("x")],
    [
      "has changed one file, and the other was changed by somebody else",
      [file("x", after), file("y", other)],
      { _tag: "Unknown", changes: [change("x")], files: ["y"] }
    ]
  ])("that %s", (_, files, expected) => {
    expect(settled(files)).toStrictEqual(expected)
    expect(settled(files, "skip")).toStrictEqual(expected)
    // Only what cannot be known is a question.
    expect(settled(files, "retry")).toStrictEqual(expected._tag === "Unknown" ? run : expected)
  })

  it("is unknown where it may have done more than change files", () => {
    expect(settled([], "ask", false)).toStrictEqual(unknown())
    expect(settled([], "skip", false)).toStrictEqual(unknown())
    expect(settled([], "retry", false)).toStrictEqual(run)
    expect(settled([file("x", after)], "ask", false)).toStrictEqual({ ...unknown(), changes: [change("x")] })
  })

  it("is known by what a file was before its first change and is to be after its last", () => {
    const changes = [change("x", null, before), change("y"), change("x", before, after)]
    expect([...byFile(changes).values()]).toStrictEqual([change("x", null, after), change("y")])
  })
})
