/**
 * What the host relies on in the Nx that this repository pins. Where this breaks after an update, the build goes on by
 * `nx run-many`; to have it in the process again the host is to be looked through against the new Nx.
 */
import * as fs from "node:fs"
import * as path from "node:path"
import { run } from "@deputize/core/process/ChildProcess"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { knownMajor } from "../../src/nx/host/NxModules.ts"
import { copies, environment, modules, told, withWorkspace } from "./fixture.ts"

const root = path.dirname(modules)
const versionOf = (file: string): string => JSON.parse(fs.readFileSync(file, "utf8")).version

describe("the pinned Nx", () => {
  it("is one exact version of the major that is known", () => {
    const { devDependencies } = JSON.parse(fs.readFileSync(path.join(root, "package.json"), "utf8"))
    const installed = versionOf(path.join(modules, "nx/package.json"))
    expect([devDependencies.nx, Number.parseInt(installed, 10)]).toStrictEqual([installed, knownMajor])
  })

  it.live("has all inner modules that the host loads", () =>
    Effect.gen(function* () {
      const program = [
        `import { loadNx } from ${JSON.stringify(path.join(root, "packages/build-tools/src/nx/host/NxModules.ts"))}`,
        `const nx = loadNx(${JSON.stringify(root)})`,
        "process.stdout.write(typeof nx === 'string' ? nx : Object.keys(nx).sort().join(' '), () => process.exit(0))"
      ].join("\n")
      const { stdout } = yield* run({
        command: process.execPath,
        args: ["--input-type=module", "--eval", program],
        cwd: root,
        env: { ...environment("/nonexistent"), NX_DAEMON: "false" },
        maxStdoutBytes: 1 << 16,
        timeoutMs: 20_000
      })
      expect(new TextDecoder().decode(stdout)).toBe(
        "cache cacheDirectory cycles forked matching nxJson orchestrator projectGraph runCommand runCommands taskGraph version"
      )
    })
  )

  it.live("gives every task a start, its output while it runs, and an end that is waited for, in one order", () =>
    withWorkspace(
      {
        one: {
          commands: { build: `${copies}; echo first; until test -f ../../heard; do sleep 0.01; done; echo last` }
        },
        two: { needs: ["one"], scripts: { build: "echo script" } },
        three: { needs: ["two"], commands: { build: "exit 1" } },
        four: { needs: ["three"], commands: { build: copies } }
      },
      (workspace) =>
        Effect.gen(function* () {
          const { events } = yield* told(workspace.request({ parallel: 1 }), (event) =>
            Effect.sync(() => {
              if (event._tag === "Output" && event.text.includes("first")) workspace.write("heard", "")
            })
          )
          const story = events.flatMap((event) => {
            if (event._tag === "Started") return [`${event.task} started`]
            if (event._tag === "Ended") return [`${event.task} ${event.status}`]
            return event._tag === "Output" && event.text.includes("last") ? [`${event.task} printed`] : []
          })
          expect(story).toStrictEqual([
            "one:build started",
            "one:build printed",
            "one:build success",
            "two:build started",
            "two:build success",
            "three:build started",
            "three:build failure",
            "four:build skipped"
          ])
        })
    )
  )
})
