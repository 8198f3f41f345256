import { execFileSync } from "node:child_process"
import * as fs from "node:fs"
import * as path from "node:path"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Diff from "../../src/changes/Diff.ts"
import type { FilePatch } from "../../src/changes/FilePatch.ts"
import { patchLines } from "../../src/changes/PatchText.ts"
import { toolbox } from "../../src/tool/Toolbox.ts"
import { call, writing } from "../tool/fixture.ts"
import type { Fixture } from "../workspace/fixture.ts"
import { agentPath, change, picture, run, undo, within } from "./fixture.ts"

const textOf = (patches: ReadonlyArray<FilePatch>, binary: "whole" | "named" = "whole"): string =>
  patches.flatMap((patch) => patchLines(patch, binary).map(({ text }) => `${text}\n`)).join("")

const diff = (agent?: string) =>
  Effect.map(Diff.diff(run, agent === undefined ? null : agentPath(agent)), ({ patches }) => patches)

/** What git makes of the patch in the workspace. */
const gitApply = ({ base, root }: Fixture, patch: string, ...options: ReadonlyArray<string>): void => {
  const env = { PATH: process.env.PATH, HOME: base, GIT_CONFIG_NOSYSTEM: "1", GIT_CEILING_DIRECTORIES: base }
  execFileSync("git", ["apply", "--whitespace=nowarn", ...options], { cwd: root, env, input: patch })
}

const samples = (files: Fixture) => {
  files.write("changed.txt", "one\ntwo\nthree\n")
  files.write("crlf.txt", "one\r\ntwo\r\n")
  files.write("no-newline", "one\ntwo")
  files.write("empty-goes", "")
  files.write("empty-filled", "")
  files.write("tool.sh", "#!/bin/sh\n")
  fs.chmodSync(path.join(files.root, "tool.sh"), 0o755)
  files.write("old name.txt", "moved\nbytes\n")
  files.write(
    "logo.bin",
    new Uint8Array(300).map((_, index) => index)
  )
  files.write("latin1.txt", new Uint8Array([0x66, 0xfc, 0x72, 10]))
}

const changes = Effect.gen(function* () {
  yield* change("x", {
    "changed.txt": "one\n2\nthree\nfour\n",
    "crlf.txt": "one\r\n2\r\n",
    "no-newline": "one\ntwo\n",
    "empty-goes": null,
    "empty-filled": "no newline",
    "tool.sh": null,
    "logo.bin": new Uint8Array([0, 1]),
    "latin1.txt": "für\n"
  })
  yield* change("x", {
    "old name.txt": null,
    "new name.txt": "moved\nbytes\n",
    "dir/漢字 \u{1f600}.txt": "wide\n",
    "dir/empty": "",
    'dir/"quoted"\\and\ttab': "1\n",
    "dir/passing": "gone again"
  })
  yield* change("x", { "dir/passing": null, "changed.txt": "one\n2\nthree\nfive\n" })
})

describe("a patch of a run", () => {
  it.effect("shows each file from its first bytes to its last, as git writes it", () =>
    within(
      samples,
      Effect.fnUntraced(function* () {
        yield* changes
        expect(textOf(yield* diff(), "named")).toMatchInlineSnapshot(`
          "diff --git a/changed.txt b/changed.txt
          --- a/changed.txt
          +++ b/changed.txt
          @@ -1,3 +1,4 @@
           one
          -two
          +2
           three
          +five
          diff --git a/crlf.txt b/crlf.txt
          --- a/crlf.txt
          +++ b/crlf.txt
          @@ -1,2 +1,2 @@
           one
          -two
          +2
          diff --git "a/dir/\\"quoted\\"\\\\and\\ttab" "b/dir/\\"quoted\\"\\\\and\\ttab"
          new file mode 100644
          --- /dev/null
          +++ "b/dir/\\"quoted\\"\\\\and\\ttab"
          @@ -0,0 +1 @@
          +1
          diff --git a/dir/empty b/dir/empty
          new file mode 100644
          diff --git a/dir/漢字 😀.txt b/dir/漢字 😀.txt
          new file mode 100644
          --- /dev/null
          +++ b/dir/漢字 😀.txt	
          @@ -0,0 +1 @@
          +wide
          diff --git a/empty-filled b/empty-filled
          --- a/empty-filled
          +++ b/empty-filled
          @@ -0,0 +1 @@
          +no newline
          \\ No newline at end of file
          diff --git a/empty-goes b/empty-goes
          deleted file mode 100644
          diff --git a/latin1.txt b/latin1.txt
          Binary files a/latin1.txt and b/latin1.txt differ
          diff --git a/logo.bin b/logo.bin
          Binary files a/logo.bin and b/logo.bin differ
          diff --git a/old name.txt b/new name.txt
          similarity index 100%
          rename from old name.txt
          rename to new name.txt
          diff --git a/no-newline b/no-newline
          --- a/no-newline
          +++ b/no-newline
          @@ -1,2 +1,2 @@
           one
          -two
          \\ No newline at end of file
          +two
          diff --git a/tool.sh b/tool.sh
          deleted file mode 100755
          --- a/tool.sh
          +++ /dev/null
          @@ -1 +0,0 @@
          -#!/bin/sh
          "
        `)
      })
    )
  )

  it.effect("is taken back and applied again by git, byte for byte", () =>
    within(
      samples,
      Effect.fnUntraced(function* (files) {
        const before = picture(files)
        yield* changes
        const after = picture(files)
        const patch = textOf(yield* diff())
        gitApply(files, patch, "-R")
        expect(picture(files)).toStrictEqual(before)
        gitApply(files, patch)
        expect(picture(files)).toStrictEqual(after)
      })
    )
  )

  it.effect("is the same after the run was undone", () =>
    within(
      samples,
      Effect.fnUntraced(function* () {
        yield* changes
        const patch = textOf(yield* diff())
        yield* undo()
        // Rights of new files are known only as long as they are there; they are the usual ones here.
        expect(textOf(yield* diff())).toBe(patch)
      })
    )
  )

  it.effect("of one agent shows its own parts, those of agents below it too", () =>
    within(
      (files) => files.write("a.txt", "0\n"),
      Effect.fnUntraced(function* () {
        yield* change("x", { "a.txt": "x1\n" })
        yield* change("x/child", { "a.txt": "x2\n" })
        yield* change("y", { "a.txt": "y1\n", "y.txt": "" })
        yield* change("x", { "a.txt": "x3\n" })
        const lines = (patch: string) => patch.split("\n").filter((line) => /^[-+][^-+]/.test(line))
        expect([lines(textOf(yield* diff("x"))), lines(textOf(yield* diff("y")))]).toStrictEqual([
          ["-0", "+x2", "-y1", "+x3"],
          ["-x2", "+y1"]
        ])
        expect((yield* diff()).map(({ agents, path }) => [path, agents])).toStrictEqual([
          ["a.txt", ["/root/x", "/root/x/child", "/root/y"]],
          ["y.txt", ["/root/y"]]
        ])
      })
    )
  )

  it.effect("says where somebody else had a file in between, and where bytes are not kept", () =>
    within(
      (files) => {
        files.write("mixed", "1\n")
        files.write("lost", "1\n")
      },
      Effect.fnUntraced(function* (files) {
        yield* change("x", { mixed: "2\n", lost: "2\n" })
        files.write("mixed", "theirs\n")
        yield* change("x", { mixed: "3\n" })
        files.write("lost", "theirs\n")
        expect((yield* diff()).map(({ content, isMixed, path }) => [path, isMixed, content._tag])).toStrictEqual([
          ["lost", false, "Missing"],
          ["mixed", true, "Text"]
        ])
      })
    )
  )
})

describe("a file that was changed since", () => {
  const tools = toolbox(["read_file", "write_file", "edit", "apply_patch", "delete_file"]).tools
  it.effect("is shown as the run left it, worked out from the calls that wrote it", () =>
    within(
      (files) => {
        files.write("written", "1\n")
        files.write("edited", "one\r\ntwo\r\n")
        files.write("patched", "a\nb\n")
        files.write("moved", "c\nd\n")
      },
      Effect.fnUntraced(function* (files) {
        const seen = new Map<string, string>()
        const options = { tools, policy: writing("**"), seen }
        for (const name of ["written", "moved"]) yield* call("read_file", { path: name }, options)
        yield* call("write_file", { path: "written", content: "2\n" }, options)
        yield* call("edit", { path: "./edited", old: "one\n", new: "1\n" }, options)
        const patch = [
          "*** Begin Patch",
          "*** Update File: patched",
          "@@",
          "-b",
          "+B",
          "*** Update File: moved",
          "*** Move to: there/moved",
          "@@",
          "-d",
          "+D",
          "*** End Patch"
        ].join("\n")
        yield* call("apply_patch", { patch }, options)
        const whole = textOf(yield* diff())
        const names = ["written", "edited", "patched", "there/moved"]
        expect(names.filter((name) => !whole.includes(`+++ b/${name}`))).toStrictEqual([])
        for (const name of names) files.write(name, "theirs")
        expect(textOf(yield* diff())).toBe(whole)
      })
    )
  )
})
