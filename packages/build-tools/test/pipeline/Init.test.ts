import { spawnSync } from "node:child_process"
import { existsSync, mkdirSync, readFileSync, symlinkSync } from "node:fs"
import { homedir } from "node:os"
import { join } from "node:path"
import { Processes } from "@deputize/core/process/Processes"
import { describe, expect, it } from "@effect/vitest"
import { Ajv2020 } from "ajv/dist/2020.js"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { parse } from "yaml"
import { findProgram } from "../../src/checks/FindProgram.ts"
import { Fingerprints } from "../../src/fingerprint/Fingerprints.ts"
import { initPipeline, initTools, writeFirstPipeline } from "../../src/pipeline/Init.ts"
import { cargoVariables } from "../../src/pipeline/init/Cargo.ts"
import { pipelineJsonSchema } from "../../src/pipeline/JsonSchema.ts"
import { loadPipeline } from "../../src/pipeline/LoadPipeline.ts"
import { BuildRecord } from "../../src/record/BuildRecord.ts"
import { build } from "../../src/runner/Build.ts"
import type { BuildResult } from "../../src/runner/BuildResult.ts"
import { workspaceWith } from "./fixture.ts"
import { cargoProject, cmakeProject, type Files, goProject, makeProject, npmProject, nxProject } from "./projects.ts"

/** Of this repository. */
const modules = join(import.meta.dirname, "../../../../node_modules")

const path = process.env.PATH ?? ""
const env = { PATH: path, HOME: homedir(), CARGO_NET_OFFLINE: "true", CARGO_TERM_COLOR: "never" }

/** A launcher of Rust's without a tool chain in this home is there, and runs nothing. */
const answers = (name: string, file: string): boolean =>
  !["cargo", "rustc"].includes(name) || spawnSync(file, ["--version"], { env }).status === 0

const found = Object.fromEntries(
  initTools.flatMap((name) => {
    const file = findProgram(name, path)
    return file === undefined || !answers(name, file) ? [] : [[name, file]]
  })
)

const draft = (workspace: string, tools: Readonly<Record<string, string>> = found) =>
  initPipeline({ workspace, tools, platform: "linux", env })

const accepts = new Ajv2020({ strict: true, strictTuples: false, allowUnionTypes: true }).compile(pipelineJsonSchema())

interface Sample {
  readonly kind: string
  readonly files: Files
  /** What it needs; none where nothing is run. */
  readonly tools: ReadonlyArray<string>
  readonly steps: Readonly<Record<string, string>>
}

const samples: ReadonlyArray<Sample> = [
  {
    kind: "cargo",
    files: cargoProject,
    tools: ["cargo"],
    steps: {
      clean: "rm -f target/release/greet",
      fetch: "cargo fetch",
      build: "cargo build --release --offline > target/release/greet",
      verify: "cargo test --offline",
      install: "greet"
    }
  },
  {
    kind: "cmake",
    files: cmakeProject,
    tools: ["cmake", "ninja"],
    steps: {
      clean: "cmake -E rm -rf build/bin",
      build:
        'cmake -S . -B build -G Ninja -DCMAKE_BUILD_TYPE=Release -DCMAKE_RUNTIME_OUTPUT_DIRECTORY="$PWD/build/bin" && cmake --build build > build/bin/greet',
      verify: "ctest --test-dir build --output-on-failure",
      install: "greet"
    }
  },
  {
    kind: "go",
    files: goProject,
    tools: ["go"],
    steps: {
      clean: "rm -f bin/greet bin/other",
      build: "go build -trimpath -o bin/ ./... > bin/greet, bin/other",
      verify: "go vet ./... && go test ./...",
      install: "greet, other"
    }
  },
  {
    kind: "make",
    files: makeProject,
    tools: ["make"],
    steps: { clean: "rm -f out/greet", build: "make > out/greet", verify: "make test", install: "greet" }
  },
  {
    kind: "npm",
    files: npmProject,
    tools: ["npm"],
    steps: {
      clean:
        'node -e "for (const path of process.argv.slice(1)) fs.rmSync(path, { recursive: true, force: true })" dist',
      build: "mkdir -p dist && cp src/greet.js dist/greet.js && chmod +x dist/greet.js > dist",
      verify: "node --test",
      install: ""
    }
  },
  {
    kind: "nx",
    files: nxProject,
    tools: ["node"],
    steps: { build: "nx build", verify: "nx test", install: "" }
  }
]

describe("a first pipeline", () => {
  for (const { files, kind, steps, tools } of samples) {
    it.live.skipIf(tools[0] === "cargo" && found.cargo === undefined)(
      `of a project of the kind ${kind} loads, is accepted by the JSON Schema, and has its steps`,
      () =>
        Effect.gen(function* () {
          const workspace = yield* workspaceWith(files)
          const first = yield* draft(workspace, { ...withFakes(tools), ...found })
          accepts(parse(first.text))
          expect({ kind: first.kind, problems: accepts.errors ?? [] }).toStrictEqual({ kind, problems: [] })
          yield* writeFirstPipeline(first)
          const pipeline = yield* loadPipeline({ workspace, platform: "linux", home: workspace })
          expect(Object.fromEntries(pipeline.steps.map((step) => [step.id, shown(step)]))).toStrictEqual(steps)
        })
    )
  }

  for (const { files, kind, tools } of samples) {
    it.live.skipIf(tools.some((tool) => found[tool] === undefined))(
      `of a project of the kind ${kind} builds, tests and installs it, and has nothing to do the second time`,
      () =>
        Effect.gen(function* () {
          const workspace = yield* workspaceWith(files)
          const state = yield* workspaceWith({})
          if (kind === "nx") {
            mkdirSync(join(workspace, "node_modules"))
            symlinkSync(join(modules, "nx"), join(workspace, "node_modules", "nx"))
          }
          yield* writeFirstPipeline(yield* draft(workspace))
          const first = yield* built(workspace, state)
          const failures = first.steps.flatMap(({ id, log, outcome }) =>
            outcome._tag === "Failed"
              ? [`${id}: ${outcome.problem}\n${log === null ? "" : readFileSync(log, "utf8")}`]
              : []
          )
          expect({ failures, status: first.status }).toStrictEqual({ failures: [], status: "completed" })
          expect(existsSync(join(state, "home", ".deputize", "bin", "greet"))).toBe(true)
          expect((yield* built(workspace, state)).status).toBe("nothing-to-do")
        }),
      120_000
    )
  }

  it.live("is never written over one that is there", () =>
    Effect.gen(function* () {
      const workspace = yield* workspaceWith({ ...makeProject, "deputize.build.yml": "" })
      expect((yield* Effect.flip(draft(workspace, { make: "/bin/make" }))).message).toBe(
        "deputize.build.yml: is there already"
      )
      const file = join(workspace, "deputize.build.yml")
      expect((yield* Effect.flip(writeFirstPipeline({ file, text: "steps: []" }))).message).toBe(
        "deputize.build.yml: is there already"
      )
      expect(readFileSync(file, "utf8")).toBe("")
    })
  )

  it.live("is drafted only with tools that were found", () =>
    Effect.gen(function* () {
      const workspace = yield* workspaceWith({ ...cmakeProject, Makefile: makeProject.Makefile ?? "" })
      expect((yield* draft(workspace, { cmake: "/bin/cmake", make: "/bin/make" })).text).not.toContain("Ninja")
      expect((yield* draft(workspace, { make: "/bin/make" })).kind).toBe("make")
      const error = yield* Effect.flip(draft(workspace, {}))
      expect([error.message, error.hint]).toStrictEqual([
        "deputize.build.yaml: cannot be drafted: cmake was not found",
        "Install cmake, or put it on PATH."
      ])
    })
  )

  it.live("cannot be drafted for nothing", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(draft(yield* workspaceWith({ "notes.md": "" })))
      expect(error.message).toBe(
        "deputize.build.yaml: cannot be drafted: there is no nx.json, Cargo.toml, CMakeLists.txt, go.mod, package.json or Makefile here"
      )
    })
  )

  it.live.skipIf(found.cargo === undefined)("tells what Cargo says of a Cargo.toml that it does not read", () =>
    Effect.gen(function* () {
      const workspace = yield* workspaceWith({ "Cargo.toml": "[package\n" })
      expect((yield* Effect.flip(draft(workspace))).message).toContain("Cargo.toml: Cargo does not read it: error")
    })
  )

  it("has the settings of Cargo that make builds fast, with lld only where it was found", () => {
    const settings = (hasLld: boolean) =>
      Object.fromEntries(cargoVariables("x86_64-unknown-linux-gnu", hasLld).map(({ name, value }) => [name, value]))
    const always = {
      CARGO_PROFILE_DEV_INCREMENTAL: "true",
      CARGO_PROFILE_RELEASE_LTO: "thin",
      CARGO_PROFILE_RELEASE_CODEGEN_UNITS: "1",
      CARGO_PROFILE_RELEASE_STRIP: "symbols"
    }
    expect([settings(false), settings(true)]).toStrictEqual([
      always,
      { ...always, CARGO_TARGET_X86_64_UNKNOWN_LINUX_GNU_RUSTFLAGS: "-Clink-arg=-fuse-ld=lld" }
    ])
  })
})

const withFakes = (tools: ReadonlyArray<string>) => Object.fromEntries(tools.map((tool) => [tool, `/none/${tool}`]))

const shown = (step: BuildStep): string => {
  const outputs = step.outputs.length === 0 ? "" : ` > ${step.outputs.join(", ")}`
  if (step._tag === "Nx") return `nx ${step.targets.join(", ")}`
  if (step._tag === "Install") return Object.keys(step.install.bin).join(", ")
  return (step.command._tag === "Shell" ? step.command.line : step.command.argv.join(" ")) + outputs
}

type BuildStep = Parameters<typeof build>[0]["steps"][number]

const built = (workspace: string, state: string): Effect.Effect<BuildResult, unknown> =>
  Effect.gen(function* () {
    const pipeline = yield* loadPipeline({ workspace, platform: process.platform, home: join(state, "home") })
    const options = {
      steps: [],
      resume: false,
      fresh: false,
      skipClean: false,
      release: false,
      native: false,
      parallel: 2,
      prefix: null,
      wait: true,
      env,
      folder: join(state, "build")
    }
    return yield* build(pipeline, options, () => undefined)
  }).pipe(
    Effect.provide(
      Layer.mergeAll(
        Processes.layer({ folder: join(state, "processes"), owner: "test" }),
        Fingerprints.layer({ folder: join(state, "build"), workspace }),
        BuildRecord.layer(join(state, "build"))
      ),
      { local: true }
    )
  )
