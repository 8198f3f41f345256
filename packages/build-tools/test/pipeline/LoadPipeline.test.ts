import { symlinkSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { stringify } from "yaml"
import { type LoadOptions, loadPipeline } from "../../src/pipeline/LoadPipeline.ts"
import type { PipelineError } from "../../src/pipeline/PipelineError.ts"
import { parsePipeline } from "../../src/pipeline/ReadPipeline.ts"
import { broken } from "./broken.ts"
import { workspaceWith } from "./fixture.ts"
import { whole } from "./whole.ts"

const load = (workspace: string, more: Partial<LoadOptions> = {}) =>
  loadPipeline({ workspace, platform: "linux", home: "/home/me", ...more })

const said = ({ problems }: PipelineError) =>
  problems.map(({ column, field, fix, line, problem }) => `${line}:${column} ${field}: ${problem} > ${fix}`)

const fileName = "deputize.build.yaml"

const keys = ["needs", "inputs", "outputs", "on", "env", "retry_on", "backoff", "skip_unless", "install", "steps", "nx"]
const someOf = (names: ReadonlyArray<string>) =>
  Schema.Struct(Object.fromEntries(names.map((name) => [name, Schema.optionalKey(Schema.Json)])))
const Odd = Schema.Struct({ root: someOf(["name", "env", "checks", "install", "steps"]), step: someOf(keys) })

const defaults = {
  needs: [],
  inputs: null,
  outputs: [],
  retry: { retries: 2, initialMs: 1_000, factor: 2, maxMs: 30_000, exitCodes: null, patterns: [] },
  timeoutMs: null,
  silentMs: 60_000,
  env: {},
  skipUnless: null,
  continueOnError: false
}

describe("a broken pipeline file", () => {
  for (const { problems, text, what } of broken) {
    it.effect(`says all that is wrong with ${what}`, () =>
      Effect.gen(function* () {
        expect(said(yield* Effect.flip(parsePipeline(text, fileName)))).toStrictEqual(problems)
      })
    )
  }

  it.effect("is one message with every place, and names each fix", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(
        parsePipeline("steps:\n  - id: a\n    timeout: 5\n    nx: b\n    run: c\n", fileName)
      )
      expect({ message: error.message, hint: error.hint }).toStrictEqual({
        message: [
          "the pipeline has 2 problems, and nothing was run",
          `  ${fileName}:3:14: steps[0].timeout: expected a duration such as 90s, 10m or 1h30m, found 5`,
          "    Write a number with ms, s, m, h or d, such as 90s, 10m or 1h30m.",
          `  ${fileName}:4:5: steps[0].nx: a step does one thing, and this has run and nx`,
          "    Keep one of them, or make steps of them with needs between."
        ].join("\n"),
        hint: "Correct them in the file and build again."
      })
    })
  )

  it.effect("spells out what could steer a terminal", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(parsePipeline('steps: []\n"\\e[2J": 1\n', fileName))
      expect(error.message).toContain("\\u{1b}[2J: unknown key")
    })
  )
})

describe("any text", () => {
  /** Whether every problem has a place in the text and a fix. */
  const isSound = (text: string, { problems }: PipelineError) => {
    const lines = text.split("\n").length
    return problems.every(({ column, fix, line, problem }) => {
      return line >= 1 && line <= lines && column >= 1 && problem !== "" && fix !== ""
    })
  }

  it.effect("cut off from a whole file loads, or says at which places it is broken", () =>
    Effect.gen(function* () {
      const lengths = Array.from({ length: Math.floor(whole.full.length / 5) }, (_, index) => index * 5)
      const outcomes = yield* Effect.forEach(lengths, (length) => {
        const text = whole.full.slice(0, length)
        return Effect.match(parsePipeline(text, fileName), {
          onFailure: (error) => (isSound(text, error) ? "refused" : text),
          onSuccess: () => "loaded"
        })
      })
      expect([...new Set(outcomes)].sort()).toStrictEqual(["loaded", "refused"])
    })
  )

  it.effect.prop("of a YAML mapping loads, or says at which places it is broken", [Odd], ([odd]) =>
    Effect.gen(function* () {
      const text = stringify({ steps: [{ id: "a", run: "x", ...odd.step }], ...odd.root })
      const error = yield* Effect.match(parsePipeline(text, fileName), {
        onFailure: (error) => error,
        onSuccess: () => null
      })
      expect(error === null || isSound(text, error)).toBe(true)
    })
  )
})

describe("a file that cannot be read", () => {
  const refusals: ReadonlyArray<readonly [string, Uint8Array | string, ReadonlyArray<string>]> = [
    [
      "is not UTF-8 at a place",
      Uint8Array.from([...Buffer.from("name: x\ntitle: "), 0xc3, 0x28]),
      ["2:8 : is not UTF-8 here > Save it as UTF-8."]
    ],
    [
      "is larger than any pipeline",
      "#".repeat(300_000),
      ["0:0 : is 300000 bytes, more than 262144 > Move what is long into scripts of its own."]
    ]
  ]
  for (const [what, content, problems] of refusals) {
    it.effect(what, () =>
      Effect.gen(function* () {
        const folder = yield* workspaceWith({ [fileName]: content })
        expect(said(yield* Effect.flip(load(folder)))).toStrictEqual(problems)
      })
    )
  }

  it.effect("may be a folder, a device or missing", () =>
    Effect.gen(function* () {
      const folder = yield* workspaceWith({ "pipelines/a.yaml": "" })
      symlinkSync("/dev/null", join(folder, "null.yaml"))
      const fix = "Put a pipeline file there."
      expect(said(yield* Effect.flip(load(folder, { file: "pipelines" })))).toStrictEqual([
        `0:0 : is not a regular file > ${fix}`
      ])
      expect(said(yield* Effect.flip(load(folder, { file: "null.yaml" })))).toStrictEqual([
        `0:0 : is not a regular file > ${fix}`
      ])
      const missing = yield* Effect.flip(load(folder, { file: "none.yaml" }))
      expect([missing.message, missing.hint]).toStrictEqual([
        "none.yaml: is not there",
        "Give the path of a pipeline file, or write one with deputize build --init."
      ])
    })
  )
})

describe("the pipeline of a workspace", () => {
  it.effect("is that of deputize.build.yaml, or of deputize.build.yml", () =>
    Effect.gen(function* () {
      const text = "steps: [{id: a, run: x}]\n"
      const first = yield* load(yield* workspaceWith({ [fileName]: text }))
      const second = yield* load(yield* workspaceWith({ "deputize.build.yml": `\uFEFF${text}` }))
      expect([first, second].map(({ steps }) => steps.map(({ id }) => id))).toStrictEqual([["a"], ["a"]])
    })
  )

  it.effect("is not guessed where there are both", () =>
    Effect.gen(function* () {
      const folder = yield* workspaceWith({ [fileName]: "", "deputize.build.yml": "" })
      expect((yield* Effect.flip(load(folder))).message).toBe("deputize.build.yml: stands beside deputize.build.yaml")
    })
  )

  it.effect("is one Nx step of all projects where there is no file in an Nx workspace", () =>
    Effect.gen(function* () {
      const folder = yield* workspaceWith({ "package.json": '{"devDependencies":{"nx":"24.0.6"}}' })
      const { file, steps } = yield* load(folder)
      expect({ file, steps }).toStrictEqual({
        file: null,
        steps: [
          {
            ...defaults,
            _tag: "Nx",
            id: "build",
            title: "Build all projects",
            cache: "nx",
            cwd: folder,
            line: 0,
            targets: ["build"],
            projects: null,
            configuration: null,
            parallel: null
          }
        ]
      })
    })
  )

  it.effect("has to be written where there is neither", () =>
    Effect.gen(function* () {
      const folder = yield* workspaceWith({ "package.json": "{}" })
      const error = yield* Effect.flip(load(folder))
      expect([error.message, error.hint]).toStrictEqual([
        "deputize.build.yaml: is not there",
        "Write a first one with deputize build --init."
      ])
    })
  )

  it.effect("has the defaults of a step that says only what it runs", () =>
    Effect.gen(function* () {
      const folder = yield* workspaceWith({ [fileName]: "name: x\nsteps:\n  - id: a\n    run: make all\n" })
      expect(yield* load(folder)).toStrictEqual({
        name: "x",
        file: join(folder, fileName),
        workspace: folder,
        env: {},
        checks: { tools: [], diskBytes: null, memoryBytes: null, ports: [], network: [] },
        steps: [
          {
            ...defaults,
            _tag: "Run",
            id: "a",
            title: "a",
            cache: "never",
            cwd: folder,
            line: 3,
            command: { _tag: "Shell", line: "make all" }
          }
        ],
        logsDir: null
      })
    })
  )

  it.effect("takes everything that can be said", () =>
    Effect.gen(function* () {
      const folder = yield* workspaceWith({ [fileName]: whole.full })
      const { checks, env, logsDir, name, steps } = yield* load(folder)
      expect({ checks, env, logsDir, name }).toStrictEqual({
        checks: {
          tools: [
            { name: "cargo", version: ">=1.75", args: ["--version"], severity: "error" },
            { name: "ninja", version: "1.10", args: ["-v"], severity: "warning" }
          ],
          diskBytes: { least: 10_000_000_000, severity: "error" },
          memoryBytes: { least: 536_870_912, severity: "warning" },
          ports: [8080],
          network: ["registry.npmjs.org:443"]
        },
        env: { A: "1", B: "1.80", C: "true" },
        logsDir: "/home/me/logs",
        name: basenameOf(folder)
      })
      const retry = { ...defaults.retry, initialMs: 500, factor: 3, maxMs: 60_000, exitCodes: [7], patterns: ["ETIME"] }
      expect(steps).toStrictEqual([
        {
          ...defaults,
          _tag: "Run",
          id: "compile",
          title: "Compile",
          inputs: ["src/**"],
          outputs: ["dist"],
          cache: "content",
          retry: { ...retry, retries: 5 },
          timeoutMs: 5_400_000,
          silentMs: 1_500,
          env: { D: "0x1F" },
          cwd: join(folder, "sub"),
          skipUnless: { _tag: "Env", name: "CI", value: "a=b" },
          continueOnError: true,
          line: 13,
          command: { _tag: "Argv", argv: ["make", "-j", "4"] }
        },
        {
          ...defaults,
          _tag: "Nx",
          id: "nx",
          title: "nx",
          needs: ["compile"],
          cache: "nx",
          cwd: folder,
          line: 27,
          skipUnless: { _tag: "Exists", path: join(folder, "nx.json") },
          targets: ["build", "test"],
          projects: ["a"],
          configuration: "production",
          parallel: 3
        },
        {
          ...defaults,
          _tag: "Install",
          id: "install",
          title: "install",
          needs: ["compile", "nx"],
          cache: "never",
          cwd: folder,
          line: 32,
          install: {
            prefix: "/home/me/tools",
            name: "x",
            from: {
              _tag: "Files",
              files: [
                { from: "out/x", to: "bin/x", mode: 0o755 },
                { from: "share", to: "", mode: null }
              ]
            },
            bin: { x: "bin/x" },
            verify: { _tag: "Argv", argv: ["x", "--version"] },
            keep: 1,
            agents: join(folder, "agents")
          }
        }
      ])
    })
  )

  it.effect("installs the built file of each command where it names no files", () =>
    Effect.gen(function* () {
      const text = "name: my tool\ninstall: {bin: {t: target/release/tool}}\n"
      const { steps } = yield* load(yield* workspaceWith({ [fileName]: text }))
      expect(steps.map((step) => step._tag === "Install" && step.install)).toStrictEqual([
        {
          prefix: "/home/me/.deputize",
          name: "my-tool",
          from: { _tag: "Files", files: [{ from: "target/release/tool", to: "bin/tool", mode: 0o755 }] },
          bin: { t: "bin/tool" },
          verify: null,
          keep: 3,
          agents: null
        }
      ])
    })
  )

  it.effect("makes groups flat: members need what their group does, and have its folder and variables", () =>
    Effect.gen(function* () {
      const folder = yield* workspaceWith({ [fileName]: whole.grouped })
      const { steps } = yield* load(folder)
      expect(steps.map(({ cwd, env, id, needs }) => ({ id, needs, env, cwd }))).toStrictEqual([
        { id: "clean", needs: [], env: {}, cwd: folder },
        { id: "g/clean", needs: ["clean"], env: { A: "g", B: "g" }, cwd: join(folder, "sub") },
        { id: "g/h/one", needs: ["g/clean", "clean"], env: { A: "one", B: "g" }, cwd: join(folder, "other") },
        { id: "test", needs: ["g/clean", "g/h/one"], env: {}, cwd: folder }
      ])
    })
  )

  it.effect("differs by platform, and leaves out steps without breaking the order of the others", () =>
    Effect.gen(function* () {
      const folder = yield* workspaceWith({ [fileName]: whole.platforms })
      const on = (platform: string) =>
        Effect.map(load(folder, { platform }), ({ steps }) =>
          steps.map((step) => ({
            id: step.id,
            needs: step.needs,
            env: step.env,
            line: step._tag === "Run" && step.command._tag === "Shell" ? step.command.line : step._tag
          }))
        )
      expect(yield* on("linux")).toStrictEqual([
        { id: "a", needs: [], env: { X: "1", Y: "1" }, line: "make" },
        { id: "b", needs: ["a"], env: {}, line: "sign" },
        { id: "c", needs: ["b"], env: {}, line: "ship" }
      ])
      expect(yield* on("win32")).toStrictEqual([
        { id: "a", needs: [], env: { X: "2.50", Y: "1" }, line: "nmake" },
        { id: "c", needs: ["a"], env: {}, line: "Nx" }
      ])
      expect((yield* on("darwin")).map(({ id }) => id)).toStrictEqual(["a", "b", "c"])
    })
  )

  it.effect("must have a step for the platform", () =>
    Effect.gen(function* () {
      const folder = yield* workspaceWith({ [fileName]: "steps: [{id: a, run: x, on: {linux: null}}]\n" })
      expect((yield* Effect.flip(load(folder))).message).toBe("deputize.build.yaml: has no step for linux")
    })
  )
})

const basenameOf = (path: string) => path.slice(path.lastIndexOf("/") + 1)
