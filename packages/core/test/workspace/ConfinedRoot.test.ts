import * as fs from "node:fs"
import * as net from "node:net"
import { ConfinedRoot } from "@deputize/core/workspace/ConfinedRoot"
import type { PathError } from "@deputize/core/workspace/PathError"
import { PathDenied, PathNotFound } from "@deputize/core/workspace/PathError"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Result from "effect/Result"
import { canary, type Fixture, fixture, openDescriptors } from "./fixture.ts"

type Root = ConfinedRoot["Service"]

const inside = <A, E>(
  body: (root: Root, files: Fixture) => Effect.Effect<A, E>,
  prepare: (files: Fixture) => void = () => {},
  platform: NodeJS.Platform = "linux"
) =>
  Effect.gen(function* () {
    const files = yield* fixture
    files.write("src/main.ts", "main\n")
    files.write("README.md", "# readme\n")
    prepare(files)
    const use = Effect.flatMap(ConfinedRoot, (root) => body(root, files))
    return yield* Effect.provide(use, ConfinedRoot.layer(files.root, { platform }))
  }).pipe(Effect.scoped)

const read = (root: Root, path: string) =>
  root.readFile(path, { maxBytes: 1 << 20 }).pipe(Effect.map((file) => new TextDecoder().decode(file.bytes)))

const ruleOf = (result: Result.Result<unknown, PathError>): string =>
  Result.isSuccess(result) ? "opened" : result.failure._tag === "PathDenied" ? result.failure.rule : result.failure._tag

const deep = (names: number) => Array.from({ length: names }, () => "a").join("/")

const attacks: ReadonlyArray<readonly [string, (files: Fixture) => string, string]> = [
  ["a path above the workspace", () => "../outside/secret.txt", "outside"],
  ["a way out and back in", () => "../repo/README.md", "outside"],
  ["a way out behind a folder", () => "src/../../outside/secret.txt", "outside"],
  ["an absolute path outside", (files) => `${files.outside}/secret.txt`, "outside"],
  ["a sibling whose name begins like the workspace's", (files) => `${files.root}-evil/secret.txt`, "outside"],
  ["an absolute path that leaves again", (files) => `${files.root}/../outside/secret.txt`, "outside"],
  ["/etc/passwd", () => "/etc/passwd", "outside"],
  ["/proc/self/root", (files) => `/proc/self/root${files.root}/README.md`, "outside"],
  ["a process's environment", () => "/proc/self/environ", "outside"],
  ["a descriptor of this process", () => "/proc/self/fd/0", "outside"],
  ["/dev/zero", () => "/dev/zero", "outside"],
  ["/dev/tcp", () => "/dev/tcp/127.0.0.1/80", "outside"],
  ["the home folder", () => "~/.ssh/id_rsa", "home"],
  ["another user's home folder", () => "~root/.bashrc", "home"],
  ["a drive path", () => "C:\\Windows\\win.ini", "windows"],
  ["a drive path with slashes", () => "c:/Windows/win.ini", "windows"],
  ["a UNC path", () => "\\\\server\\share\\x", "windows"],
  ["a UNC path with slashes", () => "//server/share/x", "windows"],
  ["a NUL character", () => "README.md\0.png", "nul"],
  ["an empty path", () => "", "empty"],
  ["a name of 300 bytes", () => "n".repeat(300), "too-long"],
  ["a path of ten thousand components", () => deep(10_000), "too-long"],
  ["full-width dots and slashes", () => "．．／outside／secret.txt", "PathNotFound"],
  ["a zero-width space in a name", () => "READ\u200bME.md", "PathNotFound"],
  ["a trailing space", () => "README.md ", "PathNotFound"],
  ["a trailing quote", () => 'README.md"', "PathNotFound"],
  ["a file used as a folder", () => "README.md/x", "not-a-directory"],
  ["a file used as a folder to go up from", () => "README.md/../src/main.ts", "not-a-directory"],
  ["a file with a trailing slash", () => "README.md/", "not-a-directory"],
  ["a folder", () => "src", "not-a-file"],
  ["a FIFO", () => "pipe", "not-a-file"],
  ["a link to a FIFO", () => "to-pipe", "not-a-file"],
  ["a link to a file outside", () => "to-file", "outside"],
  ["a link to an absolute path outside", () => "to-absolute", "outside"],
  ["a file behind a linked folder outside", () => "to-folder/secret.txt", "outside"],
  ["a new file behind a linked folder outside", () => "to-folder/new.txt", "outside"],
  ["a link to a link that leaves", () => "to-link", "outside"],
  ["a link into /proc", () => "to-proc", "outside"],
  ["a link to a device", () => "to-device", "outside"],
  ["a link to itself", () => "loop", "too-many-links"]
]

const traps = (files: Fixture): void => {
  files.fifo("pipe")
  files.link("pipe", "to-pipe")
  files.link("../outside/secret.txt", "to-file")
  files.link(`${files.outside}/secret.txt`, "to-absolute")
  files.link("../outside", "to-folder")
  files.link("to-file", "to-link")
  files.link(`/proc/self/root${files.outside}/secret.txt`, "to-proc")
  files.link("/dev/zero", "to-device")
  files.link("loop", "loop")
}

describe.each(["linux", "darwin"] as const)("ConfinedRoot on %s", (platform) => {
  it.effect.each(attacks)("refuses %s", ([, path, rule]) =>
    inside(
      Effect.fnUntraced(function* (root, files) {
        const asked = path(files)
        const result = yield* Effect.result(read(root, asked))
        expect(ruleOf(result)).toBe(rule)
        if (rule === "outside") {
          expect(Result.getFailure(result)).toMatchObject({ value: new PathDenied({ path: asked, rule }) })
        }
      }),
      traps,
      platform
    )
  )

  const allowed: ReadonlyArray<readonly [string, (files: Fixture) => string, string]> = [
    ["a relative path", () => "src/main.ts", "src/main.ts"],
    ["dots and doubled slashes", () => "./src//./main.ts", "src/main.ts"],
    ["a way up that stays inside", () => "src/../README.md", "README.md"],
    ["an absolute path inside", (files) => `${files.root}/src/main.ts`, "src/main.ts"],
    ["a link inside", () => "link", "src/main.ts"],
    ["an absolute link inside", () => "absolute", "src/main.ts"],
    ["a link up and down inside", () => "deep/updown", "src/main.ts"],
    ["a file behind a linked folder inside", () => "folder/main.ts", "src/main.ts"],
    ["a name with brackets", () => "pages/[id].ts", "pages/[id].ts"],
    ["a name that begins with a tilde, written as one", () => "./~draft", "~draft"],
    ["a backslash in a name", () => "back\\slash", "back\\slash"]
  ]
  it.effect.each(allowed)("opens %s and tells its real path", ([, path, real]) =>
    inside(
      Effect.fnUntraced(function* (root, files) {
        const file = yield* root.readFile(path(files), { maxBytes: 1024 })
        expect({ path: file.path, text: new TextDecoder().decode(file.bytes) }).toStrictEqual({
          path: real,
          text: fs.readFileSync(`${files.root}/${real}`, "utf8")
        })
      }),
      (files) => {
        files.link("src/main.ts", "link")
        files.link(`${files.root}/src/main.ts`, "absolute")
        files.link("../src/../src/main.ts", "deep/updown")
        files.link("src", "folder")
        for (const name of ["pages/[id].ts", "~draft", "back\\slash"]) files.write(name, name)
      },
      platform
    )
  )

  it.effect("refuses a socket", () =>
    inside(
      Effect.fnUntraced(function* (root, files) {
        yield* Effect.acquireRelease(
          Effect.callback<net.Server>((resume) => {
            const server = net.createServer()
            server.listen(`${files.root}/socket`, () => resume(Effect.succeed(server)))
          }),
          (server) => Effect.sync(() => server.close())
        )
        expect(ruleOf(yield* Effect.result(read(root, "socket")))).toBe("not-a-file")
      }, Effect.scoped),
      undefined,
      platform
    )
  )

  it.effect("uses a name in the Unicode form that it was given in", () =>
    inside(
      Effect.fnUntraced(function* (root) {
        expect(yield* read(root, "caf\u00e9.txt")).toBe("composed")
        expect(yield* read(root, "cafe\u0301.txt")).toBe("decomposed")
      }),
      (files) => {
        files.write("caf\u00e9.txt", "composed")
        files.write("cafe\u0301.txt", "decomposed")
      },
      platform
    )
  )

  it.effect("names the nearest names of one that does not exist", () =>
    inside(
      Effect.fnUntraced(function* (root) {
        expect(yield* Effect.flip(root.resolve("src/mian.ts"))).toStrictEqual(
          new PathNotFound({ path: "src/mian.ts", resolved: "src/mian.ts", nearest: ["src/main.ts"] })
        )
        expect(yield* Effect.flip(root.resolve("SRC/main.ts"))).toStrictEqual(
          new PathNotFound({ path: "SRC/main.ts", resolved: "SRC/main.ts", nearest: ["src"] })
        )
      }),
      undefined,
      platform
    )
  )

  it.effect("lists a folder without following its links", () =>
    inside(
      Effect.fnUntraced(function* (root) {
        expect(yield* root.readDirectory(".")).toStrictEqual({
          path: ".",
          entries: [
            { name: "README.md", kind: "file", size: 9 },
            { name: "pipe", kind: "other", size: 0 },
            { name: "src", kind: "directory", size: 0 },
            { name: "to-folder", kind: "link", size: 0 }
          ]
        })
        expect(ruleOf(yield* Effect.result(root.readDirectory("to-folder")))).toBe("outside")
        expect(ruleOf(yield* Effect.result(root.readDirectory("README.md")))).toBe("not-a-directory")
      }),
      (files) => {
        files.fifo("pipe")
        files.link("../outside", "to-folder")
      },
      platform
    )
  )

  it.effect("says what of a long file was left out", () =>
    inside(
      Effect.fnUntraced(function* (root) {
        const { bytes, mode: _, ...rest } = yield* root.readFile("long", { maxBytes: 3_000_000 })
        expect({ ...rest, length: bytes.length }).toStrictEqual({
          path: "long",
          size: 4_000_000,
          truncated: true,
          length: 3_000_000
        })
        const whole = yield* root.readFile("long", { maxBytes: 4_000_000 })
        expect([whole.bytes.length, whole.truncated]).toStrictEqual([4_000_000, false])
      }),
      (files) => files.write("long", Buffer.alloc(4_000_000, "x")),
      platform
    )
  )

  it.effect("holds as many descriptors after a thousand reads, refusals and interruptions as before", () =>
    inside(
      Effect.fnUntraced(function* (root) {
        const each = Effect.fnUntraced(function* (path: string) {
          yield* Effect.result(read(root, path))
          yield* Effect.result(root.readDirectory(path))
          const cut = yield* Effect.forkChild(read(root, path), { startImmediately: true })
          yield* Fiber.interrupt(cut)
        })
        const paths = [
          "README.md",
          "src/main.ts",
          "src",
          "to-file",
          "to-folder/secret.txt",
          "pipe",
          "loop",
          "none",
          "../x"
        ]
        yield* Effect.forEach(paths, each)
        const before = openDescriptors()
        for (let round = 0; round < 1000 / paths.length; round++) yield* Effect.forEach(paths, each, { concurrency: 4 })
        expect(openDescriptors()).toBe(before)
      }),
      traps,
      platform
    )
  )
})

describe("ConfinedRoot", () => {
  it.effect("accepts absolute paths by the name that the workspace was opened by", () =>
    Effect.gen(function* () {
      const files = yield* fixture
      files.write("a.txt", "a")
      fs.symlinkSync("repo", `${files.base}/alias`)
      const use = Effect.flatMap(ConfinedRoot, (root) =>
        Effect.map(root.resolve(`${files.base}/alias/a.txt`), (resolved) => ({ ...resolved, root: root.root }))
      )
      expect(yield* Effect.provide(use, ConfinedRoot.layer(`${files.base}/alias`))).toStrictEqual({
        path: "a.txt",
        kind: "file",
        root: files.root
      })
    }).pipe(Effect.scoped)
  )

  it.effect("never serves files of the kernel, even if the workspace is the whole system", () =>
    Effect.gen(function* () {
      const root = yield* ConfinedRoot
      for (const path of [
        "proc/self/environ",
        "/proc/self/root/proc/self/environ",
        "sys/kernel/notes",
        "proc/self/fd"
      ]) {
        expect(ruleOf(yield* Effect.result(root.resolve(path)))).toMatch(/^(system-file|not-a-file|PathNotFound)$/)
      }
      expect(ruleOf(yield* Effect.result(root.resolve("proc/version")))).toBe("system-file")
      expect(ruleOf(yield* Effect.result(root.resolve("dev/zero")))).toBe("not-a-file")
    }).pipe(Effect.provide(ConfinedRoot.layer("/", { platform: "linux" })))
  )

  it.effect("follows the folder when the whole workspace is renamed", () =>
    inside(
      Effect.fnUntraced(function* (root, files) {
        fs.renameSync(files.root, `${files.base}/renamed`)
        fs.symlinkSync("outside", files.root)
        expect(yield* read(root, "README.md")).toBe("# readme\n")
        expect(ruleOf(yield* Effect.result(read(root, "secret.txt")))).toBe("PathNotFound")
      })
    )
  )

  it("says whether a swap between check and use is impossible", async () => {
    const raceProof = (platform: NodeJS.Platform) =>
      Effect.runPromise(inside((root) => Effect.succeed(root.raceProof), undefined, platform))
    expect([await raceProof("linux"), await raceProof("darwin")]).toStrictEqual([true, false])
  })

  it("names the rule and what is allowed, with hidden characters spelled out", () => {
    const error = new PathDenied({ path: "../\u202etxt.\u001b[31m", rule: "outside" })
    expect(error.message).toBe("../\\u{202e}txt.\\u{1b}[31m leads out of the workspace (rule: outside)")
    expect(error.hint).toContain("relative to it")
    expect(error.message).not.toContain(canary)
  })
})
