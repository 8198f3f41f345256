import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { canary, type Fixture } from "../workspace/fixture.ts"
import { call, reading, within } from "./fixture.ts"

const project = (files: Fixture): void => {
  files.write("src/a.ts", "const needle = 1\nconst other = 2\n")
  files.write("src/b.test.ts", "// Needle in a test\r\n")
  files.write(".github/ci.yml", "run: needle\n")
  files.write("ignored/x.ts", "needle\n")
  files.write("kept.log", "needle\n")
  files.write(".gitignore", "ignored/\n*.log\n")
  files.write(".git/config", "needle\n")
  files.write("nested/.git/config", "needle\n")
  files.write("bin.dat", new Uint8Array([110, 101, 101, 100, 108, 101, 0]))
  files.link("src/a.ts", "inside")
  files.link("../outside", "out")
  files.fifo("pipe")
}

const cases = (table: ReadonlyArray<readonly [string, string, unknown, string]>) =>
  it.live.each(table)("%s", ([, tool, args, expected]) =>
    within(
      project,
      Effect.fnUntraced(function* () {
        expect(yield* call(tool, args)).toBe(expected)
      })
    )
  )

describe("read_file", () => {
  cases([
    ["numbers lines", "read_file", { path: "src/a.ts" }, "1\tconst needle = 1\n2\tconst other = 2"],
    [
      "says how to continue",
      "read_file",
      { path: "src/a.ts", limit: 1 },
      "1\tconst needle = 1\n(… 1 more lines; continue with offset 2)"
    ],
    ["starts at an offset", "read_file", { path: "src/a.ts", offset: 2 }, "2\tconst other = 2"],
    [
      "takes null for a field left out",
      "read_file",
      { path: "src/a.ts", offset: null, limit: 1 },
      "1\tconst needle = 1\n(… 1 more lines; continue with offset 2)"
    ],
    ["drops the carriage return of a line end", "read_file", { path: "src/b.test.ts" }, "1\t// Needle in a test"],
    [
      "says how many lines there are when the offset is beyond",
      "read_file",
      { path: "src/a.ts", offset: 3 },
      "! error: offset 3 is beyond the end: src/a.ts has 2 lines. Give an offset from 1 to 2."
    ],
    [
      "refuses binary files",
      "read_file",
      { path: "bin.dat" },
      "! error: bin.dat is a binary file. Only text files can be read."
    ],
    [
      "suggests the name that was meant",
      "read_file",
      { path: "src/A.ts" },
      "! error: src/A.ts does not exist in the workspace. Did you mean src/a.ts?"
    ]
  ])

  it.live("cuts to the room at a line's end, and the offset that it names goes on there", () =>
    within(
      (files) => files.write("long.txt", Array.from({ length: 400 }, (_, i) => `line ${i + 1} äöü`).join("\n")),
      Effect.fnUntraced(function* () {
        const lines: Array<string> = []
        for (let offset = 1, pages = 0; offset > 0 && pages < 100; pages++) {
          const text: string = yield* call("read_file", { path: "long.txt", offset }, { outputBytes: 500 })
          expect(Buffer.byteLength(text)).toBeLessThanOrEqual(500)
          lines.push(...text.split("\n").filter((line) => !line.startsWith("(…")))
          offset = Number(/continue with offset (\d+)\)$/.exec(text)?.[1] ?? 0)
        }
        expect(lines).toStrictEqual(Array.from({ length: 400 }, (_, i) => `${i + 1}\tline ${i + 1} äöü`))
      })
    )
  )

  it.live("shows the beginning of a line that is too long, and spells out control characters", () =>
    within(
      (files) => {
        files.write("wide.txt", `${"x".repeat(5000)}\n`)
        files.write("ansi.txt", "a\u001b[2Jb\n")
        files.write("empty.txt", "")
      },
      Effect.fnUntraced(function* () {
        expect(yield* call("read_file", { path: "wide.txt" })).toBe(`1\t${"x".repeat(2000)}… (3000 more characters)`)
        expect(yield* call("read_file", { path: "ansi.txt" })).toBe("1\ta\\u{1b}[2Jb")
        expect(yield* call("read_file", { path: "empty.txt" })).toBe("(… the file is empty)")
      })
    )
  )
})

describe("list_dir", () => {
  cases([
    [
      "lists folders first, without .git, FIFOs and what is behind links",
      "list_dir",
      { path: "." },
      ".github/\nignored/\nnested/\nsrc/\n.gitignore\t15\nbin.dat\t7\ninside@\nkept.log\t7\nout@"
    ],
    ["lists a folder", "list_dir", { path: "src/" }, "a.ts\t33\nb.test.ts\t21"]
  ])
})

describe("glob", () => {
  cases([
    ["finds files at any depth by a bare pattern", "glob", { pattern: "*.ts" }, "src/a.ts\nsrc/b.test.ts"],
    [
      "counts from the folder searched, and from the workspace",
      "glob",
      { pattern: "*.test.ts", path: "src" },
      "src/b.test.ts"
    ],
    [
      "accepts a pattern from the workspace with a folder",
      "glob",
      { pattern: "src/*.test.ts", path: "src" },
      "src/b.test.ts"
    ],
    ["finds only at the top when the pattern says so", "glob", { pattern: "./*.ts" }, "no files match"],
    [
      "includes hidden files, respects .gitignore, never enters .git",
      "glob",
      { pattern: "**" },
      ".github/ci.yml\n.gitignore\nbin.dat\nsrc/a.ts\nsrc/b.test.ts"
    ],
    [
      "refuses a pattern that climbs",
      "glob",
      { pattern: "../**" },
      "! error: the pattern leads out of its folder with `..`. Give a pattern relative to the folder, such as **/*.ts."
    ],
    [
      "refuses braces that stand for too much",
      "glob",
      { pattern: "{a,b}".repeat(13) },
      "! error: the braces stand for more than 256 patterns. Give a pattern relative to the folder, such as **/*.ts."
    ],
    [
      "refuses a file as folder",
      "glob",
      { pattern: "*", path: "src/a.ts" },
      "! error: src/a.ts is no folder (rule: not-a-directory). Give a folder, or read the file itself."
    ]
  ])

  it.live("says that there is more than it shows", () =>
    within(
      (files) => {
        for (let i = 0; i < 510; i++) files.write(`many/f${String(i).padStart(3, "0")}`, "")
      },
      Effect.fnUntraced(function* () {
        const lines = (yield* call("glob", { pattern: "many/*" })).split("\n")
        expect([lines.length, lines[0], lines[499], lines[500]]).toStrictEqual([
          501,
          "many/f000",
          "many/f499",
          "(… more)"
        ])
      })
    )
  )
})

describe("grep", () => {
  cases([
    [
      "finds lines regardless of case if the pattern has none, sorted by path",
      "grep",
      { pattern: "needle" },
      ".github/ci.yml:1:run: needle\nsrc/a.ts:1:const needle = 1\nsrc/b.test.ts:1:// Needle in a test"
    ],
    ["heeds case if the pattern has capitals", "grep", { pattern: "Needle" }, "src/b.test.ts:1:// Needle in a test"],
    [
      "searches only files that match the glob",
      "grep",
      { pattern: "needle", glob: "*.test.ts" },
      "src/b.test.ts:1:// Needle in a test"
    ],
    [
      "does not bring back ignored files by a glob",
      "grep",
      { pattern: "needle", glob: "*.{log,yml}" },
      ".github/ci.yml:1:run: needle"
    ],
    [
      "takes a folder in the glob",
      "grep",
      { pattern: "needle", glob: "src/**/*.ts" },
      "src/a.ts:1:const needle = 1\nsrc/b.test.ts:1:// Needle in a test"
    ],
    [
      "searches one file",
      "grep",
      { pattern: "const", path: "inside" },
      "src/a.ts:1:const needle = 1\nsrc/a.ts:2:const other = 2"
    ],
    ["matches the end of a line before CRLF", "grep", { pattern: "test$" }, "src/b.test.ts:1:// Needle in a test"],
    ["takes a pattern that looks like an option for a pattern", "grep", { pattern: "--pre=sh" }, "no lines match"],
    [
      "takes a pattern that looks like a file list for a pattern",
      "grep",
      { pattern: "-f/etc/passwd" },
      "no lines match"
    ],
    ["says when there is nothing", "grep", { pattern: "nothing like this" }, "no lines match"],
    ["does not search binary files", "grep", { pattern: "needle", path: "bin.dat" }, "no lines match"]
  ])

  it.live("gives ripgrep's own words for a pattern that is no regular expression", () =>
    within(
      project,
      Effect.fnUntraced(function* () {
        const text = yield* call("grep", { pattern: "a(b" })
        expect(text).toContain("unclosed group")
        expect(text).toContain("Escape characters")
        expect(text).not.toContain(".github")
      })
    )
  )

  it.live("caps the lines and their length", () =>
    within(
      (files) => {
        files.write("a.txt", "needle\n".repeat(150))
        files.write("b.txt", `${"needle ".repeat(60)}\n`.repeat(150))
      },
      Effect.fnUntraced(function* () {
        const lines = (yield* call("grep", { pattern: "needle" })).split("\n")
        expect([lines.length, lines[149], lines[150]?.length, lines[199]?.slice(0, 9), lines[200]]).toStrictEqual([
          201,
          "a.txt:150:needle",
          "b.txt:1:".length + 241,
          "b.txt:50:",
          "(… more)"
        ])
      })
    )
  )

  it.live("confirms lines in files with a byte-order mark or broken UTF-8", () =>
    within(
      (files) => {
        files.write("bad.txt", new Uint8Array([...Buffer.from("needle "), 0xff, 10]))
        files.write("bom.txt", "\ufeffneedle one\nneedle two\n")
      },
      Effect.fnUntraced(function* () {
        expect(yield* call("grep", { pattern: "^needle" })).toBe(
          "bad.txt:1:needle \ufffd\nbom.txt:1:needle one\nbom.txt:2:needle two"
        )
      })
    )
  )

  it.live("keeps a name with a line break on one line", () =>
    within(
      (files) => files.write("a\nb.txt", "needle\tx\n"),
      Effect.fnUntraced(function* () {
        expect(yield* call("grep", { pattern: "needle" })).toBe("a\\u{a}b.txt:1:needle\tx")
        expect(yield* call("glob", { pattern: "*" })).toBe("a\\u{a}b.txt")
      })
    )
  )
})

describe("every reading tool", () => {
  const tools = ["read_file", "list_dir", "glob", "grep"] as const
  const places: ReadonlyArray<readonly [string, string]> = [
    ["../outside", "outside"],
    ["/etc", "outside"],
    ["out", "outside"],
    ["out/secret.txt", "outside"],
    ["/proc/self/root/etc", "outside"],
    ["~", "home"],
    ["a\0b", "nul"],
    ["pipe", "not-a-file"],
    [".git", "git-internals"],
    ["nested/.git/config", "git-internals"]
  ]
  it.live.each(tools.flatMap((tool) => places.map(([path, rule]) => [tool, path, rule] as const)))(
    "%s denies %j by rule %s",
    ([tool, path, rule]) =>
      within(
        project,
        Effect.fnUntraced(function* () {
          const text = yield* call(tool, tool === "glob" || tool === "grep" ? { pattern: "a", path } : { path })
          expect(text).toMatch(/^! denied: /)
          expect(text).toContain(`(rule: ${rule})`)
          expect(text).not.toContain(canary)
        })
      )
  )

  it.live("shows nothing of files that the policy does not let be read", () =>
    within(
      project,
      Effect.fnUntraced(function* () {
        const policy = reading("src/a.ts")
        const denied = (path: string) => expect.stringMatching(new RegExp(`^! denied by the policy: .*${path}`))
        expect(
          yield* Effect.all([
            call("glob", { pattern: "**" }, { policy }),
            call("grep", { pattern: "needle", path: "." }, { policy }),
            call("grep", { pattern: "needle", path: "src" }, { policy }),
            call("read_file", { path: "src/b.test.ts" }, { policy }),
            call("list_dir", { path: "src" }, { policy })
          ])
        ).toEqual(["src/a.ts", "src/a.ts:1:const needle = 1", denied("src"), denied("src/b.test.ts"), denied("src")])
      })
    )
  )

  it.live("keeps credential files out of every result, also under another name", () =>
    within(
      (files) => {
        files.write(".env", "KEY=needle\n")
        files.write("a.txt", "needle\n")
        files.link(".env", "settings.txt")
      },
      Effect.fnUntraced(function* () {
        const denied = expect.stringMatching(/^! denied by the policy: \.env /)
        expect(
          yield* Effect.all([
            call("grep", { pattern: "needle" }),
            call("glob", { pattern: "**" }),
            call("list_dir", { path: "." }),
            call("read_file", { path: "settings.txt" }),
            call("grep", { pattern: "needle", path: "settings.txt" })
          ])
        ).toEqual(["a.txt:1:needle", "a.txt", "a.txt\t7\nsettings.txt@", denied, denied])
      })
    )
  )
})
