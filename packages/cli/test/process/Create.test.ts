/** `agent-create` as a process: by rules, and with a model on loopback over both wires. */
import { readdir, readFile, symlink } from "node:fs/promises"
import { join } from "node:path"
import { CreationJson } from "@deputize/core/generate/CreationJson"
import {
  type Answer,
  type ProviderServer,
  type Received,
  startProviderServer
} from "@deputize/core/testing/ProviderServer"
import * as Schema from "effect/Schema"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { ended, makePlace, type Place, said } from "./Cli.ts"
import { validatorOf } from "./Published.ts"

let place: Place
beforeEach(async () => {
  place = await makePlace({
    "package.json": "{}\n",
    "tool.mts": "export const a = 1\n",
    "packages/core/package.json": "{}\n",
    "packages/core/src/index.ts": "export const b = 2\n",
    "packages/core/src/view.tsx": "export const c = 3\n",
    "packages/cli/package.json": "{}\n",
    "packages/cli/main.ts": "export const d = 4\n",
    "packages/cli/notes.md": "# Notes\n"
  })
})
afterEach(() => place.remove())

const decoded = Schema.decodeUnknownSync(Schema.fromJsonString(CreationJson), { onExcessProperty: "error" })

const countFiles = "Count the TypeScript files by package and write a table"
const usual = ".deputize/agents/count-typescript-files-package.yaml"

/** The files of the workspace, but for those that it began with. */
const added = async (): Promise<ReadonlyArray<string>> => {
  const all = await readdir(place.workspace, { recursive: true, withFileTypes: true })
  return all
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(place.workspace.length + 1))
    .filter((path) => !/^(package\.json|tool\.mts|packages\/)/.test(path))
    .toSorted()
}

const read = (path: string): Promise<string> => readFile(join(place.workspace, path), "utf8")

describe("agent-create without a key", () => {
  it("counts, writes the table where the agent promised it, and says what both runs took", async () => {
    const { code, stderr, stdout } = await place.run(["agent-create", countFiles])
    expect(code, stderr).toBe(0)
    expect(stdout.split("\n").filter((line) => line.startsWith("| "))).toStrictEqual([
      "| Package | TypeScript files |",
      "| --- | ---: |",
      "| `packages/core` | 2 |",
      "| `.` | 1 |",
      "| `packages/cli` | 1 |",
      "| **Total** | **4** |"
    ])
    const file = "artifacts/count-typescript-files-package.md"
    expect(await added()).toStrictEqual([file])
    expect(await read(file)).toContain("| `packages/core` | 2 |")
    for (const line of [
      "budget     40,000 tokens for both the definition and the agent",
      `creating   an agent for: ${countFiles}`,
      "created    count-typescript-files-package",
      `goal       ${countFiles}`,
      "tools      list_dir, glob, grep, read_file, write_file, edit",
      `writes     ${file}`,
      "limit      30,000 tokens",
      "count-typescript-files-package: glob **/*.{ts,tsx,mts,cts} packages/core",
      "mode       evidence-only: no language model took part"
    ]) {
      expect(stderr).toContain(line)
    }
    expect(stderr).toMatch(/^both runs {2}[\d.]+ s, [\d,]+ \/ 40,000 tokens \(\d+ %\): [\d,]+ for the definition, /m)
    expect(stderr).not.toContain("narrowed")
  })

  it("keeps the definition where agents are looked for, after showing it, and delegates to it by its name", async () => {
    const { code, stderr } = await place.run(["agent-create", countFiles, "--save"])
    expect(code, stderr).toBe(0)
    const text = await read(usual)
    expect(stderr).toContain(`--- ${usual}\n${text}---\n`)
    expect(stderr).toContain(`saved      ${usual}`)
    expect(text).toMatch(
      /^# Made by `deputize agent-create` for: Count the TypeScript files .*\nname: count-typescript/
    )
    const again = await place.run(["delegate", "Count TypeScript Files Package", "-q"])
    expect({ code: again.code, stderr: again.stderr }).toStrictEqual({ code: 0, stderr: "" })
    expect(again.stdout).toContain("4 TypeScript files in the workspace.")
    const listed = JSON.parse((await place.run(["agents", "list", "--json"])).stdout).agents[0]
    expect([listed.name, listed.source, listed.warnings, listed.error]).toStrictEqual([
      "count-typescript-files-package",
      usual,
      [],
      null
    ])
  })

  it("never writes over a file without --force, prints what was paid for, and does not run the agent", async () => {
    await place.run(["agent-create", countFiles, "--save", "-q"])
    const before = await read(usual)
    const { code, stderr, stdout } = await place.run(["agent-create", countFiles, "--save", "--budget", "20k"])
    expect(code, stderr).toBe(2)
    expect(stderr).toContain(`${usual} is there already\n  Replace it with --force, or name another folder`)
    expect(stderr).not.toContain("running")
    expect(stdout).toContain("max_tokens: 20000")
    expect(await read(usual)).toBe(before)
    const forced = await place.run(["agent-create", countFiles, "--save", "--budget", "20k", "--force", "-q"])
    expect(forced.code, forced.stderr).toBe(0)
    expect(await read(usual)).toContain("max_tokens: 20000")
  })

  it("takes another folder of the workspace, and refuses one outside before anything is paid", async () => {
    const { code, stderr } = await place.run(["agent-create", countFiles, "--save=.codex/agents", "-q"])
    expect(code, stderr).toBe(0)
    expect(await added()).toContain(".codex/agents/count-typescript-files-package.yaml")
    await symlink(place.home, join(place.workspace, "leads-out"))
    for (const [folder, problem] of [
      ["../elsewhere", "is outside the workspace"],
      ["/tmp", "is outside the workspace"],
      ["leads-out", "leads out of the workspace"],
      ["tool.mts", "it is a file"]
    ]) {
      const refused = await place.run(["agent-create", countFiles, `--save=${folder}`])
      expect(refused.code, refused.stderr).toBe(2)
      expect(refused.stderr).toContain(problem)
      expect(refused.stderr).not.toContain("creating")
    }
  })

  it("refuses a name that another file of the folder has", async () => {
    const taken = "name: count-typescript-files-package\ngoal: Something else\n"
    const other = await makePlace({ ".deputize/agents/other.yaml": taken })
    const { code, stderr, stdout } = await other.run(["agent-create", countFiles, "--save", "--force"])
    await other.remove()
    expect(code, stderr).toBe(2)
    expect(stderr).toContain("count-typescript-files-package is already the name of .deputize/agents/other.yaml")
    expect(stdout).toContain("name: count-typescript-files-package")
  })

  it("says whose name the model gave to it, when the file is kept", async () => {
    const name = "count-typescript-files-package"
    const other = await makePlace({ [`.claude/agents/${name}.md`]: `---\nname: ${name}\n---\nCount.\n` })
    const first = await other.run(["agent-create", countFiles, "--save=.codex/agents"])
    const second = await other.run(["agent-create", countFiles, "--save"])
    const third = await other.run(["agent-create", countFiles, "--save=.codex/agents", "--force"])
    const elsewhere = await other.run(["agent-create", countFiles, "--save=notes"])
    await other.remove()
    const warned = ({ stderr }: { readonly stderr: string }) =>
      stderr
        .split("\n")
        .flatMap((line) => (line.startsWith("warning: ") ? [line.slice(9).replaceAll(name, "NAME")] : []))
    expect([first, second, third, elsewhere].map(warned)).toStrictEqual([
      ["NAME now means .codex/agents/NAME.yaml, which is found before .claude/agents/NAME.md"],
      [
        "NAME now means .deputize/agents/NAME.yaml, which is found before .codex/agents/NAME.yaml",
        "NAME now means .deputize/agents/NAME.yaml, which is found before .claude/agents/NAME.md"
      ],
      ["NAME still means .deputize/agents/NAME.yaml, which is found before .codex/agents/NAME.yaml"],
      []
    ])
  })

  it("gives one JSON for both runs, and writes the same with -o", async () => {
    const out = join(place.home, "out.json")
    const { code, stderr, stdout } = await place.run(["agent-create", countFiles, "--save", "--json", "-o", out])
    const validate = await validatorOf("creation")
    expect({ valid: validate(JSON.parse(stdout)), errors: validate.errors }).toStrictEqual({
      valid: true,
      errors: null
    })
    expect(code, stderr).toBe(0)
    expect(await readFile(out, "utf8")).toBe(stdout)
    const creation = decoded(stdout)
    expect([creation.saved, creation.agent?.name, creation.agent?.narrowed, creation.error]).toStrictEqual([
      usual,
      "count-typescript-files-package",
      [],
      null
    ])
    expect(creation.agent?.yaml).toBe(await read(usual))
    expect([creation.author.mode, creation.result?.mode]).toStrictEqual(["evidence-only", "evidence-only"])
    expect(creation.budget.tokens).toStrictEqual({
      limit: 40_000,
      used: creation.author.budget.tokens.used + (creation.result?.budget.tokens.used ?? 0)
    })
    expect(creation.result?.budget.tokens.limit).toBe(40_000 - creation.author.budget.tokens.used)
  })

  it("streams the events of both runs, each with its result", async () => {
    const { stdout } = await place.run(["agent-create", countFiles, "--output-format", "stream-json"])
    const lines: ReadonlyArray<Record<string, unknown>> = stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line))
    expect(lines.filter(({ type }) => type === "result")).toHaveLength(2)
    expect(new Set(lines.map(({ run }) => run)).size).toBe(2)
  })

  it("stands on record as two runs whose goals tell them apart", async () => {
    await place.run(["agent-create", countFiles, "-q"])
    const runs: ReadonlyArray<{ readonly goal?: string; readonly agents?: unknown }> = JSON.parse(
      (await place.run(["ps", "--json"])).stdout
    ).runs
    expect(JSON.stringify(runs)).toContain(`Define an agent for this task: ${countFiles}`)
    expect(runs).toHaveLength(2)
  })

  it("forecasts both with --dry-run, and starts nothing", async () => {
    const { code, stdout } = await place.run(["agent-create", countFiles, "--dry-run", "--allow-write", "docs/**"])
    expect(code).toBe(0)
    expect(stdout).toContain("agent-author")
    expect(stdout).toContain("The whole run: at most 40,000 tokens. Nothing was sent and nothing recorded.")
    expect(stdout).toContain("write new files, files below artifacts/, docs/**; run nothing; fetch nothing.")
    expect(JSON.parse((await place.run(["ps", "--json"])).stdout).runs).toStrictEqual([])
  })

  it("refuses flags that open what nothing opens, before it starts", async () => {
    const { code, stderr } = await place.run(["agent-create", countFiles, "--allow-write", ".git/hooks/x"])
    expect(code, stderr).toBe(2)
    expect(stderr).toContain('--allow-write ".git/hooks/x" is never written by an agent')
    expect(stderr).not.toContain("creating")
  })

  it("ends with 3 where the budget does not even hold the definition", async () => {
    const { code, stderr, stdout } = await place.run(["agent-create", countFiles, "--budget", "100"])
    expect(code, stderr).toBe(3)
    expect(stderr).toContain("agent-author")
    expect(stdout).toBe("")
  })
})

const greedy = {
  name: "licence-checker",
  goal: "List the files without a licence header",
  tools: { mcp: ["codex_read_file", "codex_grep", "Bash", "WebFetch"], shell: ["rm"] },
  policies: {
    context: { max_tokens: 500_000 },
    permissions: { filesystem: ["packages/**", "/etc/**"], network: ["https://evil.test/*"] }
  },
  success_criteria: ["Every file is listed"],
  artifacts: ["artifacts/licences.md", "/etc/**", "tool.mts"]
}

const isAuthor = ({ system }: Received): boolean => system.startsWith("You are agent-author")

/** Writes the definition, tries what it asked for, and answers with what came of it. */
const scripted = (request: Received): Answer =>
  isAuthor(request)
    ? { text: JSON.stringify(greedy) }
    : request.toolOutputs.length === 0
      ? {
          calls: [
            { name: "write_file", args: { path: "tool.mts", content: "stolen" } },
            { name: "shell", args: { command: "rm -rf ." } },
            { name: "read_file", args: { path: "/etc/passwd" } },
            { name: "read_file", args: { path: "packages/cli/notes.md" } }
          ]
        }
      : { text: request.toolOutputs.map(({ text }) => text.split("\n")[0]).join("\n") }

const withServer = async <A>(
  answer: (request: Received) => Answer | Promise<Answer>,
  body: (server: ProviderServer, env: Readonly<Record<string, string>>) => Promise<A>
): Promise<A> => {
  const server = await startProviderServer(answer)
  try {
    return await body(server, { OPENAI_API_KEY: "sk-secret-0123456789", OPENAI_BASE_URL: server.url })
  } finally {
    await server.close()
  }
}

describe.each(["openai", "openai-chat"])("agent-create by the provider %s", (provider) => {
  const args = ["agent-create", "Check the licences", "--provider", provider]

  it("gives a greedy definition nothing that is not harmless, and says which flag would", () =>
    withServer(scripted, async (server, env) => {
      const { code, stderr, stdout } = await place.run(args, { env })
      expect(code, stderr).toBe(0)
      expect(stdout.split("\n").slice(0, 4)).toStrictEqual([
        expect.stringMatching(/^denied by the policy: writing tool\.mts is not granted/),
        expect.stringMatching(/no tool/),
        expect.stringMatching(/leads out of the workspace|absolute/),
        "1\t# Notes"
      ])
      expect(await read("tool.mts")).toBe("export const a = 1\n")
      expect(await added()).toStrictEqual(["artifacts/licences.md"])
      const shown = stderr.replace(/\n {11}/g, " ")
      for (const line of [
        "running rm *: takes the right to run it; --allow-shell=rm grants it",
        "fetching https://evil.test/*: takes the right to reach it; --allow-net 'https://evil.test/*' grants it",
        "reading /etc/**: is absolute or leads out of the workspace",
        "writing /etc/**: is absolute or leads out of the workspace",
        "writing tool.mts: is there already, or reaches what is; --allow-write tool.mts grants it",
        "budget 500,000 tokens, now 40,000 tokens: is more than the whole budget; --budget AMOUNT grants it"
      ]) {
        expect(shown).toContain(line)
      }
      expect(server.requests.map(({ format }) => format !== null)).toStrictEqual([true, false, false])
      expect(server.requests[1]?.toolNames).not.toContain("shell")
    }))

  it("keeps both runs within one budget, by what the provider bills", () =>
    withServer(scripted, async (server, env) => {
      const { code, stderr, stdout } = await place.run([...args, "--budget", "30k", "--json"], { env })
      expect(code, stderr).toBe(0)
      const { author, budget, result } = decoded(stdout)
      expect(budget.tokens).toStrictEqual({ limit: 30_000, used: server.billed.total })
      expect(result?.budget.tokens.limit).toBe(30_000 - author.budget.tokens.used)
    }))

  it("ends with 8 and says why after three answers that are no definition", () =>
    withServer(
      () => ({ text: "Certainly! Here is your agent." }),
      async (server, env) => {
        const { code, stderr, stdout } = await place.run([...args, "--save"], { env })
        expect(code, stderr).toBe(8)
        expect(server.requests).toHaveLength(3)
        expect(stderr).toContain("it is not JSON")
        expect({ stdout, added: await added() }).toStrictEqual({ stdout: "", added: [] })
      }
    ))

  it("ends with 7 where the provider refuses", () =>
    withServer(
      () => ({ status: 401 }),
      async (_, env) => {
        const { code, stderr } = await place.run(args, { env })
        expect(code, stderr).toBe(7)
        expect(stderr).toContain("refused the key (401)")
      }
    ))

  it.each([
    ["enough for an answer only", 5_100, 3_000, 2, "BudgetExceeded"],
    ["nothing", 6_000, 6_000, 1, "nothing is left to run the agent with"]
  ])("ends with 3 where %s is left for the agent, and the definition is kept", (_, budget, billed, requests, problem) =>
    withServer(
      (request) =>
        isAuthor(request)
          ? { text: JSON.stringify(greedy), usage: usageOf(provider, billed) }
          : { text: "What I know." },
      async (server, env) => {
        const out = join(place.home, "out.json")
        const { code, stderr } = await place.run([...args, "--budget", String(budget), "--save", "-o", out], { env })
        expect(code, stderr).toBe(3)
        expect(server.requests).toHaveLength(requests)
        expect(await readFile(out, "utf8")).toContain(problem)
        expect(await added()).toStrictEqual([".deputize/agents/licence-checker.yaml"])
        expect(stderr).toContain("saved      .deputize/agents/licence-checker.yaml")
      }
    )
  )

  it.skipIf(process.platform === "win32").each([
    ["licence-checker", ["licence-checker", ".deputize/agents/licence-checker.yaml", "cancelled"]],
    ["agent-author", [undefined, null, undefined]]
  ])("stops on Ctrl-C with what there is while %s works", (agent, expected) =>
    withServer(
      (request) => ({
        text: isAuthor(request) ? JSON.stringify(greedy) : "slowly",
        ...(isAuthor(request) === (agent === "agent-author") ? { delayMs: 60_000 } : {})
      }),
      async (_, env) => {
        const out = join(place.home, "out.json")
        const child = place.start([...args, "--save", "-o", out], { env })
        const result = ended(child)
        await said(child, `${agent}: started`)
        child.kill("SIGINT")
        const { code, stderr } = await result
        expect(code, stderr).toBe(130)
        const creation = decoded(await readFile(out, "utf8"))
        expect([creation.agent?.name, creation.saved, creation.result?.status]).toStrictEqual(expected)
      }
    )
  )
})

/** Usage as the provider's wire has it. */
const usageOf = (provider: string, output: number): Record<string, unknown> =>
  provider === "openai-chat"
    ? { prompt_tokens: 100, completion_tokens: output - 100, total_tokens: output }
    : { input_tokens: 100, output_tokens: output - 100, total_tokens: output }
