import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { Action } from "../../src/domain/Action.ts"
import { decide, intersect, type Policy, unusableRules } from "../../src/policy/Policy.ts"
import { PermissionDenied } from "../../src/policy/PolicyError.ts"
import { grant } from "./Rules.ts"

const read = (path: string): Action => ({ _tag: "Read", path })
const write = (path: string): Action => ({ _tag: "Write", path })
const net = (url: string): Action => ({ _tag: "Net", url })
const exec = (...argv: ReadonlyArray<string>): Action => ({ _tag: "Exec", argv })
const isAllowed = (policy: Policy, action: Action) => decide(policy, action)._tag === "Allow"

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
    expect(decide([grant({ exec: ["npm test"] })], exec("npm", "test", "--", "a"))).toStrictEqual({
      _tag: "Allow",
      rule: "exec npm test"
    })
  })

  it("MCP tools are filtered by the policy, by server and by tool", () => {
    const tool = (server: string, name: string): Action => ({ _tag: "Mcp", server, tool: name })
    const asked = [
      tool("files", "read"),
      tool("files", "write"),
      tool("search", "any"),
      tool("other", "read"),
      tool("files__read", "x")
    ]
    expect(asked.map((action) => isAllowed(policy, action))).toStrictEqual([true, false, true, false, true])
  })
})

describe("the floor under every policy", () => {
  it("keeps every path in the workspace, however it is written", () => {
    const paths = [
      "../x",
      "a/../../x",
      "a/../b",
      "/etc/passwd",
      "~/x",
      "~",
      "C:\\x",
      "c:/x",
      "\\\\host\\share",
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
      reason: "reading ../x would leave the workspace"
    })
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
      rule: "protected {.git,.hg,.svn,.jj,git~[0-9]}",
      reason: "writing .git/config is never allowed to an agent, whatever is granted"
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
  })
})

describe("rules that can never cover anything", () => {
  it("are named, so that a loader can tell", () => {
    expect(
      unusableRules(grant({ read: ["src", "../x"], write: ["/etc"], net: ["https://a.test", "ftp://a.test"] }))
    ).toStrictEqual([
      'read rule "../x" is absolute or leads out of the workspace',
      'write rule "/etc" is absolute or leads out of the workspace',
      'net rule "ftp://a.test" is no address such as https://docs.rs/* or https://*.example.org'
    ])
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
  read: some(["**", "a", "a/*", ".", ".env", "**/.env", "c/[id].ts", "../**", "**/*.ts"]),
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
      Schema.Array(Schema.Boolean)
    ],
    ([grants, folders, name, upper]) =>
      Effect.sync(() => {
        const path = spelled([...folders, name].join("/"), upper)
        const open = grant({ write: ["**", ".", path] }, "open")
        return (
          decide([open, ...policyOf(grants, "a")], write(path))._tag === "Deny" &&
          decide([open], write(path))._tag === "Deny"
        )
      }),
    { arbitrary: { runs: 1000 } }
  )
})
