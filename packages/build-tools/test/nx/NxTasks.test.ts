import * as fs from "node:fs"
import * as path from "node:path"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { nxPlan, runNx } from "../../src/nx/NxTasks.ts"
import { copies, outputOf, told, withWorkspace } from "./fixture.ts"
import { eventually } from "./looks.ts"

const chain = {
  lib: { commands: { build: copies } },
  app: { needs: ["lib"], commands: { build: "mkdir -p dist && cat ../lib/dist/out.txt in.txt > dist/out.txt" } },
  tool: { commands: { build: `${copies} && echo made` } }
}

describe("runNx", () => {
  it.live("tells of every task in order, and at the second time that a cache answered", () =>
    withWorkspace(chain, (workspace) =>
      Effect.gen(function* () {
        const first = yield* told(workspace.request({ parallel: 1 }))
        expect(first.result).toStrictEqual({ status: "success", mode: "in-process" })
        expect(first.events.filter(({ _tag }) => _tag !== "Output")).toStrictEqual([
          { _tag: "Process", pid: expect.any(Number), startTime: expect.any(String) },
          {
            _tag: "Planned",
            tasks: expect.arrayContaining([
              { id: "app:build", outputs: ["packages/app/dist"], dependsOn: ["lib:build"] },
              { id: "lib:build", outputs: ["packages/lib/dist"], dependsOn: [] },
              { id: "tool:build", outputs: ["packages/tool/dist"], dependsOn: [] }
            ])
          },
          ...["lib:build", "tool:build", "app:build"].flatMap((task) => [
            { _tag: "Started", task },
            { _tag: "Ended", task, status: "success", ms: expect.any(Number) }
          ])
        ])
        expect(outputOf(first.events, "tool:build")).toContain("made\n")
        expect(workspace.read("packages/app/dist/out.txt")).toBe("lib\napp\n")

        const second = yield* told(workspace.request())
        expect(second.ends).toStrictEqual({
          "app:build": "local-cache",
          "lib:build": "local-cache",
          "tool:build": "local-cache"
        })
        expect(outputOf(second.events, "tool:build")).toContain("made\n")
      })
    )
  )

  it.live("runs again only what depends on what was changed", () =>
    withWorkspace(chain, (workspace) =>
      Effect.gen(function* () {
        yield* told(workspace.request())
        workspace.write("packages/app/in.txt", "new\n")
        const { ends } = yield* told(workspace.request())
        expect(ends).toStrictEqual({ "app:build": "success", "lib:build": "local-cache", "tool:build": "local-cache" })
        expect(workspace.read("packages/app/dist/out.txt")).toBe("lib\nnew\n")
      })
    )
  )

  it.live("tells of a task that fails with what it printed, and of all that is skipped for it", () =>
    withWorkspace(
      {
        lib: { commands: { build: "echo so far; echo no further >&2; exit 3" } },
        app: { needs: ["lib"], commands: { build: copies } },
        page: { needs: ["app"], commands: { build: copies } },
        tool: { commands: { build: copies } }
      },
      (workspace) =>
        Effect.gen(function* () {
          const { events, result, ends } = yield* told(workspace.request())
          expect(result).toStrictEqual({ status: "failure", mode: "in-process" })
          expect(ends).toStrictEqual({
            "lib:build": "failure",
            "app:build": "skipped",
            "page:build": "skipped",
            "tool:build": "success"
          })
          expect(outputOf(events, "lib:build")).toMatch(/so far\r?\nno further\r?\n/)
          expect(workspace.has("packages/app/dist")).toBe(false)
        })
    )
  )

  it.live("starts nothing that needs a task before the task's end was handled", () =>
    withWorkspace(
      {
        lib: { commands: { build: copies } },
        app: { needs: ["lib"], commands: { build: "test -f ../../handled" } },
        // Takes the second place for as long as the end of the first is being handled, and frees it then.
        tool: { commands: { build: "until test -f ../../handling; do sleep 0.01; done; touch ../../free" } }
      },
      (workspace) =>
        Effect.gen(function* () {
          const { ends } = yield* told(workspace.request(), (event) =>
            event._tag === "Ended" && event.task === "lib:build"
              ? Effect.gen(function* () {
                  workspace.write("handling", "")
                  yield* eventually(() => (workspace.has("free") ? true : undefined))
                  workspace.write("handled", "")
                })
              : Effect.void
          )
          expect(ends).toStrictEqual({ "lib:build": "success", "app:build": "success", "tool:build": "success" })
        })
    )
  )

  it.live("fails with what an event's handler fails with, and ends its processes", () =>
    withWorkspace({ lib: { commands: { build: copies } } }, (workspace) =>
      Effect.gen(function* () {
        const pids: Array<number> = []
        const failure = yield* runNx(workspace.request(), (event) => {
          if (event._tag === "Process") pids.push(event.pid)
          return event._tag === "Ended" ? Effect.fail("no record") : Effect.void
        }).pipe(Effect.flip)
        expect(failure).toBe("no record")
        expect(pids.map((pid) => fs.existsSync(`/proc/${pid}`))).toStrictEqual([false])
      })
    )
  )

  it.live("passes the environment that it is given to the tasks, and none of its own beside Nx's", () =>
    withWorkspace({ lib: { commands: { build: "mkdir dist; env -0 > dist/env" } } }, (workspace) =>
      Effect.gen(function* () {
        const request = workspace.request()
        yield* told({ ...request, env: { ...request.env, DECLARED: "by the step\nin two lines" } })
        const names = workspace
          .read("packages/lib/dist/env")
          .split("\0")
          .filter((line) => !/^(NX_|LERNA_|PWD=|OLDPWD=|SHLVL=|_=)/.test(line))
          .map((line) => line.replace(/^(PATH|HOME|DEPUTIZE_PROCESS|FORCE_COLOR)=.*/, "$1"))
        expect(names.sort()).toStrictEqual(
          ["", "DECLARED=by the step\nin two lines", "DEPUTIZE_PROCESS", "FORCE_COLOR", "HOME", "PATH"].sort()
        )
      })
    )
  )

  it.live("keeps cache and database in the workspace", () =>
    withWorkspace({ lib: { commands: { build: copies } } }, (workspace) =>
      Effect.gen(function* () {
        const request = workspace.request()
        yield* told(request)
        expect(fs.readdirSync(path.join(workspace.root, ".nx")).sort()).toStrictEqual(["cache", "workspace-data"])
        expect(fs.existsSync(path.join(request.env["HOME"] ?? "", ".nx"))).toBe(false)
      })
    )
  )

  it.live("makes damaged outputs whole again, from the cache or, where it has lost them, anew", () =>
    withWorkspace(chain, (workspace) =>
      Effect.gen(function* () {
        yield* told(workspace.request())
        const outputs = () => ["lib", "app", "tool"].map((name) => workspace.read(`packages/${name}/dist/out.txt`))
        const whole = outputs()
        const damage = () => {
          fs.truncateSync(path.join(workspace.root, "packages/lib/dist/out.txt"), 1)
          fs.rmSync(path.join(workspace.root, "packages/app/dist"), { recursive: true })
        }
        const cached = { "lib:build": "local-cache", "app:build": "local-cache", "tool:build": "local-cache" }
        damage()
        expect((yield* told(workspace.request())).ends).toStrictEqual(cached)
        expect(outputs()).toStrictEqual(whole)
        damage()
        const skipCache = ["lib:build", "app:build"]
        expect((yield* told(workspace.request({ skipCache }))).ends).toStrictEqual(cached)
        expect(outputs()).toStrictEqual(whole)
        damage()
        const cache = path.join(workspace.root, ".nx/cache")
        for (const entry of fs.readdirSync(cache))
          fs.rmSync(path.join(cache, entry, "packages/lib/dist"), { recursive: true, force: true })
        expect((yield* told(workspace.request({ skipCache }))).ends).toStrictEqual({
          ...cached,
          "lib:build": "success"
        })
        expect(outputs()).toStrictEqual(whole)
      })
    )
  )

  it.live("runs the projects and targets that it is asked for, and what they need", () =>
    withWorkspace(
      {
        ...chain,
        tool: { commands: { build: copies, lint: "true" } }
      },
      (workspace) =>
        Effect.gen(function* () {
          const ends = (more: Parameters<typeof workspace.request>[0]) =>
            Effect.map(told(workspace.request(more)), (run) => Object.keys(run.ends).sort())
          expect(yield* ends({ projects: ["app"] })).toStrictEqual(["app:build", "lib:build"])
          expect(yield* ends({ targets: ["lint", "build"], projects: ["t*"] })).toStrictEqual([
            "tool:build",
            "tool:lint"
          ])
        })
    )
  )

  it.live("runs an executor of a package, in the process that Nx gives it, and hears it while it runs", () =>
    withWorkspace(
      {
        lib: { commands: { build: copies } },
        app: { manifest: { nx: { name: "app", targets: { build: { executor: "@test/own:run" } } } } }
      },
      (workspace) =>
        Effect.gen(function* () {
          const { write } = workspace
          write(
            "node_modules/@test/own/package.json",
            JSON.stringify({ name: "@test/own", executors: "executors.json" })
          )
          write(
            "node_modules/@test/own/executors.json",
            JSON.stringify({ executors: { run: { implementation: "./run.js", schema: "./schema.json" } } })
          )
          write("node_modules/@test/own/schema.json", JSON.stringify({ type: "object", properties: {} }))
          write(
            "node_modules/@test/own/run.js",
            `const fs = require("node:fs")
            module.exports = async () => {
              for (let round = 1; round <= 10; round += 1) {
                console.log("round " + round + ".")
                while (!fs.existsSync("heard" + round)) await new Promise((resolve) => setTimeout(resolve, 10))
              }
              return { success: true }
            }`
          )
          const { ends, events } = yield* told(workspace.request(), (event) =>
            Effect.sync(() => {
              const round = event._tag === "Output" ? /round (\d+)\./.exec(event.text)?.[1] : undefined
              if (round !== undefined) write(`heard${round}`, "")
            })
          )
          expect(ends).toStrictEqual({ "app:build": "success", "lib:build": "success" })
          expect(outputOf(events, "app:build").match(/round \d+/g)).toHaveLength(10)
        })
    )
  )

  it.live("runs a target in the configuration that it is asked for, where the target has it", () =>
    withWorkspace(
      {
        lib: { commands: { build: copies } },
        app: {
          manifest: {
            nx: {
              name: "app",
              targets: {
                build: {
                  executor: "nx:run-commands",
                  options: { command: "mkdir -p dist && echo usual > dist/mode", cwd: "packages/app" },
                  configurations: { production: { command: "mkdir -p dist && echo fast > dist/mode" } }
                }
              }
            }
          }
        }
      },
      (workspace) =>
        Effect.gen(function* () {
          const { ends } = yield* told(workspace.request({ configuration: "production" }))
          expect(ends).toStrictEqual({ "app:build:production": "success", "lib:build": "success" })
          expect(workspace.read("packages/app/dist/mode")).toBe("fast\n")
        })
    )
  )

  it.live("refuses what the workspace does not have, and says what it has", () =>
    withWorkspace(
      {
        lib: { needs: ["app"], commands: { build: copies, check: "true" } },
        app: { needs: ["lib"], commands: { build: copies } }
      },
      (workspace) =>
        Effect.gen(function* () {
          const error = (more: Parameters<typeof workspace.request>[0]) =>
            Effect.map(Effect.flip(told(workspace.request(more))), (error) => [
              error.message.replaceAll(workspace.root, "W"),
              error.hint
            ])
          expect(yield* error({ projects: ["ap", "lib"], targets: ["check"] })).toStrictEqual([
            'No project of W is called "ap"',
            'Did you mean "app"? The projects are listed by: nx show projects'
          ])
          expect(yield* error({ targets: ["buld"] })).toStrictEqual([
            'No project that was asked for has a target "buld"',
            'Did you mean "build"? Targets are listed by: nx show project NAME'
          ])
          expect((yield* error({}))[0]).toMatch(/^The tasks need each other in a circle: (lib|app):build -> /)
          fs.rmSync(path.join(workspace.root, "node_modules/nx"))
          expect((yield* error({}))[0]).toBe("Nx is not installed in W")
        })
    )
  )

  it.live("says what Nx says of a workspace that it cannot read", () =>
    withWorkspace({ lib: { commands: { build: copies } } }, (workspace) =>
      Effect.gen(function* () {
        workspace.write("packages/lib/package.json", "{ no json")
        const error = yield* Effect.flip(told(workspace.request()))
        expect(error.reason).toStrictEqual({
          _tag: "Broken",
          problem: expect.stringContaining("packages/lib/package.json")
        })
      })
    )
  )
})

describe("nxPlan", () => {
  it.live("tells of tasks, their outputs and needs, and runs nothing", () =>
    withWorkspace(chain, (workspace) =>
      Effect.gen(function* () {
        const planned = yield* nxPlan(workspace.request())
        expect([...planned].sort((a, b) => (a.id < b.id ? -1 : 1))).toStrictEqual([
          { id: "app:build", outputs: ["packages/app/dist"], dependsOn: ["lib:build"] },
          { id: "lib:build", outputs: ["packages/lib/dist"], dependsOn: [] },
          { id: "tool:build", outputs: ["packages/tool/dist"], dependsOn: [] }
        ])
        expect(workspace.has("packages/lib/dist")).toBe(false)
      })
    )
  )
})
