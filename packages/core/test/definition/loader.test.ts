import { execFileSync } from "node:child_process"
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { afterAll, describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { AgentLoader, AgentNotFound, type LoaderOptions } from "../../src/definition/AgentLoader.ts"
import { builtInRoles } from "../../src/definition/roles/Roles.ts"

const base = realpathSync(mkdtempSync(join(tmpdir(), "deputize-loader-")))
afterAll(() => rmSync(base, { recursive: true, force: true }))

let places = 0

/** A workspace and a home, with these files; paths below `ws/` and `home/`. */
const place = (files: Readonly<Record<string, string | Uint8Array>> = {}) => {
  const root = join(base, String(++places))
  const at = { root, workspace: join(root, "ws"), home: join(root, "home") }
  for (const folder of [at.workspace, at.home]) mkdirSync(folder, { recursive: true })
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), content)
  }
  return at
}

type Options = Pick<LoaderOptions, "workspace" | "home"> & Partial<LoaderOptions>

const using =
  <A, E>(use: (loader: typeof AgentLoader.Service) => Effect.Effect<A, E>) =>
  ({ agentFile, configHome, home, ownHome, workspace }: Options) =>
    Effect.flatMap(AgentLoader, use).pipe(
      Effect.provide(
        AgentLoader.layer({
          workspace,
          home,
          ...(agentFile === undefined ? {} : { agentFile }),
          ...(configHome === undefined ? {} : { configHome }),
          ...(ownHome === undefined ? {} : { ownHome })
        })
      )
    )

const find = (name: string) => using((loader) => loader.find(name))
const list = using((loader) => loader.list)
/** The list without the built-in roles. */
const listFiles = (options: Options) =>
  Effect.map(list(options), (listed) => listed.filter(({ source }) => source !== "built-in"))

const refusal = (name: string, options: Options) => Effect.flip(find(name)(options))
const messageOf = (name: string, options: Options) => Effect.map(refusal(name, options), (error) => error.message)

const yaml = (name: string, goal = "g") => `name: ${name}\ngoal: ${goal}\n`
const markdown = (name: string, description = "d") => `---\nname: ${name}\ndescription: ${description}\n---\nDo it.\n`

describe("finding an agent", () => {
  it.effect("looks in a folder of deputize's own instead of the one in the folder of configuration", () =>
    Effect.gen(function* () {
      const { home, root, workspace } = place({
        "own/agents/mine.md": markdown("mine"),
        "home/.config/deputize/agents/other.md": markdown("other"),
        "home/.claude/agents/third.md": markdown("third")
      })
      const found = yield* listFiles({ workspace, home, ownHome: join(root, "own") })
      expect(found.map(({ name, source }) => [name, source])).toStrictEqual([
        ["mine", join(root, "own/agents/mine.md")],
        ["third", "~/.claude/agents/third.md"]
      ])
    })
  )

  it.effect("looks in every place in order, and lists what comes later as shadowed", () =>
    Effect.gen(function* () {
      const files = {
        "ws/.deputize/agents/a.md": markdown("explorer"),
        "ws/.codex/agents/b.toml": 'name = "explorer"\ndeveloper_instructions = "Do it."\n',
        "ws/.claude/agents/deep/er/c.md": markdown("explorer"),
        "ws/.gemini/agents/d.md": markdown("explorer"),
        "ws/.cursor/agents/e.md": markdown("explorer"),
        "ws/.opencode/agents/f.md": markdown("explorer"),
        "home/.config/deputize/agents/g.yml": yaml("explorer"),
        "home/.codex/agents/h.json": '{"name":"explorer","goal":"g"}',
        "home/.claude/agents/i/j.md": markdown("explorer")
      }
      const at = place(files)
      const listed = (yield* list(at)).filter(({ name }) => name === "explorer")
      expect(listed.map(({ format, shadowed, source }) => [source, format, shadowed])).toStrictEqual([
        [".deputize/agents/a.md", "markdown", false],
        [".codex/agents/b.toml", "toml", true],
        [".claude/agents/deep/er/c.md", "markdown", true],
        [".gemini/agents/d.md", "markdown", true],
        [".cursor/agents/e.md", "markdown", true],
        [".opencode/agents/f.md", "markdown", true],
        ["~/.config/deputize/agents/g.yml", "yaml", true],
        ["~/.codex/agents/h.json", "json", true],
        ["~/.claude/agents/i/j.md", "markdown", true],
        ["built-in", "built-in", true]
      ])
      for (const [index, file] of Object.keys(files).entries()) {
        expect((yield* find("explorer")(at)).source).toBe(listed[index]?.source)
        rmSync(join(at.root, file))
      }
      expect((yield* find("explorer")(at)).source).toBe("built-in")
    })
  )

  it.effect("takes the file that was named before all others", () =>
    Effect.gen(function* () {
      const at = place({ "own.yaml": yaml("explorer", "mine"), "ws/.codex/agents/explorer.yaml": yaml("explorer") })
      const agentFile = join(at.root, "own.yaml")
      const found = yield* find("explorer")({ ...at, agentFile })
      expect({ source: found.source, goal: found.definition.goal }).toStrictEqual({ source: agentFile, goal: "mine" })
      expect((yield* find("sec-audit")({ ...at, agentFile })).source).toBe("built-in")
    })
  )

  it.effect("does not pass over a named file that cannot be read, whatever agent is asked for", () =>
    Effect.gen(function* () {
      const at = place({ "own.toml": 'name = "explorer"', "own.txt": "name: explorer" })
      const [missing, toml, other] = [join(at.root, "no.yaml"), join(at.root, "own.toml"), join(at.root, "own.txt")]
      expect(yield* messageOf("explorer", { ...at, agentFile: missing })).toBe(
        `${missing}:1:1: cannot be read (ENOENT)`
      )
      expect(yield* messageOf("explorer", { ...at, agentFile: toml })).toBe(
        `${toml}:1:1: developer_instructions: missing; expected what the agent is to do`
      )
      expect(yield* messageOf("explorer", { ...at, agentFile: other })).toBe(
        `${other}:1:1: is of a kind that is not read (.txt); read are .md, .yaml, .yml, .json, .toml`
      )
    })
  )

  it.effect.each(["Python Reviewer", "python-reviewer", "PYTHON_reviewer", "  python  reviewer ", "py"])(
    "by name or file stem, whatever case and spacing: %s",
    (name) =>
      Effect.gen(function* () {
        const at = place({ "ws/.codex/agents/py.yaml": yaml('"Python Reviewer"') })
        expect((yield* find(name)(at)).definition.title).toBe("Python Reviewer")
      })
  )

  it.effect("finds every built-in role by itself", () =>
    Effect.gen(function* () {
      const at = place()
      for (const definition of builtInRoles) {
        expect(yield* find(definition.name)(at)).toStrictEqual({
          definition,
          isOfRepository: false,
          source: "built-in",
          format: "built-in",
          warnings: []
        })
      }
    })
  )

  it.effect("names the nearest names and every place it looked in", () =>
    Effect.gen(function* () {
      const { home, workspace } = place({ "ws/.claude/agents/x.md": markdown("code-revue") })
      expect(yield* refusal("Code Reviwer", { home, workspace, configHome: "/nowhere" })).toStrictEqual(
        new AgentNotFound({
          name: "Code Reviwer",
          nearest: ["code-reviewer", "code-revue"],
          looked: [
            ".deputize/agents",
            ".codex/agents",
            ".claude/agents",
            ".gemini/agents",
            ".cursor/agents",
            ".opencode/agents",
            "/nowhere/deputize/agents",
            "~/.codex/agents",
            "~/.claude/agents",
            "the built-in roles"
          ]
        })
      )
    })
  )

  it.effect.each(["../x", "a/b", "a\\b", "..", "explorer\0", "a..b", "", " "])(
    "refuses %j, which is no name, without looking",
    (name) =>
      Effect.gen(function* () {
        expect(yield* refusal(name, place())).toStrictEqual(new AgentNotFound({ name, nearest: [], looked: [] }))
      })
  )

  it.effect("refuses a name that two files of one place have, and names both", () =>
    Effect.gen(function* () {
      const at = place({
        "ws/.codex/agents/a.yaml": yaml("same"),
        "ws/.codex/agents/b.yml": yaml("Same"),
        "ws/.codex/agents/c.yaml": yaml("A")
      })
      const clashes = [
        '.codex/agents/b.yml:1:1: name: "same" also means .codex/agents/a.yaml',
        '.codex/agents/a.yaml:1:1: name: "same" also means .codex/agents/b.yml',
        '.codex/agents/c.yaml:1:1: name: "a" also means .codex/agents/a.yaml'
      ]
      expect(yield* messageOf("same", at)).toBe(clashes[0])
      expect(yield* messageOf("a", at)).toBe(clashes[2])
      expect((yield* listFiles(at)).map(({ error }) => error)).toStrictEqual([clashes[1], clashes[0], clashes[2]])
      expect((yield* find("b")(at)).definition.name).toBe("same")
    })
  )

  it.effect("lists one folder once in a workspace that is the home", () =>
    Effect.gen(function* () {
      const { home } = place({ "home/.codex/agents/a.yaml": yaml("mine") })
      expect((yield* listFiles({ home, workspace: home })).map(({ source }) => source)).toStrictEqual([
        ".codex/agents/a.yaml"
      ])
    })
  )

  it.effect("gives one definition for one text, so that copies of an agent can share what follows from it", () =>
    Effect.gen(function* () {
      const at = place({ "ws/.codex/agents/a.yaml": yaml("mine") })
      const isSame = using((loader) =>
        Effect.gen(function* () {
          const found = yield* Effect.all([loader.find("mine"), loader.find("mine"), loader.find("explorer")])
          return [
            found[0].definition === found[1].definition,
            (yield* loader.find("explorer")).definition === found[2].definition
          ]
        })
      )
      expect(yield* isSame(at)).toStrictEqual([true, true])
    })
  )

  it.effect("reads a file again that has changed", () =>
    Effect.gen(function* () {
      const at = place({ "ws/.codex/agents/a.yaml": yaml("first") })
      const descriptions = using((loader) =>
        Effect.gen(function* () {
          const before = yield* loader.find("a")
          writeFileSync(join(at.workspace, ".codex/agents/a.yaml"), yaml("second"))
          return [before.definition.name, (yield* loader.find("a")).definition.name]
        })
      )
      expect(yield* descriptions(at)).toStrictEqual(["first", "second"])
    })
  )
})

describe("a definition that is broken", () => {
  it.effect("is an error for who asks for it by file or stated name, and a line of the list for others", () =>
    Effect.gen(function* () {
      const at = place({
        "ws/.deputize/agents/x.yaml": "name: 'Explorer'\ngoal: [g]\n",
        "ws/.deputize/agents/y.md": markdown("fine", "works")
      })
      const error = ".deputize/agents/x.yaml:2:7: goal: expected a text, found a list"
      for (const name of ["explorer", "x"]) expect(yield* messageOf(name, at)).toBe(error)
      expect((yield* find("fine")(at)).definition.description).toBe("works")
      expect(yield* listFiles(at)).toStrictEqual([
        {
          name: "explorer",
          source: ".deputize/agents/x.yaml",
          format: "yaml",
          description: "",
          shadowed: false,
          warnings: [],
          error,
          failure: yield* refusal("explorer", at)
        },
        {
          name: "fine",
          source: ".deputize/agents/y.md",
          format: "markdown",
          description: "works",
          shadowed: false,
          warnings: [],
          error: null,
          failure: null
        }
      ])
    })
  )

  it.effect("may only be one to be warned of, with file, line and column", () =>
    Effect.gen(function* () {
      const at = place({ "ws/.deputize/agents/x.yaml": "name: x\ntools:\n  mpc: []\n" })
      const warnings = [".deputize/agents/x.yaml:3:3: tools.mpc: unknown key; known are mcp, fs, net, shell"]
      expect((yield* find("x")(at)).warnings).toStrictEqual(warnings)
      expect((yield* listFiles(at)).map((listed) => listed.warnings)).toStrictEqual([warnings])
    })
  )

  it.effect.each([
    ["no UTF-8", Buffer.from([...Buffer.from("name: x\ngoal: \uFFFDä"), 0xe4, 0x0a]), "2:9: is not UTF-8 here"],
    ["UTF-16", Buffer.from("\uFEFFname: x\n", "utf16le"), "1:1: is not UTF-8 here"],
    ["too much", `name: x\ngoal: ${"g".repeat(256 * 1024)}\n`, "1:1: is 262159 bytes, more than 262144"],
    ["nothing", "", "1:1: the file is empty"]
  ] as const)("by %s says so", ([, content, expected]) =>
    Effect.gen(function* () {
      const at = place({ "ws/.codex/agents/x.yaml": content })
      expect(yield* messageOf("x", at)).toBe(`.codex/agents/x.yaml:${expected}`)
    })
  )

  it.effect.each([
    ["x.yaml", "name: x\ngoal: [g]\n", "2:7: goal: expected a text, found a list"],
    ["x.yaml", "name: x\ngoal: 'open\n", "3:1: missing closing 'quote"],
    ["x.yaml", "name: x\nk: &a [*a]\n", "2:8: its aliases (*name) expand to too much"],
    ["x.json", '{"name": "x",}', '1:14: expected a key in double quotes, found "}"'],
    ["x.json", `{"name": "x", "k": ${"[".repeat(99)}`, "1:84: nested deeper than 64 levels"],
    ["x.toml", 'name = "x"\ndeveloper_instructions = 5 5\n', "2:28: Expected the end of the line"],
    [
      "x.toml",
      'name = "../x"\ndeveloper_instructions = "d"\n',
      '1:8: name: expected a name of letters, digits and hyphens, such as code-reviewer, found "../x"'
    ]
  ] as const)("says where, and what to do about it, in every language: %s %j", ([file, text, expected]) =>
    Effect.gen(function* () {
      const at = place({ [`ws/.codex/agents/${file}`]: text })
      const error = yield* refusal("x", at)
      expect(error.message).toBe(`.codex/agents/${file}:${expected}`)
      expect(error.hint).not.toBe("")
      expect((yield* listFiles(at)).map((listed) => listed.error)).toStrictEqual([error.message])
    })
  )

  it.effect("is not one that begins with a byte order mark", () =>
    Effect.gen(function* () {
      const at = place({
        "ws/.claude/agents/x.md": `\uFEFF${markdown("x")}`,
        "ws/.codex/agents/y.yaml": `\uFEFF${yaml("y")}`
      })
      expect((yield* find("x")(at)).definition.name).toBe("x")
      expect((yield* find("y")(at)).definition.name).toBe("y")
    })
  )
})

describe("what is no file of the workspace", () => {
  it.effect("is not read through a link that leaves it", () =>
    Effect.gen(function* () {
      const at = place({
        "secret.yaml": yaml("secret"),
        "ws/own.yaml": yaml("own"),
        "ws/.codex/agents/z.yaml": yaml("z")
      })
      symlinkSync(join(at.root, "secret.yaml"), join(at.workspace, ".codex/agents/x.yaml"))
      symlinkSync("../../own.yaml", join(at.workspace, ".codex/agents/y.yaml"))
      expect(yield* messageOf("x", at)).toBe(".codex/agents/x.yaml:1:1: is a link that leaves the workspace")
      expect((yield* find("secret")(at).pipe(Effect.flip))._tag).toBe("AgentNotFound")
      expect((yield* find("own")(at)).source).toBe(".codex/agents/y.yaml")
    })
  )

  it.effect("is not listed through a folder that leaves it, nor through a link in circles", () =>
    Effect.gen(function* () {
      const at = place({ "other/secret.md": markdown("secret"), "ws/.gemini/x": "" })
      for (const tool of [".claude", ".cursor"]) mkdirSync(join(at.workspace, tool))
      symlinkSync(join(at.root, "other"), join(at.workspace, ".claude/agents"))
      symlinkSync("agents", join(at.workspace, ".cursor/agents"))
      expect((yield* listFiles(at)).map(({ error, name }) => [name, error])).toStrictEqual([
        [".claude/agents", ".claude/agents:1:1: is a link that leaves the workspace"],
        [".cursor/agents", ".cursor/agents:1:1: cannot be listed (ELOOP)"]
      ])
      expect((yield* find("secret")(at).pipe(Effect.flip))._tag).toBe("AgentNotFound")
    })
  )

  it.effect("does not hang on a pipe, and refuses a folder with a file's name behind a link", () =>
    Effect.gen(function* () {
      const at = place({ "ws/.codex/agents/d.yaml/x": "" })
      execFileSync("mkfifo", [join(at.workspace, ".codex/agents/p.yaml")])
      symlinkSync("d.yaml", join(at.workspace, ".codex/agents/e.yaml"))
      expect((yield* listFiles(at)).map(({ error }) => error)).toStrictEqual([
        ".codex/agents/e.yaml:1:1: is not a regular file",
        ".codex/agents/p.yaml:1:1: is not a regular file"
      ])
    })
  )

  it.effect("has its name shown without what would move the cursor", () =>
    Effect.gen(function* () {
      const at = place({ "ws/.codex/agents/a\u001b[2J.yaml": "- a\n" })
      expect((yield* listFiles(at)).map(({ error }) => error)).toStrictEqual([
        ".codex/agents/a\\u{1b}[2J.yaml:1:1: the file is not a mapping of keys to values"
      ])
    })
  )
})
