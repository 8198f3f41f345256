import { spawn, spawnSync } from "node:child_process"
import * as fs from "node:fs"
import * as path from "node:path"
import { fileURLToPath } from "node:url"
import { expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { type Fixture, fixture } from "./fixture.ts"

const runs = (script: URL) => ["--conditions=@deputize/source", fileURLToPath(script)]
const writing = [process.execPath, ...runs(new URL("./oneWriter.ts", import.meta.url))]
const claiming = runs(new URL("./claimingWriter.ts", import.meta.url))

/** What a process reports that writes 4 MiB to `file`; `shell` starts it in the workspace. */
const written = (files: Fixture, file: string, shell: ReadonlyArray<string>, user: { uid?: number } = {}): unknown => {
  const [program = "", ...args] = shell
  const write = `printf old > old.txt; exec ${writing.map((part) => `'${part}'`).join(" ")} . ${file}`
  const { stdout } = spawnSync(program, [...args.slice(0, -1), `${args.at(-1)} && ${write}`], {
    ...user,
    cwd: files.root,
    encoding: "utf8"
  })
  return JSON.parse(stdout)
}

it.live.each(["old.txt", "new/folder/file.bin"])("leaves everything as it was when %s grows over a limit", (file) =>
  Effect.gen(function* () {
    expect(written(yield* fixture, file, ["sh", "-c", "ulimit -f 1000"])).toStrictEqual({
      message: `${file} cannot be written: it would be larger than a file may be (EFBIG)`,
      hint: "Nothing was changed. Write less, or raise the limit (ulimit -f).",
      names: ["old.txt"],
      old: "old"
    })
  }).pipe(Effect.scoped)
)

it.live.each(["old.txt", "new.txt", "new/folder/file.txt"])("makes no %s in a read-only folder", (file) =>
  Effect.gen(function* () {
    const files = yield* fixture
    files.write("old.txt", "old")
    fs.chmodSync(path.join(files.root, "old.txt"), 0o666)
    fs.chmodSync(files.root, 0o555)
    fs.chmodSync(files.base, 0o755)
    // The superuser may write everywhere.
    const user = process.getuid?.() === 0 ? { uid: 65_534 } : {}
    const report = written(files, file, ["sh", "-c", "true"], user)
    fs.chmodSync(files.root, 0o755)
    expect(report).toStrictEqual({
      message: `${file} cannot be written: it or its folder is read-only for this user (EACCES)`,
      hint: "Nothing was changed. If it should be writable, its owner has to change its rights (chmod u+w).",
      names: ["old.txt"],
      old: "old"
    })
  }).pipe(Effect.scoped)
)

const mayMount = spawnSync("sh", ["-c", "unshare -rm mount -t tmpfs none /tmp"]).status === 0

it.live.runIf(mayMount)("leaves the old bytes on a full disk", () =>
  Effect.gen(function* () {
    const shell = ["unshare", "-rm", "sh", "-c", 'mount -t tmpfs -o size=1m none . && cd "$PWD"']
    expect(written(yield* fixture, "old.txt", shell)).toStrictEqual({
      message: "old.txt cannot be written: the disk is full (ENOSPC)",
      hint: "Nothing was changed. Free some space, then try again.",
      names: ["old.txt"],
      old: "old"
    })
  }).pipe(Effect.scoped)
)

it.live("gives each new file to exactly one of several processes that make it", () =>
  Effect.gen(function* () {
    const { root } = yield* fixture
    const count = 300
    const claimants = ["one", "two", "three"].map((name) => {
      const child = spawn(process.execPath, [...claiming, root, name, String(count)], {
        stdio: ["pipe", "pipe", "inherit"]
      })
      const lines: Array<string> = []
      child.stdout.setEncoding("utf8").on("data", (chunk: string) => void lines.push(chunk))
      return { name, child, lines }
    })
    const ready = claimants.map(({ child }) =>
      Effect.callback<void>((resume) => void child.stdout.once("data", () => resume(Effect.void)))
    )
    yield* Effect.all(ready, { concurrency: "unbounded" })
    const done = claimants.map(({ child }) =>
      Effect.callback<void>((resume) => {
        child.once("close", () => resume(Effect.void))
        child.stdin.end("go\n")
      })
    )
    yield* Effect.all(done, { concurrency: "unbounded" })
    const claims = claimants.flatMap(({ lines, name }) => {
      const won: ReadonlyArray<number> = JSON.parse(lines.join("").replace("ready\n", ""))
      return won.map((index) => `${index}.txt ${name}`)
    })
    const found = fs.readdirSync(root).map((file) => `${file} ${fs.readFileSync(path.join(root, file), "utf8")}`)
    expect(claims.length).toBe(count)
    expect(claims.toSorted()).toStrictEqual(found.toSorted())
  }).pipe(Effect.scoped)
)
