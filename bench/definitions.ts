/**
 * `agents list` in a workspace of 50 definitions of all formats, as a ratio to a bare `node -e 0` measured in the same
 * run: with the definitions in the cache, as every start but the first after a change finds them, and without.
 *
 * What the definitions cost when none is cached is the time beyond a list of the built-in agents alone: it holds the
 * loading of the parsers, and writing the cache. Its bar of 50 ms is meant where bare Node takes 25, and so is 2x. The
 * compile cache is filled before. It does not measure a cold disk.
 */
import { spawnSync } from "node:child_process"
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { type BenchReport, ratioRow } from "./report.ts"
import { median } from "./statistics.ts"

const cli = join(import.meta.dirname, "..", "packages", "cli", "bin", "deputize.js")
const rounds = 21

export const definitions = (): BenchReport => {
  const root = mkdtempSync(join(tmpdir(), "deputize-bench-"))
  try {
    const [home, empty, full] = [join(root, "home"), join(root, "empty"), join(root, "full")]
    for (const folder of [home, join(empty, ".deputize")]) mkdirSync(folder, { recursive: true })
    writeDefinitions(full)
    const forget = () => rmSync(join(home, ".cache", "deputize", "definitions"), { recursive: true, force: true })
    const times = {
      bare: [] as Array<number>,
      empty: [] as Array<number>,
      cold: [] as Array<number>,
      cached: [] as Array<number>
    }
    for (let round = -2; round < rounds; round += 1) {
      const bare = timed(["-e", "0"], root, home)
      const none = timed([cli, "agents", "list"], empty, home)
      forget()
      const cold = timed([cli, "agents", "list"], full, home)
      const cached = timed([cli, "agents", "list"], full, home)
      if (round < 0) continue
      times.bare.push(bare)
      times.empty.push(none)
      times.cold.push(cold)
      times.cached.push(cached)
    }
    const base = median(times.bare)
    const beyond = times.cold.map((ms, round) => ms - (times.empty[round] ?? 0))
    return {
      baseline: { name: "node -e 0", value: base, unit: "ms" },
      rounds,
      rows: [
        ratioRow("agents list, built-in agents", median(times.empty), base, 3),
        ratioRow("agents list, 50 definitions, cached", median(times.cached), base, 3),
        // What both bars leave together.
        ratioRow("agents list, 50 definitions, not cached", median(times.cold), base, 5),
        ratioRow("50 definitions parsed, beyond the list alone", median(beyond), base, 2)
      ],
      notMeasured: "a cold disk; the first run after an installation"
    }
  } finally {
    rmSync(root, { recursive: true, force: true })
  }
}

// internal

/** Ten each: Markdown, YAML with sections, generated JSON, a list of grants, Codex TOML. */
const writeDefinitions = (workspace: string): void => {
  const codex = join(workspace, ".codex", "agents")
  const claude = join(workspace, ".claude", "agents")
  for (const folder of [codex, claude]) mkdirSync(folder, { recursive: true })
  for (let index = 0; index < 10; index += 1) {
    writeFileSync(join(claude, `markdown-${index}.md`), markdown(`markdown-${index}`))
    writeFileSync(join(codex, `sections-${index}.yaml`), sections(`sections-${index}`))
    writeFileSync(join(codex, `generated-${index}.json`), generated(`generated-${index}`))
    writeFileSync(join(codex, `dotted-${index}.yaml`), dotted(`dotted-${index}`))
    writeFileSync(join(codex, `toml-${index}.toml`), toml(`toml-${index}`))
  }
}

const work = "Read the part that the goal names, then its callers, and say what is wrong with file and line.\n"

const markdown = (name: string): string =>
  `---\nname: ${name}\ndescription: Reviews one part of the code. Use after changes.\ntools: Read, Grep, Glob, Write(docs/**), Bash(npm test)\nmodel: inherit\nmaxTurns: 20\n---\n${work.repeat(10)}`

const sections = (name: string): string =>
  [
    `name: "${name}"`,
    'goal: "Comprehensive review of one part"',
    "tools:",
    "  mcp: [grep, read_file]",
    "  fs:",
    "    read: true",
    "    write:",
    '      - "./artifacts"',
    "  net:",
    "    allow:",
    '      - "https://docs.rs/*"',
    "  shell:",
    "    exec: [cargo, npm]",
    "policies:",
    "  context:",
    "    max_tokens: 40000",
    '    retention: "job"',
    "success_criteria:",
    '  - "Find all issues"',
    '  - "Suggest changes with examples"',
    "artifacts:",
    `  - "artifacts/${name}.md"`,
    ""
  ].join("\n")

const generated = (name: string): string =>
  JSON.stringify({
    name,
    goal: "Find files whose licence header is missing",
    tools: { mcp: ["codex_read_file", "codex_grep"], shell: [] },
    policies: { context: { max_tokens: 12_000 }, permissions: { filesystem: ["./src/**"], network: [] } },
    success_criteria: ["Every source file is listed"],
    artifacts: [`artifacts/${name}.md`]
  })

const dotted = (name: string): string =>
  `name: ${name}\ngoal: Look for secrets\ntools:\n  - mcp: [grep, read_file]\n  - fs.read\n  - fs.write: ["./artifacts"]\n  - shell.exec: ["git log"]\npolicies:\n  net: ["none"]\n  context: { max_tokens: 15000 }\nartifacts: ["artifacts/${name}.json"]\n`

const toml = (name: string): string =>
  `name = "${name}"\ndescription = "Reviews a change"\ndeveloper_instructions = """\n${work.repeat(10)}"""\nmodel_reasoning_effort = "medium"\nsandbox_mode = "read-only"\n`

const timed = (args: ReadonlyArray<string>, cwd: string, home: string): number => {
  const start = performance.now()
  const { status, stderr } = spawnSync(process.execPath, args, {
    cwd,
    env: { HOME: home, PATH: process.env.PATH },
    stdio: ["ignore", "pipe", "pipe"]
  })
  const ms = performance.now() - start
  if (status !== 0) throw new Error(`node ${args.join(" ")} ended with ${status}: ${stderr.toString()}`)
  return ms
}
