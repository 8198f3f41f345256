import { describe, expect, it } from "@effect/vitest"
import { credentialPattern, writeProtection } from "../../src/policy/ProtectedPaths.ts"

const unwritable = [
  ".git",
  ".git/config",
  ".git/hooks/pre-commit",
  "vendor/lib/.git/config",
  ".gitmodules",
  ".gitattributes",
  ".deputize/agents/a.yaml",
  ".claude/settings.json",
  ".codex/config.toml",
  "packages/a/.claude/settings.local.json",
  ".mcp.json",
  ".vscode/tasks.json",
  ".devcontainer/devcontainer.json",
  ".husky/pre-commit",
  ".npmrc",
  "packages/a/.npmrc",
  ".yarnrc.yml",
  ".pnpmfile.cjs",
  ".github/workflows/ci.yml",
  ".github/actions/a/action.yml",
  ".gitlab-ci.yml",
  ".ci/run",
  ".circleci/config.yml",
  "azure-pipelines.yml",
  "Jenkinsfile",
  ".pre-commit-config.yaml",
  ".bashrc",
  ".zshenv",
  ".profile",
  ".bash_profile",
  ".env",
  ".env.local",
  ".env.example",
  ".envrc",
  "deploy/prod.pem",
  "id_rsa",
  ".ssh/authorized_keys",
  "home/.aws/credentials",
  ".netrc",
  ".git-credentials",
  "config/credentials.json",
  "a/b/.git",
  "a/b/.git/index",
  "mirror/app.git/hooks/post-update",
  "home/AppData/Local/deputize/runs/journal.db",
  "opencode.json",
  ".windsurf/mcp.json",
  "lefthook-local.yml",
  ".githooks/pre-commit",
  ".local/state/deputize/runs.sqlite",
  "app.code-workspace",
  ".exrc",
  ".yarn/releases/yarn-4.cjs",
  ".pnp.cjs",
  "pnpmfile.js",
  ".cargo/config.toml",
  "ci/build.gitlab-ci.yml",
  "azure-pipelines-release.yml",
  "Jenkinsfile.release",
  ".config/git/config",
  ".env.production.local",
  ".env~",
  ".env/x",
  "deploy/prod.env",
  "_netrc",
  "backup/credentials",
  "application_default_credentials.json",
  "serviceAccountKey.json"
]

const ordinary = [
  "src/app.ts",
  ".gitignore",
  ".github/CODEOWNERS",
  "docs/git/config.md",
  "git/config",
  "src/env.ts",
  "environment/.keep",
  "ci/run.md",
  "mcp.json",
  "src/keys.ts",
  "id_table.ts",
  "AGENTS.md",
  "artifacts/report.md",
  "src/credentials.ts",
  "src/credentials/list.ts",
  "src/git.ts",
  "docs/.gitkeep",
  ".git-blame-ignore-revs",
  ".github/ISSUE_TEMPLATE.md",
  ".github/dependabot.yml",
  "key.ts",
  "src/keys/list.ts",
  "src/key/index.ts",
  "vite-env.d.ts",
  "docs/jenkinsfiles.md",
  "yarn/releases/a.md",
  "src/Bashrc.md",
  "profile.ts"
]

describe("protected paths", () => {
  it("cover what runs by itself, what sets rights and what holds credentials, at any depth", () => {
    expect(unwritable.filter((path) => writeProtection(path) === undefined)).toStrictEqual([])
  })

  it("leave ordinary files alone", () => {
    expect(ordinary.filter((path) => writeProtection(path) !== undefined)).toStrictEqual([])
  })

  it("hold for every spelling that some file system takes for the same name", () => {
    const spellings = [
      ".GIT/config",
      ".Git/Hooks/pre-commit",
      ".g\u200cit/config",
      "\ufeff.git/config",
      ".git./config",
      ".git /config",
      ".git::$INDEX_ALLOCATION/config",
      "GIT~1/config",
      ".MCP.JSON",
      ".NPMRC",
      ".\u017f\u017fh/x",
      ".ENV",
      "ID_R\u017fA",
      ".git//config",
      ".git/./config",
      ".git\\config",
      "a\\.git\\hooks\\x",
      "\u212Aeys/.\uFB05\u200D/../.git",
      ".g\u00adit/config",
      ".git. ./config",
      "\uff0egit/config",
      "a\uff0f.git/config",
      ".git/./../.git /x",
      ".\u00dfh/x",
      ".con\ufb01g/git/config"
    ]
    expect(spellings.filter((path) => writeProtection(path) === undefined)).toStrictEqual([])
  })

  it("count real credentials as such, but not the examples that are published", () => {
    const cases: ReadonlyArray<readonly [path: string, isCredential: boolean]> = [
      [".env", true],
      [".ENV", true],
      ["a/.env.production", true],
      ["certs/server.key", true],
      ["id_ed25519.pub", true],
      [".docker/config.json", true],
      [".env.example", false],
      [".env.sample", false],
      [".env.EXAMPLE", false],
      ["a/.env.example", false],
      [".env:x.example", true],
      [".ssh/x.example", true],
      [".env.example.local", true],
      ["prod.env", true],
      ["home/.npmrc", false],
      ["src/.environment.ts", true],
      ["key.ts", false],
      ["src/keys/list.ts", false],
      ["src/credentials/list.ts", false],
      ["config/credentials", true],
      ["README.md", false],
      ["keys.ts", false],
      [".git/config", false]
    ]
    expect(cases.map(([path]) => [path, credentialPattern(path) !== undefined])).toStrictEqual(cases)
  })

  it("are told in a time that grows with the path alone", () => {
    const started = performance.now()
    for (const part of [".", " ", "a", ":", ".g", "id_rs"]) writeProtection(`${part.repeat(100_000)}x`)
    expect(performance.now() - started).toBeLessThan(1000)
  })
})
