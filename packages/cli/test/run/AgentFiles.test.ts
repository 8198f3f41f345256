/** Files of agents that commands write and check, in a workspace of their own. */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync
} from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { AgentLoader } from "@deputize/core/definition/AgentLoader"
import { builtInRoles } from "@deputize/core/definition/roles/Roles"
import { afterAll, describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { importAgent } from "../../src/run/ImportAgent.ts"
import { initWorkspace } from "../../src/run/InitWorkspace.ts"
import { validateAgents } from "../../src/run/ValidateAgents.ts"

const base = realpathSync(mkdtempSync(join(tmpdir(), "deputize-agents-")))
afterAll(() => rmSync(base, { recursive: true }))

let places = 0
const place = (files: Readonly<Record<string, string>> = {}) => {
  const root = join(base, String(++places))
  mkdirSync(root)
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  return root
}

const loading = (root: string) => Effect.provide(AgentLoader.layer({ workspace: root, home: join(base, "nobody") }))
const taking = (root: string, file: string, options: { as?: string; force?: boolean } = {}) =>
  importAgent({ root, base: root }, file, { as: options.as, force: options.force === true }).pipe(loading(root))
const find = (root: string, name: string) =>
  Effect.flatMap(AgentLoader, (loader) => loader.find(name)).pipe(loading(root))

const toml = 'name = "Py Reviewer"\ndeveloper_instructions = "Review."\nmodel = "gpt-6"\npersonality = "dry"\n'

describe("importing an agent", () => {
  it.effect("writes what it may do into the workspace, and says what was lost", () =>
    Effect.gen(function* () {
      const root = place({ "old.toml": toml })
      expect(yield* taking(root, "old.toml")).toStrictEqual({
        name: "py-reviewer",
        path: ".deputize/agents/py-reviewer.md",
        format: "codex-toml",
        warnings: [
          "old.toml:4:1: personality: unknown key; known are name, description, developer_instructions, model, model_reasoning_effort, nickname_candidates, sandbox_mode, sandbox_workspace_write, mcp_servers"
        ]
      })
      const { definition, warnings } = yield* find(root, "Py Reviewer")
      expect({ ...definition, limits: { ...definition.limits } }).toStrictEqual({
        name: "py-reviewer",
        title: "Py Reviewer",
        description: "",
        instructions: "Review.",
        model: "gpt-6",
        tools: ["read_file", "list_dir", "glob", "grep"],
        permissions: { read: ["**"], write: [], net: [], exec: [], mcp: [], spawn: [] },
        limits: { tokens: 40_000 },
        isolation: "none",
        retention: "session",
        redactSecrets: true,
        successCriteria: [],
        checks: [],
        artifacts: [],
        extra: { personality: "dry" }
      })
      expect(warnings).toStrictEqual([])
    })
  )

  it.effect("under another name leaves the old one behind", () =>
    Effect.gen(function* () {
      const root = place({ "old.toml": toml })
      expect((yield* taking(root, "old.toml", { as: "Strict Reviewer" })).path).toBe(
        ".deputize/agents/strict-reviewer.md"
      )
      expect((yield* find(root, "strict-reviewer")).definition.title).toBe(undefined)
      const error = yield* Effect.flip(taking(root, "old.toml", { as: "../x" }))
      expect(error.message).toBe('--as "../x" is no name of an agent')
    })
  )

  it.effect("replaces a file only when it is told to", () =>
    Effect.gen(function* () {
      const root = place({ "old.toml": toml, ".deputize/agents/py-reviewer.md": "mine" })
      const error = yield* Effect.flip(taking(root, "old.toml"))
      expect(error.message).toBe(".deputize/agents/py-reviewer.md is there already")
      expect(readFileSync(join(root, ".deputize/agents/py-reviewer.md"), "utf8")).toBe("mine")
      yield* taking(root, "old.toml", { force: true })
      expect((yield* find(root, "py-reviewer")).definition.instructions).toBe("Review.")
    })
  )

  it.effect("makes no second agent of one name, not even by force", () =>
    Effect.gen(function* () {
      const root = place({ "old.toml": toml, ".deputize/agents/other.yaml": "name: py-reviewer\ngoal: g\n" })
      const error = yield* Effect.flip(taking(root, "old.toml", { force: true }))
      expect(error.message).toBe("py-reviewer is already the name of .deputize/agents/other.yaml")
      expect(readdirSync(join(root, ".deputize/agents"))).toStrictEqual(["other.yaml"])
    })
  )

  it.effect("of a file that cannot be read says where it is wrong, and writes nothing", () =>
    Effect.gen(function* () {
      const root = place({ "old.yaml": "name: a\ngoal: [\n" })
      const error = yield* Effect.flip(taking(root, "old.yaml"))
      expect([error._tag, error.message.slice(0, 13)]).toStrictEqual(["DefinitionError", "old.yaml:3:1:"])
      expect(existsSync(join(root, ".deputize"))).toBe(false)
    })
  )
})

describe("validating agents", () => {
  const files = {
    ".codex/agents/a.yaml": "name: a\ngoal: [1]\nartifacts: 5\n",
    ".codex/agents/b.yaml": "name: b\ntools: {mcp: [nothing]}\n",
    ".claude/agents/b.md": "---\nname: b\n---\nDo it.\n",
    "elsewhere.json": '{"name":"c"}'
  }
  const found = (root: string, named: ReadonlyArray<string>) =>
    validateAgents({ root, base: root }, named).pipe(
      loading(root),
      Effect.map((all) =>
        all.map(({ failure, source, warnings }) => [
          source,
          failure?.problems.map(({ column, field, line }) => `${line}:${column} ${field}`) ?? [],
          warnings.length
        ])
      )
    )

  it.effect("looks at all of them, and finds every problem of every file", () =>
    Effect.gen(function* () {
      expect(yield* found(place(files), [])).toStrictEqual([
        [".codex/agents/a.yaml", ["2:7 goal", "3:12 artifacts"], 0],
        [".codex/agents/b.yaml", [], 1],
        [".claude/agents/b.md", [], 0]
      ])
    })
  )

  it.effect("looks at those that are named: agents with what they shadow, files, built-in ones", () =>
    Effect.gen(function* () {
      expect(yield* found(place(files), ["B", "elsewhere.json", "./.codex/agents/a.yaml", "explorer"])).toStrictEqual([
        [".codex/agents/b.yaml", [], 1],
        [".claude/agents/b.md", [], 0],
        ["elsewhere.json", ["1:1 "], 0],
        ["./.codex/agents/a.yaml", ["2:7 goal", "3:12 artifacts"], 0],
        ["built-in", [], 0]
      ])
    })
  )

  it.effect("says which names it does not know, with the nearest", () =>
    Effect.gen(function* () {
      const root = place(files)
      const error = yield* Effect.flip(validateAgents({ root, base: root }, ["explorr"]).pipe(loading(root)))
      expect([error._tag, error.hint.split(".")[0]]).toStrictEqual(["AgentNotFound", "Nearest names: explorer"])
    })
  )

  it.effect("tells two files of one name", () =>
    Effect.gen(function* () {
      const root = place({ ".codex/agents/x.yaml": "name: b\ngoal: g\n", ".codex/agents/y.yaml": "name: b\ngoal: g\n" })
      const all = yield* validateAgents({ root, base: root }, []).pipe(loading(root))
      expect(all.map(({ failure, source }) => [source, failure?.message])).toStrictEqual([
        [".codex/agents/x.yaml", '.codex/agents/x.yaml:1:1: name: "b" also means .codex/agents/y.yaml'],
        [".codex/agents/y.yaml", '.codex/agents/y.yaml:1:1: name: "b" also means .codex/agents/x.yaml']
      ])
    })
  )
})

describe("preparing a workspace", () => {
  it.effect("writes a configuration and an agent that load, once", () =>
    Effect.gen(function* () {
      const root = place()
      const files = [".deputize/config.yaml", ".deputize/agents/newcomer-guide.md"]
      expect(yield* initWorkspace(root)).toStrictEqual({ written: files, kept: [], agent: "newcomer-guide" })
      const { definition, warnings } = yield* find(root, "newcomer-guide")
      expect({ tools: definition.tools, permissions: definition.permissions, warnings }).toStrictEqual({
        tools: ["read_file", "grep", "glob"],
        permissions: { read: ["**"], write: [], net: [], exec: [], mcp: [], spawn: [] },
        warnings: []
      })
      expect(builtInRoles.some(({ name }) => name === definition.name)).toBe(false)
      writeFileSync(join(root, files[0] ?? ""), "mine")
      expect(yield* initWorkspace(root)).toStrictEqual({ written: [], kept: files, agent: "newcomer-guide" })
      expect(readFileSync(join(root, files[0] ?? ""), "utf8")).toBe("mine")
    })
  )
})
