import * as fs from "node:fs"
import * as path from "node:path"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import type { HostEvent, HostRequest } from "../../src/nx/HostMessage.ts"
import { nxEnvironment } from "../../src/nx/NxEnvironment.ts"
import { nxPlan } from "../../src/nx/NxTasks.ts"
import { runMany } from "../../src/nx/RunMany.ts"
import { copies, endsOf, environment, outputOf, told, type Workspace, warningsOf, withWorkspace } from "./fixture.ts"

const packages = {
  lib: { commands: { build: `${copies}; echo built` } },
  bad: { needs: ["lib"], commands: { build: "test -f ../../good || { echo not good >&2; exit 4; }" } },
  page: { needs: ["bad"], commands: { build: copies } }
}

const many = Effect.fnUntraced(function* (workspace: Workspace, more: Partial<HostRequest> = {}) {
  const events: Array<HostEvent> = []
  const { root } = workspace
  const outcome = yield* runMany({
    request: {
      workspace: root,
      targets: ["build"],
      projects: null,
      configuration: null,
      parallel: 2,
      damaged: [],
      mode: "run",
      ...more
    },
    env: nxEnvironment(root, environment(path.dirname(root)), null),
    label: "nx",
    onStart: () => Effect.void,
    onEvent: (event) => Effect.sync(() => events.push(event))
  })
  return { outcome, events, ends: endsOf(events) }
})

describe("runMany", () => {
  it.live("tells of a real Nx's tasks: plan, output, cache, failure, and what was left out for it", () =>
    withWorkspace(packages, (workspace) =>
      Effect.gen(function* () {
        const first = yield* many(workspace)
        expect(first.outcome).toStrictEqual({ _tag: "Finished", status: "failure" })
        expect(first.ends).toStrictEqual({ "lib:build": "success", "bad:build": "failure", "page:build": "skipped" })
        expect(first.events[0]).toStrictEqual({
          _tag: "Planned",
          tasks: expect.arrayContaining([{ id: "bad:build", outputs: expect.any(Array), dependsOn: ["lib:build"] }])
        })
        expect(outputOf(first.events, "bad:build")).toContain("not good\n")
        expect(outputOf(first.events, "lib:build")).toContain("built\n")
        const times = first.events.flatMap((event) =>
          event._tag === "Ended" && event.task === "lib:build" ? [event.ms] : []
        )
        expect(times).toStrictEqual([expect.any(Number)])
        expect(times[0]).toBeGreaterThan(0)

        workspace.write("good", "")
        const second = yield* many(workspace)
        expect(second.outcome).toStrictEqual({ _tag: "Finished", status: "success" })
        expect(second.ends).toStrictEqual({
          "lib:build": "local-cache",
          "bad:build": "success",
          "page:build": "success"
        })
      })
    )
  )

  it.live("plans what the host would run, and says what is not there", () =>
    withWorkspace(packages, (workspace) =>
      Effect.gen(function* () {
        const plan = yield* many(workspace, { mode: "plan", projects: ["bad"] })
        const [planned] = plan.events
        const host = yield* nxPlan(workspace.request({ projects: ["bad"] }))
        expect(planned).toStrictEqual({ _tag: "Planned", tasks: host })
        expect(workspace.has("packages/lib/dist")).toBe(false)
        expect((yield* many(workspace, { targets: ["none"] })).outcome._tag).toBe("NoTarget")
      })
    )
  )
})

/** Answers as Nx does, with one task that a cache answered and one that failed. */
const foreignNx = `
const fs = require("node:fs")
const graph = process.argv.find((word) => word.startsWith("--graph="))
if (graph) {
  const task = (id) => ({ id, outputs: ["packages/" + id.split(":")[0] + "/dist"] })
  const tasks = { "lib:build": task("lib:build"), "app:build": task("app:build"), "page:build": task("page:build") }
  const dependencies = { "lib:build": [], "app:build": ["lib:build"], "page:build": ["app:build"] }
  fs.writeFileSync(graph.slice("--graph=".length), JSON.stringify({ graph: {}, tasks: { tasks, dependencies } }))
} else {
  fs.writeFileSync("words", process.argv.slice(2).join(" "))
  fs.writeFileSync("folders", process.env.NX_CACHE_DIRECTORY + " " + process.env.NX_WORKSPACE_DATA_DIRECTORY)
  console.log("\\n> nx run lib:build  [local cache]\\n\\nfrom before\\n\\n> nx run app:build\\n\\nno luck")
  console.error("\\n NX   Running target build for 3 projects failed\\n\\nTasks not run because their dependencies failed:\\n\\n- page:build\\n\\nFailed tasks:\\n\\n- app:build\\n")
  process.exitCode = 1
}
`

const putForeignNx = (workspace: Workspace, version: string) => {
  fs.rmSync(path.join(workspace.root, "node_modules/nx"))
  workspace.write("node_modules/nx/package.json", JSON.stringify({ name: "nx", version, bin: { nx: "bin/nx.js" } }))
  workspace.write("node_modules/nx/bin/nx.js", foreignNx)
}

describe("runNx where the inner modules of Nx are not those that are known", () => {
  for (const [version, why] of [
    ["25.1.0", "the workspace has Nx 25.1.0"],
    ["24.9.9", "Nx 24.9.9 has no src/utils/cache-directory"]
  ] as const)
    it.live(`runs Nx ${version} by nx run-many, says so once, and tells of its tasks`, () =>
      withWorkspace({}, (workspace) =>
        Effect.gen(function* () {
          putForeignNx(workspace, version)
          const { result, events, ends } = yield* told(
            workspace.request({ projects: ["page", "app"], configuration: "production", parallel: 3 })
          )
          expect(result).toStrictEqual({ status: "failure", mode: "run-many" })
          expect(warningsOf(events)).toStrictEqual([`${why}: its tasks are run by nx run-many, and recorded later`])
          expect(ends).toStrictEqual({ "lib:build": "local-cache", "app:build": "failure", "page:build": "skipped" })
          expect(outputOf(events, "app:build")).toContain("no luck\n")
          expect(workspace.read("words")).toBe(
            "run-many --targets=build --projects=page,app --configuration=production --parallel=3 --output-style=static"
          )
          expect((yield* nxPlan(workspace.request())).map(({ id }) => id)).toStrictEqual([
            "lib:build",
            "app:build",
            "page:build"
          ])
        })
      )
    )

  it.live("gives Nx folders of its own for this time where those of the workspace cannot be written", () =>
    withWorkspace({}, (workspace) =>
      Effect.gen(function* () {
        putForeignNx(workspace, "25.1.0")
        workspace.write(".nx", "a file")
        const { events, ends } = yield* told(workspace.request())
        expect(warningsOf(events).map((text) => text.replaceAll(workspace.root, "W"))).toStrictEqual([
          "the workspace has Nx 25.1.0: its tasks are run by nx run-many, and recorded later",
          "Nx cannot use its cache in W/.nx/cache: ENOTDIR: not a directory, mkdir 'W/.nx/cache'. The tasks are run without it."
        ])
        expect(ends).toStrictEqual({ "lib:build": "local-cache", "app:build": "failure", "page:build": "skipped" })
        const [cache = "", data = ""] = workspace.read("folders").split(" ")
        expect([path.dirname(cache), fs.existsSync(cache)]).toStrictEqual([path.dirname(data), false])
      })
    )
  )

  it.live("fails with Nx's last words where it ends without having run its tasks", () =>
    withWorkspace({}, (workspace) =>
      Effect.gen(function* () {
        putForeignNx(workspace, "25.1.0")
        workspace.write("node_modules/nx/bin/nx.js", 'console.error("cannot go on"); process.exitCode = 2')
        const error = yield* Effect.flip(told(workspace.request()))
        expect(error.reason).toStrictEqual({
          _tag: "Broken",
          problem: "it ended with code 2. Its last words:\ncannot go on"
        })
      })
    )
  )
})
