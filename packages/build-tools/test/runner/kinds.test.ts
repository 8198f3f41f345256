/** Steps that are more than a command: tasks of Nx, installs; and what a runner that died has left. */
import { execFileSync } from "node:child_process"
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { startTimeOf } from "@deputize/core/process/ProcessTable"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { BuildRecord } from "../../src/record/BuildRecord.ts"
import type { BuildNotice } from "../../src/runner/BuildNotice.ts"
import { cached, installing, nx, shell } from "../testing/steps.ts"
import { fingerprintNow } from "./fingerprintNow.ts"
import { outcomes, type Place, run, services, withPlace } from "./place.ts"

const modules = fileURLToPath(new URL("../../../../node_modules", import.meta.url))

/** Packages `a` and `b`, which needs `a`; each notes its start and copies its source. */
const nxWorkspace = ({ workspace, write }: Place) => {
  mkdirSync(join(workspace, "node_modules"))
  symlinkSync(join(modules, "nx"), join(workspace, "node_modules", "nx"))
  write(".gitignore", "node_modules\ndist\n.nx\n")
  write("package.json", JSON.stringify({ name: "root", private: true, workspaces: ["packages/*"] }))
  const build = { cache: true, dependsOn: ["^build"], inputs: ["default", "^default"], outputs: ["{projectRoot}/dist"] }
  write("nx.json", JSON.stringify({ analytics: false, neverConnectToCloud: true, targetDefaults: { build } }))
  for (const [name, dependencies] of [
    ["a", {}],
    ["b", { "@test/a": "*" }]
  ] as const) {
    mkdirSync(join(workspace, "packages", name), { recursive: true })
    const command = `echo ${name} >>$STARTS; mkdir -p dist; cp source dist/out`
    const targets = { build: { command, options: { cwd: `packages/${name}` } } }
    write(
      `packages/${name}/package.json`,
      JSON.stringify({ name: `@test/${name}`, dependencies, nx: { name, targets } })
    )
    write(`packages/${name}/source`, `${name}1`)
  }
}

describe("A step of Nx", () => {
  it.live("runs the tasks that changed, records each, and has nothing to do a second time", () =>
    withPlace((place) =>
      Effect.gen(function* () {
        nxWorkspace(place)
        const notices: Array<BuildNotice> = []
        const first = yield* run(place, [nx("build")], {}, (notice) => notices.push(notice))
        expect({
          steps: first.steps.map(({ outcome, tasks }) => [
            outcome._tag,
            tasks.map(({ task, status }) => [task, status])
          ])
        }).toStrictEqual({
          steps: [
            [
              "Ran",
              [
                ["a:build", "success"],
                ["b:build", "success"]
              ]
            ]
          ]
        })
        expect(place.starts()).toStrictEqual(["a", "b"])
        const told = notices.flatMap((notice) =>
          notice._tag === "Recorded" && "task" in notice.event ? [`${notice.event._tag} ${notice.event.task}`] : []
        )
        expect(told).toStrictEqual([
          "TaskStarted a:build",
          "TaskEnded a:build",
          "TaskStarted b:build",
          "TaskEnded b:build"
        ])
        expect((yield* run(place, [nx("build")])).status).toBe("nothing-to-do")
        place.write("packages/b/source", "b2")
        const third = yield* run(place, [nx("build")])
        expect(
          third.steps[0]?.tasks.map(({ status, task }) => [task, status.replace("-kept-existing", "")])
        ).toStrictEqual([
          ["a:build", "local-cache"],
          ["b:build", "success"]
        ])
        expect({ starts: place.starts(), counts: third.counts }).toStrictEqual({
          starts: ["b"],
          counts: { cached: 1, ran: 1, retried: 0, failed: 0 }
        })
      })
    )
  )

  it.live("puts back what was damaged, without running its task again", () =>
    withPlace((place) =>
      Effect.gen(function* () {
        nxWorkspace(place)
        yield* run(place, [nx("build")])
        place.starts()
        place.write("packages/a/dist/out", "")
        rmSync(join(place.workspace, "packages/b/dist"), { recursive: true })
        const result = yield* run(place, [nx("build")])
        expect({ status: result.status, why: result.steps[0]?.why, starts: place.starts() }).toStrictEqual({
          status: "completed",
          why: expect.stringContaining("packages/b/dist/out missing"),
          starts: []
        })
        expect([place.read("packages/a/dist/out"), place.read("packages/b/dist/out")]).toStrictEqual(["a1", "b1"])
      })
    )
  )

  it.live("fails with its task, which is tried again alone", () =>
    withPlace((place) =>
      Effect.gen(function* () {
        nxWorkspace(place)
        const manifest = join(place.workspace, "packages/b/package.json")
        const command = "echo b >>$STARTS; test $(grep -c b $STARTS) -ge 3"
        writeFileSync(
          manifest,
          readFileSync(manifest, "utf8").replace(/"command":"[^"]*"/, () => `"command":"${command}"`)
        )
        const { counts, status, steps } = yield* run(place, [nx("build")])
        expect({ status, attempts: steps[0]?.attempts, counts, starts: place.starts() }).toStrictEqual({
          status: "completed",
          attempts: 3,
          counts: { cached: 1, ran: 1, retried: 2, failed: 0 },
          starts: ["a", "b", "b", "b"]
        })
      })
    )
  )
})

describe("An install", () => {
  const tool = (text: string) => `#!/bin/sh\necho ${text}\n`

  it.live("swaps in what was built, once, and again only after a change or damage", () =>
    withPlace((place) =>
      Effect.gen(function* () {
        const prefix = join(place.workspace, "..", "prefix")
        const steps = [
          {
            ...cached("build"),
            inputs: ["source"],
            outputs: ["tool"],
            command: { _tag: "Shell", line: "cp source tool" }
          } as const,
          installing("install", prefix, { tool: "bin/tool" }, { tool: "bin/tool" }, { needs: ["build"] })
        ]
        const installedTool = () => execFileSync(join(prefix, "bin", "tool"), { encoding: "utf8" }).trim()
        place.write("source", tool("one"))
        const first = yield* run(place, steps)
        expect({ steps: outcomes(first), prints: installedTool() }).toStrictEqual({
          steps: { build: "Ran", install: "Ran" },
          prints: "one"
        })
        expect(first.installed.map(({ binaries, onPath }) => [binaries.length, onPath])).toStrictEqual([[1, false]])
        expect((yield* run(place, steps)).status).toBe("nothing-to-do")
        rmSync(join(prefix, "bin", "tool"))
        expect(outcomes(yield* run(place, steps))).toStrictEqual({ build: "UpToDate", install: "Ran" })
        place.write("source", tool("two"))
        yield* run(place, steps)
        expect(installedTool()).toBe("two")
      })
    )
  )

  it.live("goes where the user says, and is asked for in vain where nothing is installed", () =>
    withPlace((place) =>
      Effect.gen(function* () {
        const [stated, asked] = [join(place.workspace, "..", "stated"), join(place.workspace, "..", "asked")]
        place.write("tool", tool("one"))
        const install = installing("install", stated, { tool: "bin/tool" }, { tool: "bin/tool" })
        const { installed } = yield* run(place, [install], { prefix: asked })
        expect(installed.map(({ prefix }) => prefix)).toStrictEqual([asked.replace("work/../", "")])
        expect(existsSync(stated)).toBe(false)
        const { message } = yield* Effect.flip(run(place, [shell("build", "true")], { prefix: asked }))
        expect(message).toBe(`there is no install step, so nothing would be put into ${asked}`)
      })
    )
  )

  it.live("leaves the old version in use when the new one does not verify, or a step before it fails", () =>
    withPlace((place) =>
      Effect.gen(function* () {
        const prefix = join(place.workspace, "..", "prefix")
        const install = installing("install", prefix, { tool: "bin/tool" }, { tool: "bin/tool" })
        place.write("tool", tool("one"))
        yield* run(place, [install])
        place.write("tool", "#!/bin/sh\nexit 3\n")
        const broken = yield* run(place, [{ ...install, retry: { ...install.retry, retries: 0 } }])
        expect(broken.steps[0]?.outcome).toStrictEqual({
          _tag: "Failed",
          problem: "verify tool: it ended with exit code 3",
          hint: expect.stringContaining("Nothing was changed in")
        })
        place.write("tool", tool("two"))
        const failing = shell("check", "exit 1", { retry: { ...install.retry, retries: 0 } })
        const blocked = yield* run(place, [failing, { ...install, needs: ["check"] }])
        expect(outcomes(blocked)).toStrictEqual({ check: "Failed", install: "Blocked" })
        expect(execFileSync(join(prefix, "bin", "tool"), { encoding: "utf8" })).toBe("one\n")
      })
    )
  )
})

describe("A runner that died", () => {
  /** Leaves the record of an attempt at `compile` without its end, as kill -9 of its runner does. */
  const diedDuring = Effect.fnUntraced(function* (place: Place, passed: boolean) {
    const steps = [
      {
        ...cached("compile"),
        inputs: ["source"],
        outputs: ["product"],
        command: { _tag: "Shell", line: "echo compile >>$STARTS; cp source product" }
      } as const
    ]
    place.write("source", "one")
    yield* leaveUnfinished(place, steps)
    if (passed) {
      place.write("product", "one")
      writeFileSync(join(place.options.folder, "logs", "dead", "compile.1.passed"), "")
    }
    return yield* run(place, steps, { resume: true })
  })

  const leaveUnfinished = Effect.fnUntraced(function* (place: Place, steps: ReadonlyArray<ReturnType<typeof cached>>) {
    const logs = join(place.options.folder, "logs", "dead")
    mkdirSync(logs, { recursive: true })
    const { fingerprint, inputs } = yield* fingerprintNow(place, steps, "compile")
    yield* Effect.gen(function* () {
      const record = yield* BuildRecord
      const told = steps.map(({ id, title }) => ({ id, title }))
      yield* record.begin({ session: "dead", inputs, steps: told, jobs: 1, logs, pid: 1, machine: "" })
      yield* record.record({ _tag: "StepStarted", step: "compile", why: "it has not finished before" })
      const log = join(logs, "compile.1.log")
      yield* record.record({ _tag: "AttemptStarted", step: "compile", attempt: 1, log, fingerprint })
      const startTime = startTimeOf(process.pid)
      yield* record.record({ _tag: "ProcessStarted", step: "compile", attempt: 1, pid: 1, startTime })
    }).pipe(Effect.provide(services(place), { local: true }))
  })

  it.live("has what finished after it adopted", () =>
    withPlace((place) =>
      Effect.gen(function* () {
        const result = yield* diedDuring(place, true)
        expect({ steps: outcomes(result), session: result.session, starts: place.starts() }).toStrictEqual({
          steps: { compile: "Adopted" },
          session: "dead",
          starts: []
        })
      })
    )
  )

  it.live("has what did not finish run again", () =>
    withPlace((place) =>
      Effect.gen(function* () {
        const result = yield* diedDuring(place, false)
        expect({ steps: outcomes(result), starts: place.starts(), log: result.steps[0]?.log }).toStrictEqual({
          steps: { compile: "Ran" },
          starts: ["compile"],
          log: expect.stringMatching(/compile\.2\.log$/)
        })
        expect(existsSync(join(place.options.folder, "logs", "dead", "checkpoint-dead.json"))).toBe(true)
      })
    )
  )
})
