/** Agents with git worktrees of their own, as the process of a user: what is merged, what is shown, and what is left. */
import { execFileSync } from "node:child_process"
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import { mkdir } from "node:fs/promises"
import { join } from "node:path"
import { ResultJson } from "@deputize/core/runtime/ResultJson"
import { type Received, startProviderServer } from "@deputize/core/testing/ProviderServer"
import * as Schema from "effect/Schema"
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest"
import { StreamLine } from "../../src/render/StreamJson.ts"
import { ended, makePlace, type Place } from "./Cli.ts"

const writer = (name: string, more = "") => `---
name: ${name}
description: Writes
tools: [read_file, write_file]
permissions:
  write: ["**"]
${more}---

Write what you are asked for.
`

let place: Place
let server: Awaited<ReturnType<typeof startProviderServer>>

const git = (...args: ReadonlyArray<string>): string =>
  execFileSync("git", ["-c", "user.name=A", "-c", "user.email=a@example.org", ...args], {
    cwd: place.workspace,
    env: { PATH: process.env.PATH, GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_NOSYSTEM: "1" },
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"]
  })

/** Each agent writes what its goal says, `FILE=CONTENT`, after it has read the file if there is one, and is done. */
const answer = ({ goal, toolOutputs }: Received) => {
  const [, file = "", content = ""] = /GOAL ([\w.]+)=(\w+)/.exec(goal) ?? []
  if (toolOutputs.length === 0) return { calls: [{ name: "read_file", args: { path: file } }] }
  if (toolOutputs.length === 1)
    return { calls: [{ name: "write_file", args: { path: file, content: `${content}\n` } }] }
  return { text: `wrote ${file}` }
}

beforeEach(async () => {
  server = await startProviderServer(answer)
  place = await makePlace({
    "a.txt": "a\n",
    ".gitignore": ".env\n",
    ".env": "KEY=1\n",
    ".deputize/agents/first.md": writer("first"),
    ".deputize/agents/second.md": writer("second"),
    ".deputize/agents/own.md": writer(
      "own",
      "isolation: { kind: worktree, copy: [.env], setup: [touch made-by-setup] }\n"
    )
  })
  git("init", "-q", "-b", "main")
  git("add", "-A")
  git("commit", "-q", "-m", "first")
})
afterEach(async () => {
  await server.close()
  await place.remove()
})

const run = (...args: ReadonlyArray<string>) =>
  place.run([...args, "--trust"], { env: { OPENAI_API_KEY: "sk-secret-0123456789", OPENAI_BASE_URL: server.url } })

const read = (file: string) => readFileSync(join(place.workspace, file), "utf8")

const parallel = (first: string, second: string, ...more: ReadonlyArray<string>) =>
  run("delegate-parallel", "first,second", "--goal", `GOAL ${first}`, "--goal", `GOAL ${second}`, ...more)

describe("--isolation worktree", () => {
  it("merges what agents have written into the working tree, and says so", async () => {
    writeFileSync(join(place.workspace, "mine.txt"), "mine\n")
    const { code, stderr, stdout } = await parallel("one.txt=1", "two.txt=2", "--isolation", "worktree")
    expect(code).toBe(0)
    expect(stderr).toContain(
      "run: agents' own trees begin with the last commit, without what is not committed: mine.txt\n"
    )
    expect(stderr).toContain("first: merged, 1 file\n")
    expect(stderr).toContain("run: in the working tree now: 2 files\n")
    expect(stdout).toContain("merged     first: merged, 1 file\n           second: merged, 1 file\n")
    expect(stdout).toContain("           in your working tree, not committed: 2 files\n")
    expect([read("one.txt"), read("two.txt"), read("mine.txt")]).toStrictEqual(["1\n", "2\n", "mine\n"])
    expect(git("status", "--porcelain")).toBe("?? mine.txt\n?? one.txt\n?? two.txt\n")
    expect(git("worktree", "list").trim().split("\n")).toHaveLength(1)
  })

  it("keeps what conflicts by a branch, and gives the command that shows it", async () => {
    const { code, stdout } = await parallel("a.txt=1", "a.txt=2", "--isolation", "worktree")
    // What one of them did is not in the workspace.
    expect(code).toBe(5)
    const id = /run (r[0-9a-z]{13})/.exec(stdout)?.[1]
    const command = `git diff refs/deputize/${id}/merged...refs/deputize/${id}/second`
    expect(stdout).toContain(
      [
        "merged     first: merged, 1 file",
        "           second: not merged: what others have merged before it touches the same lines (a.txt)",
        `             kept by the branch deputize/${id}/second; what it holds more than the others:`,
        `             ${command}`
      ].join("\n")
    )
    expect(read("a.txt")).toBe("1\n")
    expect(git(...command.split(" ").slice(1))).toContain("+2\n")
    expect(git("show", `refs/heads/deputize/${id}/second:a.txt`)).toBe("2\n")
  })

  it("is in the result as JSON, and in the lines of events", async () => {
    const json = Schema.decodeUnknownSync(ResultJson)(
      JSON.parse((await parallel("a.txt=1", "a.txt=2", "--isolation", "worktree", "--json")).stdout)
    )
    expect(json.merges.map(({ agent, conflicts, files, status }) => [agent, status, files, conflicts])).toStrictEqual([
      ["/root/first", "merged", ["a.txt"], []],
      ["/root/second", "conflict", ["a.txt"], ["a.txt"]]
    ])
    expect([json.brought, json.not_brought]).toStrictEqual([["a.txt"], []])
    git("checkout", "-q", "--", ".")
    const { stdout } = await parallel("a.txt=3", "b.txt=4", "--isolation=worktree", "--output-format", "stream-json")
    const lines = stdout
      .trim()
      .split("\n")
      .map((line) => Schema.decodeUnknownSync(StreamLine)(JSON.parse(line)))
    expect(lines.flatMap((line) => (line.type === "merge" ? [[line.path, line.status]] : []))).toStrictEqual([
      ["/root/first", "merged"],
      ["/root/second", "merged"]
    ])
  })

  it("is what a definition asks for, with what its tree needs, unless the flag says none", async () => {
    const own = await run("delegate", "own", "GOAL c.txt=3", "--check", "test -e .env && test -e made-by-setup")
    expect([own.code, own.stderr]).toStrictEqual([0, expect.stringContaining("own: merged, 1 file\n")])
    expect([read("c.txt"), existsSync(join(place.workspace, "made-by-setup"))]).toStrictEqual(["3\n", false])
    const shared = await run("delegate", "own", "GOAL d.txt=4", "--isolation", "none")
    expect([shared.code, read("d.txt")]).toStrictEqual([0, "4\n"])
    expect(shared.stderr).not.toContain("merged")
  })

  it("takes what trees need from the user's configuration, and no command from the project's", async () => {
    await mkdir(join(place.home, ".config/deputize"), { recursive: true })
    writeFileSync(
      join(place.home, ".config/deputize/config.yaml"),
      "worktree: { copy: [.env], setup: [touch by-user] }\n"
    )
    writeFileSync(join(place.workspace, ".deputize/config.yaml"), "worktree: { setup: [touch by-project] }\n")
    const checks = ["--check", "test -e .env && test -e by-user && test ! -e by-project"]
    const { code, stderr } = await run("delegate", "first", "GOAL c.txt=3", "--isolation", "worktree", ...checks)
    expect(code).toBe(0)
    expect(stderr).toContain(
      ".deputize/config.yaml:1:20: worktree.setup is not used: what is run on this machine is for its user to say"
    )
  })

  it("refuses what git cannot do before anything starts", async () => {
    execFileSync("rm", ["-rf", join(place.workspace, ".git")])
    const { code, stderr } = await parallel("a.txt=1", "b.txt=2", "--isolation", "worktree")
    expect(stderr).toContain("agents cannot have trees of their own here: the workspace is not in a git repository")
    expect(stderr).toContain("run with --isolation none")
    expect([code, read("a.txt")]).toStrictEqual([1, "a\n"])
  })

  it("does not keep runs on record, also where git may not be run any more", async () => {
    const isolated = await parallel("one.txt=1", "two.txt=2", "--isolation", "worktree")
    const shared = await parallel("one.txt=3", "two.txt=4", "--isolation", "none")
    const ids = [isolated, shared].map(({ stdout }) => /run (r[0-9a-z]{13})/.exec(stdout)?.[1] ?? "")
    writeFileSync(join(place.workspace, ".git/objects/info/alternates"), "/elsewhere\n")
    expect(await place.run(["rm", ...ids, "--yes"])).toStrictEqual({
      code: 0,
      stdout: ids.map((id) => `${id}\n`).join(""),
      stderr: `run ${ids[0]}: refs/deputize/${ids[0]}/ stays in the repository, as agents cannot have trees of their own here: the repository borrows its objects from another one (objects/info/alternates)\n`
    })
  })

  it("leaves no tree behind", async () => {
    await parallel("one.txt=1", "two.txt=2", "--isolation", "worktree")
    const state = join(place.home, ".local/state/deputize")
    const trees = readdirSync(state, { recursive: true }).filter((name) => String(name).includes("worktrees/"))
    expect(trees).toStrictEqual([])
  })

  it("goes on after kill -9 with the trees as they were, and merges all of it", async () => {
    let isHeld = true
    await server.close()
    // Nobody gets a last answer before the process is dead.
    server = await startProviderServer(async (received) => {
      if (isHeld && received.toolOutputs.length === 2) await new Promise(() => {})
      return answer(received)
    })
    const goals = ["--goal", "GOAL one.txt=1", "--goal", "GOAL two.txt=2"]
    const env = { OPENAI_API_KEY: "sk-secret-0123456789", OPENAI_BASE_URL: server.url }
    const child = place.start(["delegate-parallel", "first,second", ...goals, "--isolation", "worktree", "--trust"], {
      env
    })
    const trees = join(place.home, ".local/state/deputize")
    const written = () =>
      existsSync(trees)
        ? readdirSync(trees, { recursive: true }).filter((name) => /worktrees\/.*\/(one|two)\.txt$/.test(String(name)))
        : []
    await vi.waitUntil(() => written().length === 2, { timeout: 20_000, interval: 20 })
    child.kill("SIGKILL")
    await ended(child)
    expect([
      existsSync(join(place.workspace, "one.txt")),
      git("worktree", "list").trim().split("\n").length
    ]).toStrictEqual([false, 3])
    isHeld = false
    const { code, stderr } = await place.run(["resume", "--json"], { env })
    expect([code, stderr]).toStrictEqual([0, expect.stringContaining("second: merged, 1 file\n")])
    expect([read("one.txt"), read("two.txt")]).toStrictEqual(["1\n", "2\n"])
    expect(git("worktree", "list").trim().split("\n")).toHaveLength(1)
    expect(written()).toStrictEqual([])
  })
})
