/**
 * Scripts of package.json: run without npm they must not notice.
 */
import * as path from "node:path"
import { run } from "@deputize/core/process/ChildProcess"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { environment, outputOf, told, type Workspace, withWorkspace } from "./fixture.ts"

const manifest = { config: { port: 8080, deep: { on: true } }, engines: { node: ">=24" }, bin: { tool: "tool.js" } }

const variables = (text: string): ReadonlyMap<string, string> =>
  new Map(
    text.split("\0").flatMap((line) => {
      const at = line.indexOf("=")
      return at < 1 ? [] : [[line.slice(0, at), line.slice(at + 1)]]
    })
  )

/** What `npm run build` itself gives the script. */
const byNpm = (workspace: Workspace, folder: string, env: Readonly<Record<string, string>>) =>
  run({
    command: "/usr/bin/env",
    args: ["npm", "run", "build"],
    cwd: path.join(workspace.root, folder),
    env,
    maxStdoutBytes: 1 << 20,
    timeoutMs: 20_000
  })

describe("a script of package.json", () => {
  it.live("gets the environment that npm gives it, but for npm's own settings", () =>
    withWorkspace({ lib: { scripts: { build: "mkdir -p dist && env -0 > dist/env" }, manifest } }, (workspace) =>
      Effect.gen(function* () {
        const env = { ...environment(workspace.root), FORCE_COLOR: "true" }
        const { ends } = yield* told(workspace.request({ env }))
        expect(ends).toStrictEqual({ "lib:build": "success" })
        const ours = variables(workspace.read("packages/lib/dist/env"))
        yield* byNpm(workspace, "packages/lib", env)
        const theirs = variables(workspace.read("packages/lib/dist/env"))
        const differing = [...theirs].flatMap(([name, value]) => (ours.get(name) === value ? [] : [name]))
        const settings = differing.filter((name) => /^npm_config_/.test(name) && !ours.has(name))
        // Of the others PATH has a folder for node-gyp more, and `_` and SHLVL are the shell's.
        const others = differing.filter((name) => !settings.includes(name))
        expect(others.sort()).toStrictEqual(
          ["COLOR", "EDITOR", "PATH", "SHLVL", "_"].filter((name) => others.includes(name))
        )
        const added = [...ours.keys()].filter((name) => !theirs.has(name) && !/^(NX_|LERNA_)/.test(name))
        expect(added).toStrictEqual(["DEPUTIZE_PROCESS"])
        const folders = (theirs.get("PATH") ?? "").split(":").filter((folder) => /node_modules\/\.bin$/.test(folder))
        const own = (ours.get("PATH") ?? "").split(":")
        expect(folders.filter((folder) => !own.includes(folder))).toStrictEqual([])
      })
    )
  )

  it.live("runs between its pre and its post, in the package's folder, until one fails", () =>
    withWorkspace(
      {
        lib: {
          scripts: {
            prebuild: "rm -rf dist && mkdir dist && echo $npm_lifecycle_event > dist/log",
            build: 'echo "$npm_lifecycle_event $npm_package_name" >> dist/log',
            postbuild: "echo $npm_lifecycle_event >> dist/log"
          }
        },
        app: { scripts: { prebuild: "echo no; exit 7", build: "touch ran", postbuild: "touch ran" } }
      },
      (workspace) =>
        Effect.gen(function* () {
          const { ends, events } = yield* told(workspace.request())
          expect(ends).toStrictEqual({ "lib:build": "success", "app:build": "failure" })
          expect(workspace.read("packages/lib/dist/log")).toBe("prebuild\nbuild @test/lib\npostbuild\n")
          expect(outputOf(events, "app:build")).toContain("no\n")
          expect(workspace.has("packages/app/ran")).toBe(false)
          expect((yield* told(workspace.request())).ends["lib:build"]).toBe("local-cache")
        })
    )
  )

  it.live("is left to npm where npm is told to run it in another shell, or the script asks for npm's settings", () =>
    withWorkspace(
      {
        lib: { scripts: { build: 'mkdir -p dist; echo "$npm_config_cache" > dist/cache' } },
        app: { scripts: { build: "mkdir -p dist; env > dist/env" } }
      },
      (workspace) =>
        Effect.gen(function* () {
          const { ends } = yield* told(workspace.request())
          expect(ends).toStrictEqual({ "lib:build": "success", "app:build": "success" })
          expect(workspace.read("packages/lib/dist/cache")).toMatch(/\/\.npm\n$/)
          expect(workspace.read("packages/app/dist/env")).not.toContain("npm_config_cache=")
          workspace.write(".npmrc", "script-shell=/bin/bash\n")
          workspace.write("packages/app/in.txt", "changed\n")
          yield* told(workspace.request())
          expect(workspace.read("packages/app/dist/env")).toContain("npm_config_script_shell=/bin/bash\n")
        })
    )
  )

  it.live("is cached under the same key as by Nx alone", () =>
    withWorkspace({ lib: { scripts: { build: "mkdir -p dist && cp in.txt dist" } } }, (workspace) =>
      Effect.gen(function* () {
        const request = workspace.request()
        yield* told(request)
        const { code, stdout } = yield* run({
          command: "/usr/bin/env",
          args: ["node", path.join(workspace.root, "node_modules/nx/dist/bin/nx.js"), "run", "lib:build"],
          cwd: workspace.root,
          env: { ...request.env, NX_DAEMON: "false", NX_WORKSPACE_DATA_DIRECTORY: ".nx/workspace-data" },
          maxStdoutBytes: 1 << 20,
          timeoutMs: 20_000
        })
        expect([code, /> nx run lib:build {2}\[local cache\]/.test(new TextDecoder().decode(stdout))]).toStrictEqual([
          0,
          true
        ])
      })
    )
  )
})
