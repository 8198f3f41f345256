import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { initPipeline } from "../../src/pipeline/Init.ts"
import { parsePipeline } from "../../src/pipeline/ReadPipeline.ts"
import { workspaceWith } from "./fixture.ts"
import type { Files } from "./projects.ts"

const tools = Object.fromEntries(
  ["node", "npm", "pnpm", "yarn", "cmake", "go", "make"].map((name) => [name, `/${name}`])
)

/** What is run by each step, and what it makes. */
const drafted = (files: Files, platform = "linux") =>
  Effect.gen(function* () {
    const workspace = yield* workspaceWith(files)
    const { text } = yield* initPipeline({ workspace, tools, platform, env: {} })
    const { file } = yield* parsePipeline(text, "f")
    const steps = (file.steps ?? []).map(({ id, inputs, outputs, run }) => [id, run, inputs, outputs ?? []])
    return { steps, install: file.install ?? null }
  })

const all = ["**", "!deputize.build.yaml"]

const manifest = (fields: object) => ({ "package.json": JSON.stringify({ name: "x", ...fields }) })

describe("a draft for npm", () => {
  it.effect("installs dependencies by the lock file that is there", () =>
    Effect.gen(function* () {
      const fields = { dependencies: { a: "1" }, scripts: { build: "tsc", test: 'echo "no test specified"' } }
      const build = ["build", "tsc", all, []]
      const of = (files: Files) => Effect.map(drafted({ ...manifest(fields), ...files }), ({ steps }) => steps)
      expect(yield* of({ "package-lock.json": "{}" })).toStrictEqual([
        ["dependencies", "npm ci", ["package.json", "package-lock.json"], ["node_modules/.package-lock.json"]],
        build
      ])
      expect(yield* of({ "pnpm-lock.yaml": "" })).toStrictEqual([
        [
          "dependencies",
          "pnpm install --frozen-lockfile",
          ["package.json", "pnpm-lock.yaml"],
          ["node_modules/.modules.yaml"]
        ],
        build
      ])
      expect(yield* of({})).toStrictEqual([
        ["dependencies", "npm install", ["package.json"], ["node_modules/.package-lock.json"]],
        build
      ])
    })
  )

  it.effect("runs a script by npm only where npm does more than run it", () =>
    Effect.gen(function* () {
      const scripts = { build: "tsc", prebuild: "x", test: "echo $npm_package_name" }
      const { steps } = yield* drafted(manifest({ scripts }))
      expect(steps.map(([id, run]) => [id, run])).toStrictEqual([
        ["build", "npm run build"],
        ["verify", "npm run test"]
      ])
    })
  )

  it.effect("takes for outputs what is published and is no source", () =>
    Effect.gen(function* () {
      const { install, steps } = yield* drafted({
        ...manifest({
          main: "./lib/a.js",
          bin: "bin/x.js",
          exports: { ".": { types: "./types/a.d.ts" } },
          scripts: { build: "tsc" }
        }),
        "tsconfig.json": '{"compilerOptions":{"outDir":"./dist/"}}'
      })
      expect({ outputs: steps.at(-1)?.[3], install }).toStrictEqual({
        outputs: ["dist", "lib", "types"],
        install: { npm: ["."] }
      })
    })
  )

  it.effect("looks at least whether Node can read what needs no build", () =>
    Effect.gen(function* () {
      const { steps } = yield* drafted(manifest({ bin: { x: "./cli.js" } }))
      expect(steps).toStrictEqual([["build", "node --check ./cli.js", all, []]])
    })
  )
})

describe("a draft for make", () => {
  it.effect("states no outputs where a Makefile does not name them plainly", () =>
    Effect.gen(function* () {
      const { install, steps } = yield* drafted({
        Makefile: ".PHONY: all\nall: $(wildcard *.x) sub\n\nsub:\n\tmake -C sub\n"
      })
      const sources = ["**", "!**/*.o", "!**/*.d", "!**/*.a", "!deputize.build.yaml"]
      expect({ steps, install }).toStrictEqual({ steps: [["build", "make", sources, []]], install: null })
    })
  )

  it.effect("takes the first target for the program, and check for its tests", () =>
    Effect.gen(function* () {
      const { install, steps } = yield* drafted({
        Makefile: "X = tool\n$(X): a.c\n\tcc -o $@ $<\ncheck: $(X)\n\t./tool\n"
      })
      expect({ steps: steps.map(([id, run]) => [id, run]), install }).toStrictEqual({
        steps: [
          ["clean", "rm -f tool"],
          ["build", "make"],
          ["verify", "make check"]
        ],
        install: { bin: { tool: "tool" } }
      })
    })
  )
})

describe("a draft on Windows", () => {
  it.effect("has programs with their ending, and commands of its shell", () =>
    Effect.gen(function* () {
      const files = { "go.mod": "module a/tool\n", "main.go": "package main\n" }
      const { install, steps } = yield* drafted(files, "win32")
      expect({ clean: steps[0]?.[1], outputs: steps[1]?.[3], install }).toStrictEqual({
        clean: "(if exist bin\\tool.exe del /q bin\\tool.exe)",
        outputs: ["bin/tool.exe"],
        install: { bin: { tool: "bin/tool.exe" } }
      })
    })
  )
})
