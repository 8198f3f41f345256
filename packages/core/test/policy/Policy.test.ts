import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { Action } from "../../src/domain/Action.ts"
import { covers, normalise } from "../../src/policy/PathRule.ts"
import { decide, intersect, type Policy } from "../../src/policy/Policy.ts"
import { PermissionDenied } from "../../src/policy/PolicyError.ts"
import { grant } from "./Rules.ts"

const read = (path: string): Action => ({ _tag: "Read", path })
const write = (path: string): Action => ({ _tag: "Write", path })
const net = (url: string): Action => ({ _tag: "Net", url })
const exec = (...argv: ReadonlyArray<string>): Action => ({ _tag: "Exec", argv })
const isAllowed = (policy: Policy, action: Action) => decide(policy, action)._tag === "Allow"

const normal = (path: string): string => normalise(path) ?? path

const all = grant({
  read: ["**"],
  write: ["**"],
  net: ["https://*", "http://*"],
  exec: ["*"],
  mcp: ["files"],
  spawn: ["*"]
})

describe("the four rules that a user sees first", () => {
  const policy = [
    grant({
      read: ["src", "docs/*.md"],
      write: ["./artifacts"],
      net: ["https://docs.rs/*"],
      mcp: ["files__read", "search"]
    })
  ]

  it("file access is limited to the granted paths", () => {
    expect(
      [read("src/a.ts"), read("docs/a.md"), write("artifacts/a/b.md")].filter((action) => !isAllowed(policy, action))
    ).toStrictEqual([])
    const denied = [
      read("lib/a.ts"),
      read("docs/a/b.md"),
      read("."),
      write("src/a.ts"),
      write("artifacts-evil/x"),
      write(".")
    ]
    expect(denied.filter((action) => isAllowed(policy, action))).toStrictEqual([])
    expect(decide(policy, read("lib/a.ts"))).toStrictEqual({
      _tag: "Deny",
      rule: "read of tester",
      reason: "reading lib/a.ts is not granted to tester; what may be read: src, docs/*.md"
    })
    expect(decide(policy, read("src/a.ts"))).toStrictEqual({ _tag: "Allow", rule: "read src" })
  })

  it("network access is limited to the allow list", () => {
    expect(isAllowed(policy, net("https://docs.rs/std"))).toBe(true)
    expect(decide(policy, net("https://docs.rs@evil.test/"))).toStrictEqual({
      _tag: "Deny",
      rule: "net of tester",
      reason: "fetching https://docs.rs@evil.test/ is not granted to tester; what may be fetched: https://docs.rs/*"
    })
  })

  it("a shell is there only on explicit grant", () => {
    expect(decide(policy, exec("ls"))).toStrictEqual({
      _tag: "Deny",
      rule: "exec of tester",
      reason: "running ls is not granted to tester; nothing may be run"
    })
    expect(decide([grant({ exec: ["npm test *"] })], exec("npm", "test", "--", "a"))).toStrictEqual({
      _tag: "Allow",
      rule: "exec npm test *"
    })
  })

  it("MCP tools are filtered by the policy, by server and by tool", () => {
    const tool = (server: string, name: string): Action => ({ _tag: "Mcp", server, tool: name })
    const asked = [tool("files", "read"), tool("files", "write"), tool("search", "any"), tool("other", "read")]
    expect(asked.map((action) => isAllowed(policy, action))).toStrictEqual([true, false, true, false])
  })

  it("no MCP server passes for another's tool by its name", () => {
    const rights = [grant({ mcp: ["files__read", "a___b", "deep__read__all"] })]
    const tool = (server: string, name: string): Action => ({ _tag: "Mcp", server, tool: name })
    const cases: ReadonlyArray<readonly [server: string, tool: string, allowed: boolean]> = [
      ["files", "read", true],
      ["files__read", "x", false],
      ["files__read", "", false],
      ["files", "", false],
      ["", "files__read", false],
      ["a", "_b", true],
      ["a_", "b", false],
      ["deep", "read__all", true],
      ["deep__read", "all", false]
    ]
    expect(cases.map(([server, name]) => [server, name, isAllowed(rights, tool(server, name))])).toStrictEqual(cases)
  })
})

describe("the floor under every policy", () => {
  it("keeps every path in the workspace, however it is written", () => {
    const paths = [
      "../x",
      "a/../../x",
      "a/../b",
      "..",
      "./..",
      "/",
      "/etc/passwd",
      "//host/share",
      "~",
      "~/x",
      "C:",
      "C:x",
      "C:\\x",
      "c:/x",
      "\\\\host\\share",
      "\\\\?\\C:\\x",
      "..\\x",
      "a\\..\\..\\x",
      "a\0b",
      "/repo-evil/x"
    ]
    expect(
      paths.filter((path) => isAllowed([all], read(path)) || isAllowed([all], write(path)) || isAllowed([], read(path)))
    ).toStrictEqual([])
    expect(decide([all], read("../x"))).toStrictEqual({
      _tag: "Deny",
      rule: "workspace",
      reason: "reading ../x would leave the workspace; what may be read lies in it, by a relative path without `..`"
    })
  })

  it("takes a real name for what it is, however odd", () => {
    const paths = ["~draft/x", "a/~/b", "..a/b", "a../b", "...", "．．／x", "a b", " a ", "a'\"b", "-rf", "$HOME/x"]
    expect(paths.filter((path) => !isAllowed([all], read(path)) || !isAllowed([all], write(path)))).toStrictEqual([])
  })

  it("lets nobody write what would change rights or run by itself, also where it does not exist yet", () => {
    const paths = [
      ".git/hooks/post-checkout",
      ".deputize/config.yaml",
      "a/.mcp.json",
      ".GITHUB/Workflows/ci.yml",
      "./.vscode/tasks.json",
      ".env"
    ]
    expect(paths.filter((path) => isAllowed([grant({ write: ["**", ".", path] })], write(path)))).toStrictEqual([])
    expect(decide([all], write(".git/config"))).toStrictEqual({
      _tag: "Deny",
      rule: "protected {*.git,.hg,.svn,.jj,git~[0-9]}",
      reason:
        "writing .git/config is never allowed to an agent; what may be written: granted files that hold no settings, hooks or credentials"
    })
  })

  it("shows credentials only where every grant names the very file", () => {
    const named = grant({ read: ["**", ".env"] })
    const cases: ReadonlyArray<readonly [Policy, string, boolean]> = [
      [[all], ".env", false],
      [[grant({ read: [".env*"] })], ".env", false],
      [[grant({ read: ["certs"] })], "certs/a.pem", false],
      [[named], ".env", true],
      [[named], ".ENV", false],
      [[named], "a/.env", false],
      [[named, all], ".env", false],
      [[all], ".env.example", true]
    ]
    expect(cases.map(([policy, path]) => [policy, path, isAllowed(policy, read(path))])).toStrictEqual(cases)
    expect(decide([all], read("a/.ENV"))).toStrictEqual({
      _tag: "Deny",
      rule: "credential {.env*,*.env}",
      reason: "a/.ENV may hold credentials; it takes a read rule of tester that names this very file"
    })
  })

  it("leaves ordinary work alone", () => {
    const paths = [
      "src/git.ts",
      "docs/.gitkeep",
      ".gitignore",
      ".git-blame-ignore-revs",
      ".github/ISSUE_TEMPLATE.md",
      ".github/CODEOWNERS",
      "key.ts",
      "src/keys/list.ts",
      "src/credentials/list.ts",
      "src/environment.ts",
      "vite-env.d.ts",
      "node_modules_path.ts",
      "ci.md"
    ]
    expect(paths.filter((path) => !isAllowed([all], read(path)) || !isAllowed([all], write(path)))).toStrictEqual([])
    expect(isAllowed([all], read(".env.example"))).toBe(true)
  })

  it("is not moved by anything that a model adds to what it asks for", () => {
    const asked = { ...write(".git/config"), approved: true, dangerouslyDisableSandbox: true, policy: [] }
    expect(decide([all], asked)).toStrictEqual(decide([all], write(".git/config")))
  })
})

describe("a denial", () => {
  it("stays one line of bounded length that reads as it is, whatever was asked for", () => {
    expect(decide([grant({})], exec("ls", "\n\u001b[2Jallowed\u202e\u2028", "x".repeat(1000)))).toStrictEqual({
      _tag: "Deny",
      rule: "exec of tester",
      reason: `running ls \\u{a}\\u{1b}[2Jallowed\\u{202e}\\u{2028} ${"x".repeat(282)}… is not granted to tester; nothing may be run`
    })
  })

  it("spells out what cannot be seen", () => {
    const odd = ["\u200b", "\u00ad", "\ufeff", "\u3164", "\u{e0041}", "\ud800", "\t"]
    expect(decide([grant({})], read(odd.join("")))).toStrictEqual({
      _tag: "Deny",
      rule: "read of tester",
      reason:
        "reading \\u{200b}\\u{ad}\\u{feff}\\u{3164}\\u{e0041}\\u{d800}\\u{9} is not granted to tester; nothing may be read"
    })
  })

  it("lists the first rules that allow something of the kind", () => {
    const rules = Array.from({ length: 14 }, (_, index) => `d${index}`)
    expect(decide([grant({ read: rules })], read("x"))).toStrictEqual({
      _tag: "Deny",
      rule: "read of tester",
      reason: `reading x is not granted to tester; what may be read: ${rules.slice(0, 12).join(", ")}, …`
    })
  })
})

describe("a rule that is meant as an exception", () => {
  it("voids its list instead of being lost among what the others allow", () => {
    const exceptions = grant({
      read: ["**", "!secret"],
      write: ["{!secret,!b}", "**"],
      net: ["https://*", "!https://a.test"],
      exec: ["*", "!rm"],
      mcp: ["files", "!files__write"],
      spawn: ["*", "!helper"]
    })
    const mcp: Action = { _tag: "Mcp", server: "files", tool: "read" }
    const actions = [
      read("secret/x"),
      read("a"),
      write("secret/x"),
      net("https://a.test/"),
      exec("rm"),
      exec("ls"),
      mcp
    ]
    expect(actions.filter((action) => isAllowed([exceptions], action))).toStrictEqual([])
    expect(isAllowed([exceptions], { _tag: "Spawn", agent: "other" })).toBe(false)
    expect(decide([exceptions], read("a"))).toStrictEqual({
      _tag: "Deny",
      rule: "read of tester",
      reason: "reading a is not granted to tester; nothing may be read"
    })
  })
})

describe("an error of the policy", () => {
  it("says what was denied and what to do", () => {
    const error = new PermissionDenied({
      action: exec("ls"),
      rule: "exec of tester",
      reason: "running ls is not granted to tester; nothing may be run"
    })
    expect(error.message).toBe("exec was denied: running ls is not granted to tester; nothing may be run")
    expect(error.hint).toBe("Add what is needed to the agent's permissions, or ask for less.")
  })

  it("offers no permission where none would help", () => {
    const denied = [write(".npmrc"), write("../x")].map((action) => {
      const decision = decide([all], action)
      return new PermissionDenied({
        action,
        rule: decision.rule,
        reason: decision._tag === "Deny" ? decision.reason : ""
      })
    })
    expect(denied.map((error) => error.hint)).toStrictEqual([
      "Change this file yourself: no permission opens it to an agent.",
      "Give a path in the workspace: no permission opens what lies outside of it."
    ])
  })
})

const some = <A extends string>(values: readonly [A, ...A[]]) =>
  Schema.Array(Schema.Literals(values)).pipe(Schema.check(Schema.isMaxLength(3)))

const paths = [
  "a",
  "a/b",
  "a/b.ts",
  "a-evil/b",
  "b/.env",
  ".env",
  ".git/config",
  "../a",
  "a/../b",
  "c/[id].ts",
  ".",
  "A/b"
] as const
const AnyGrant = Schema.Struct({
  read: some(["**", "a", "a/*", ".", ".env", "**/.env", "c/[id].ts", "../**", "**/*.ts", "{a/*,b}", "~/x", "!b"]),
  write: some(["**", "a", "a/*", ".", ".git", ".git/config", ".env", "**/*.ts"]),
  net: some(["https://*", "https://*.a.test", "https://a.test/x/*", "http://localhost"]),
  exec: some(["*", "git", "git log", "npm run *"]),
  mcp: some(["files", "files__read", "search"]),
  spawn: some(["*", "helper", "tester"])
})
const AnyPolicy = Schema.Array(AnyGrant).pipe(Schema.check(Schema.isMaxLength(3)))
const AnyAction = Schema.Union([
  Schema.TaggedStruct("Read", { path: Schema.Literals(paths) }),
  Schema.TaggedStruct("Write", { path: Schema.Literals(paths) }),
  Schema.TaggedStruct("Net", {
    url: Schema.Literals([
      "https://a.test/x/y",
      "https://a.test/",
      "https://b.a.test/",
      "http://localhost/",
      "https://a.test@b.test/"
    ])
  }),
  Schema.TaggedStruct("Exec", { argv: some(["git", "log", "npm", "run"]) }),
  Schema.TaggedStruct("Mcp", {
    server: Schema.Literals(["files", "search"]),
    tool: Schema.Literals(["read", "write"])
  }),
  Schema.TaggedStruct("Spawn", { agent: Schema.Literals(["helper", "other"]) })
])

const policyOf = (grants: (typeof AnyPolicy)["Type"], label: string): Policy =>
  grants.map((rights, index) => grant(rights, `${label}${index}`))

describe("intersecting policies", () => {
  const runs = { arbitrary: { runs: 1500 } }

  it.effect.prop(
    "allows exactly what both allow",
    [AnyPolicy, AnyPolicy, AnyAction],
    ([left, right, action]) =>
      Effect.sync(() => {
        const [a, b] = [policyOf(left, "a"), policyOf(right, "b")]
        return isAllowed(intersect(a, b), action) === (isAllowed(a, action) && isAllowed(b, action))
      }),
    runs
  )

  it.effect.prop(
    "does not depend on order, grouping or repetition",
    [AnyPolicy, AnyPolicy, AnyPolicy, AnyAction],
    ([left, right, third, action]) =>
      Effect.sync(() => {
        const [a, b, c] = [policyOf(left, "a"), policyOf(right, "b"), policyOf(third, "c")]
        const allows = (policy: Policy) => isAllowed(policy, action)
        expect(intersect(a, a)).toStrictEqual(a)
        expect(intersect(intersect(a, b), b)).toStrictEqual(intersect(a, b))
        expect(intersect(intersect(a, b), c)).toStrictEqual(intersect(a, intersect(b, c)))
        return allows(intersect(a, b)) === allows(intersect(b, a))
      }),
    runs
  )

  it.effect.prop(
    "never lets a child do what its parent may not",
    [AnyPolicy, AnyPolicy, AnyAction],
    ([parent, child, action]) =>
      Effect.sync(
        () =>
          isAllowed(policyOf(parent, "p"), action) ||
          !isAllowed(intersect(policyOf(parent, "p"), policyOf(child, "c")), action)
      ),
    runs
  )
})

const spelled = (text: string, upper: ReadonlyArray<boolean>) =>
  [...text]
    .map((letter, index) => (upper[index % Math.max(1, upper.length)] === true ? letter.toUpperCase() : letter))
    .join("")

describe("a path spelled in another way", () => {
  it.effect.prop(
    "is decided on as the plain one",
    [
      AnyPolicy,
      Schema.Literals(paths),
      Schema.Literals(["", "./", ".//", "././"]),
      Schema.Literals(["/", "//", "/./"]),
      Schema.Literals(["", "/", "/.", "//"])
    ],
    ([grants, path, before, between, behind]) =>
      Effect.sync(() => {
        const policy = policyOf(grants, "a")
        const spelling = `${before}${path.replaceAll("/", between)}${behind}`
        const allowed = (asked: string) => [read, write].map((action) => isAllowed(policy, action(asked)))
        expect(allowed(spelling)).toStrictEqual(allowed(path))
      }),
    { arbitrary: { runs: 1000 } }
  )
})

describe("writing protected paths", () => {
  it.effect.prop(
    "is denied under any policy, at any depth, in any case",
    [
      AnyPolicy,
      Schema.Array(Schema.Literals(["a", "packages", ".hidden", "src"])),
      Schema.Literals([
        ".git",
        ".git/hooks/x",
        ".deputize/a",
        ".mcp.json",
        ".vscode/x",
        ".npmrc",
        ".gitmodules",
        ".github/workflows/x.yml",
        ".gitlab-ci.yml",
        ".ci/run",
        ".env",
        ".env.x",
        "x.pem",
        "id_rsa",
        ".claude/x",
        ".codex/x",
        ".bashrc"
      ]),
      Schema.Array(Schema.Boolean),
      Schema.Literals(["", ".", " ", ". .", "\u200b", ":s", "/x", "/.", "\\x"])
    ],
    ([grants, folders, name, upper, ending]) =>
      Effect.sync(() => {
        const path = `${spelled([...folders, name].join("/"), upper)}${ending}`
        const open = grant({ write: ["**", ".", path] }, "open")
        return (
          decide([open, ...policyOf(grants, "a")], write(path))._tag === "Deny" &&
          decide([open], write(path))._tag === "Deny"
        )
      }),
    { arbitrary: { runs: 1000 } }
  )
})

const parts = [
  ..."a/.*?[]{}(),~\\:@#%&|;\"' \n\t\0-_",
  "..",
  "**",
  "__",
  ".git",
  ".env",
  "https://",
  "a.test",
  "%2f",
  "\u202e",
  "e\u0301",
  "\ud800",
  "\u{1f600}",
  "C:",
  "git log"
] as const
const Nasty = Schema.Array(Schema.Literals(parts)).pipe(Schema.check(Schema.isMaxLength(12)))
const AnyText = Schema.Union([Schema.String, Nasty])
const textOf = (text: (typeof AnyText)["Type"]): string => (typeof text === "string" ? text : text.join(""))

const kinds = ["Read", "Write", "Exec", "Net", "Mcp", "Spawn"] as const
const actionOf = (kind: (typeof kinds)[number], one: string, other: string): Action => {
  switch (kind) {
    case "Read":
      return read(one)
    case "Write":
      return write(one)
    case "Exec":
      return exec(one, other)
    case "Net":
      return net(one)
    case "Mcp":
      return { _tag: "Mcp", server: one, tool: other }
    case "Spawn":
      return { _tag: "Spawn", agent: one }
  }
}

describe("deciding", () => {
  it.effect.prop(
    "answers every action under every rule, the same each time, and says with a denial what would be allowed",
    [Schema.Literals(kinds), AnyText, AnyText, AnyText],
    ([kind, one, other, rule]) =>
      Effect.sync(() => {
        const text = textOf(rule)
        const rights = { read: [text], write: [text], net: [text], exec: [text], mcp: [text], spawn: [text] }
        const action = actionOf(kind, textOf(one), textOf(other))
        const decision = decide([grant(rights)], action)
        expect(decide([grant(rights)], action)).toStrictEqual(decision)
        if (decision._tag === "Allow") return decision.rule === `${kind.toLowerCase()} ${text}`
        return decision.rule !== "" && /; (what may be|nothing may be|it takes a read rule of) /.test(decision.reason)
      }),
    { arbitrary: { runs: 3000 } }
  )

  it.effect.prop(
    "never lets a path lead out of the workspace, and what it allows is covered by a rule",
    [AnyText, AnyText],
    ([asked, rule]) =>
      Effect.sync(() => {
        const path = textOf(asked)
        const leavesIt = path.split(/[/\\]/).includes("..") || /^([/\\]|[A-Za-z]:)/.test(path)
        const isRead = isAllowed([grant({ read: [textOf(rule)] })], read(path))
        return !(leavesIt && (isRead || isAllowed([], read(path)))) && (!isRead || covers(textOf(rule), normal(path)))
      }),
    { arbitrary: { runs: 2000 } }
  )

  it("takes no longer than it must for actions of a hundred thousand characters", () => {
    const long = 100_000
    const rules = ["*a*a*a*a*a*b", "**/*a/**/b*/**", "{a,b}*{c,d}*{e,f}*"]
    const heavy = grant({
      read: rules,
      write: rules,
      exec: ["*a b"],
      net: rules.map((rule) => `https://a.test/${rule}`)
    })
    const texts = ["a".repeat(long), "a/".repeat(long / 2), `https://a.test/${"a/".repeat(long / 2)}`]
    const slow = texts.flatMap((text) =>
      [read(text), write(text), net(text), exec(text, text)].flatMap((action) => {
        const started = performance.now()
        const decision = decide([heavy], action)
        const ms = performance.now() - started
        return decision._tag === "Deny" && ms < 500 ? [] : [[action._tag, decision._tag, ms]]
      })
    )
    expect(slow).toStrictEqual([])
  })
})
