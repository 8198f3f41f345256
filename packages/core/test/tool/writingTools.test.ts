import * as fs from "node:fs"
import * as path from "node:path"
import { Blobs } from "@deputize/core/journal/Blobs"
import { toolbox } from "@deputize/core/tool/Toolbox"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import type { Fixture } from "../workspace/fixture.ts"
import { call as callTool, recorded, within, writing } from "./fixture.ts"

const tools = toolbox(["read_file", "write_file", "edit", "apply_patch", "delete_file"]).tools

/** Calls of one agent that may write everything: it remembers what it has seen. */
const agent = (...write: ReadonlyArray<string>) => {
  const seen = new Map<string, string>()
  const policy = writing(...(write.length === 0 ? ["**"] : write))
  return (name: string, args: unknown) => callTool(name, args, { tools, policy, seen })
}
const read = (files: Fixture, name: string) => fs.readFileSync(path.join(files.root, name), "utf8")
const nothing = () => undefined

describe("write_file", () => {
  it.effect("makes a file with its folders, and replaces one that was read", () =>
    within(
      (files) => files.write("a.txt", "one\ntwo\n"),
      Effect.fnUntraced(function* (files) {
        const call = agent()
        const said = [
          yield* call("write_file", { path: "new/deep.md", content: "# Hi\n" }),
          yield* call("write_file", { path: "a.txt", content: "mine" }),
          yield* call("read_file", { path: "a.txt" }),
          yield* call("write_file", { path: "./a.txt", content: "mine\n" }),
          yield* call("write_file", { path: "a.txt", content: "mine again\n" })
        ]
        expect(said).toStrictEqual([
          "made new/deep.md, 1 line",
          "! error: a.txt is there already. Read it with read_file before you replace it.",
          "1\tone\n2\ttwo",
          "replaced a.txt, 1 line",
          "replaced a.txt, 1 line"
        ])
        expect([read(files, "new/deep.md"), read(files, "a.txt")]).toStrictEqual(["# Hi\n", "mine again\n"])
      })
    )
  )

  it.effect("does not overwrite what somebody else has written since", () =>
    within(
      (files) => files.write("a.txt", "one\n"),
      Effect.fnUntraced(function* (files) {
        const call = agent()
        yield* call("read_file", { path: "a.txt" })
        files.write("a.txt", "theirs\n")
        expect(yield* call("write_file", { path: "a.txt", content: "mine" })).toBe(
          "! error: a.txt has changed since you read it. Read it again, then write."
        )
        expect(read(files, "a.txt")).toBe("theirs\n")
      })
    )
  )

  it.effect("writes only where the policy lets it, whatever the path is called", () =>
    within(
      (files) => {
        files.write("src/a.ts", "x")
        files.link(files.outside, "out")
        files.link("src", "alias")
      },
      Effect.fnUntraced(function* (files) {
        const call = agent("docs/**", "alias/**", ".git/**")
        const paths = [
          "src/a.ts",
          "alias/new.ts",
          "docs/../src/b.ts",
          ".git/config",
          "out/x",
          "../x",
          "/etc/x",
          "docs/ok.md"
        ]
        const said = yield* Effect.forEach(paths, (path) => call("write_file", { path, content: "y" }))
        expect(said.map((text) => text.startsWith("! denied"))).toStrictEqual([...Array(7).fill(true), false])
        expect(fs.existsSync(path.join(files.outside, "x"))).toBe(false)
        expect(fs.readdirSync(path.join(files.root, "src"))).toStrictEqual(["a.ts"])
      })
    )
  )
})

describe("edit", () => {
  it.effect("replaces a passage that stands there once, or all of them", () =>
    within(
      (files) => files.write("a.ts", "let a = 1\nlet b = 1\r\n"),
      Effect.fnUntraced(function* (files) {
        const call = agent()
        const said = [
          yield* call("edit", { path: "a.ts", old: "let b", new: "const b" }),
          yield* call("edit", { path: "a.ts", old: "= 1", new: "= 2" }),
          yield* call("edit", { path: "a.ts", old: "= 1", new: "= 2", all: true }),
          yield* call("edit", { path: "a.ts", old: "let c", new: "const c" }),
          yield* call("edit", { path: "a.ts", old: "", new: "x" }),
          yield* call("edit", { path: "b.ts", old: "a", new: "b" })
        ]
        expect(said).toStrictEqual([
          "edited a.ts at line 2",
          "! error: a.ts: old stands there 2 times. Give more of the lines around it, or set all.",
          "edited a.ts in 2 places, the first at line 1",
          "! error: a.ts: old does not stand there. Read the file again and copy the passage exactly, with its indentation.",
          "! error: a.ts: old is empty. Give the passage to replace, or use write_file.",
          "! error: there is no file b.ts. Make it with write_file."
        ])
        expect(read(files, "a.ts")).toBe("let a = 2\nconst b = 2\r\n")
      })
    )
  )

  it.effect("keeps Windows line ends, and takes replacement patterns for text", () =>
    within(
      (files) => files.write("a.txt", "one\r\ntwo\r\n"),
      Effect.fnUntraced(function* (files) {
        yield* agent()("edit", { path: "a.txt", old: "one\ntwo", new: "$&\n$1" })
        expect(read(files, "a.txt")).toBe("$&\r\n$1\r\n")
      })
    )
  )
})

describe("apply_patch", () => {
  const patch = (...lines: ReadonlyArray<string>) => ["*** Begin Patch", ...lines, "*** End Patch"].join("\n")

  it.effect("adds, changes, moves and removes files in one call", () =>
    within(
      (files) => {
        files.write("a.ts", "one\ntwo\n")
        files.write("b.ts", "old\n")
        files.write("c.ts", "bye\n")
      },
      Effect.fnUntraced(function* (files) {
        const call = agent()
        yield* call("read_file", { path: "c.ts" })
        const said = yield* call("apply_patch", {
          patch: patch(
            "*** Add File: new.ts",
            "+hello",
            "*** Update File: a.ts",
            " one",
            "-two",
            "+2",
            "*** Update File: b.ts",
            "*** Move to: lib/b.ts",
            "-old",
            "+new",
            "*** Delete File: c.ts"
          )
        })
        expect(said).toBe(
          "made new.ts, 1 line\nchanged a.ts, 2 lines\nmade lib/b.ts, 1 line\nremoved b.ts\nremoved c.ts"
        )
        expect(fs.readdirSync(files.root).toSorted()).toStrictEqual(["a.ts", "lib", "new.ts"])
        expect([read(files, "a.ts"), read(files, "lib/b.ts")]).toStrictEqual(["one\n2\n", "new\n"])
      })
    )
  )

  it.effect("moves a program as one, and gives a file that is there its own rights", () =>
    within(
      (files) => {
        for (const name of ["run.sh", "other.sh"]) {
          files.write(name, "#!/bin/sh\necho hi\n")
          fs.chmodSync(path.join(files.root, name), 0o755)
        }
        files.write("plain.txt", "text\n")
        fs.chmodSync(path.join(files.root, "plain.txt"), 0o600)
      },
      Effect.fnUntraced(function* (files) {
        const call = agent()
        yield* call("read_file", { path: "plain.txt" })
        const move = (from: string, to: string) => [
          `*** Update File: ${from}`,
          `*** Move to: ${to}`,
          "-echo hi",
          "+echo ho"
        ]
        yield* call("apply_patch", { patch: patch(...move("run.sh", "bin/run"), ...move("other.sh", "plain.txt")) })
        const picture = ["bin/run", "plain.txt"].map((name) => [
          fs.statSync(path.join(files.root, name)).mode & 0o777,
          read(files, name)
        ])
        expect(picture).toStrictEqual([
          [0o755, "#!/bin/sh\necho ho\n"],
          [0o600, "#!/bin/sh\necho ho\n"]
        ])
      })
    )
  )

  it.effect("that does not fit in one place changes nothing in any", () =>
    within(
      (files) => files.write("a.ts", "one\n"),
      Effect.fnUntraced(function* (files) {
        const said = yield* agent()("apply_patch", {
          patch: patch("*** Add File: new.ts", "+hello", "*** Update File: a.ts", "-nine", "+9")
        })
        expect(said).toContain("! error: a.ts: hunk 1 does not fit")
        expect(fs.readdirSync(files.root)).toStrictEqual(["a.ts"])
      })
    )
  )
})

describe("delete_file", () => {
  it.effect("removes what was read, and nothing else", () =>
    within(
      (files) => files.write("a.ts", "one\n"),
      Effect.fnUntraced(function* (files) {
        const call = agent()
        const said = [
          yield* call("delete_file", { path: "a.ts" }),
          yield* call("delete_file", { path: "b.ts" }),
          yield* call("read_file", { path: "a.ts" }),
          yield* call("delete_file", { path: "a.ts" })
        ]
        expect(said).toStrictEqual([
          "! error: a.ts is there already. Read it with read_file before you replace it.",
          "! error: there is no file b.ts. Look at the folder with list_dir.",
          "1\tone",
          "removed a.ts"
        ])
        expect(fs.readdirSync(files.root)).toStrictEqual([])
      })
    )
  )
})

describe("a file that is too large to be read whole", () => {
  it.effect("is changed by no tool, which says why", () =>
    within(
      (files) => files.write("large.txt", "line\n".repeat(1_700_000)),
      Effect.fnUntraced(function* (files) {
        const call = agent()
        yield* call("read_file", { path: "large.txt", limit: 1 })
        const said = [
          yield* call("write_file", { path: "large.txt", content: "mine\n" }),
          yield* call("edit", { path: "large.txt", old: "line", new: "LINE", all: true }),
          yield* call("apply_patch", {
            patch: "*** Begin Patch\n*** Update File: large.txt\n-line\n+LINE\n*** End Patch"
          }),
          yield* call("delete_file", { path: "large.txt" })
        ]
        const why =
          "! error: large.txt is larger than 8 MiB, the most that a tool changes. Leave it as it is, and say what should become of it."
        expect(said).toStrictEqual([why, why, why, why])
        expect(fs.statSync(path.join(files.root, "large.txt")).size).toBe(8_500_000)
      })
    )
  )
})

describe("a change", () => {
  it.effect("is on record before it is made, with the bytes that it replaces kept", () =>
    within(
      (files) => files.write("a.ts", "one\n"),
      Effect.fnUntraced(function* () {
        const call = agent()
        yield* call("edit", { path: "a.ts", old: "one", new: "two" })
        const events = yield* recorded
        const [, , changing, done] = events
        expect(events.map((event) => event._tag)).toStrictEqual(["Decided", "Intent", "Changing", "Done"])
        const change = changing?._tag === "Changing" ? changing.change : undefined
        expect(done?._tag === "Done" ? done.changes : undefined).toStrictEqual([change])
        const kept = yield* (yield* Blobs).get(change?.before ?? "")
        expect(new TextDecoder().decode(kept)).toBe("one\n")
      })
    )
  )

  it.effect("of an agent without the right is denied, recorded, and keeps nothing", () =>
    within(
      nothing,
      Effect.fnUntraced(function* () {
        yield* agent("docs")("write_file", { path: "a.ts", content: "x" })
        expect((yield* recorded).map((event) => event._tag)).toStrictEqual(["Decided", "Done"])
      })
    )
  )
})
