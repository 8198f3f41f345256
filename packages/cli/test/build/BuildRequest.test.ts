import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import type { BuildPlace } from "../../src/build/BuildPlace.ts"
import { buildRequest } from "../../src/build/BuildRequest.ts"
import { invoke } from "./Front.ts"

const place: BuildPlace = {
  workspace: "/work/shop",
  base: "/work/shop/packages",
  folder: "/state/shop/build",
  processes: "/state/processes",
  platform: "linux",
  home: "/home/ada"
}

/** Without the environment, which is that of the tests. */
const requestOf = (...words: ReadonlyArray<string>) =>
  Effect.map(buildRequest(invoke("build", ...words), place), ({ file, options: { env: _, ...options } }) => ({
    file,
    options
  }))

const plain = {
  steps: [],
  resume: false,
  fresh: false,
  skipClean: false,
  release: false,
  native: false,
  parallel: "auto",
  prefix: null,
  wait: true,
  folder: "/state/shop/build"
}

describe("what a command line asks of a build", () => {
  it.effect("is everything in the workspace's own pipeline without a word", () =>
    Effect.gen(function* () {
      expect(yield* requestOf()).toStrictEqual({ file: undefined, options: plain })
    })
  )

  it.effect("tells a pipeline's file from a step by how its name ends", () =>
    Effect.gen(function* () {
      const found = yield* Effect.all([
        requestOf("ci/release.YML", "compile", "test"),
        requestOf("compile", "ci.yaml"),
        requestOf("/etc/ci.yaml")
      ])
      expect(found.map(({ file, options: { steps } }) => [file, steps])).toStrictEqual([
        ["/work/shop/packages/ci/release.YML", ["compile", "test"]],
        [undefined, ["compile", "ci.yaml"]],
        ["/etc/ci.yaml", []]
      ])
    })
  )

  it.effect("has every flag", () =>
    Effect.gen(function* () {
      const words = ["--resume", "--skip-clean", "--release", "--native", "--no-wait", "--parallel", "4"]
      expect((yield* requestOf(...words, "--prefix", "out")).options).toStrictEqual({
        ...plain,
        resume: true,
        skipClean: true,
        release: true,
        native: true,
        parallel: 4,
        prefix: "/work/shop/packages/out",
        wait: false
      })
      expect((yield* requestOf("--fresh", "--parallel", "auto")).options).toStrictEqual({ ...plain, fresh: true })
    })
  )

  it.effect("looks at the one step that is to be explained", () =>
    Effect.gen(function* () {
      expect((yield* requestOf("--explain", "release/sign")).options.steps).toStrictEqual(["release/sign"])
    })
  )

  it.effect("is refused where it contradicts itself or makes no sense", () =>
    Effect.gen(function* () {
      const refusals = yield* Effect.forEach(
        [
          ["--resume", "--fresh"],
          ["--dry-run", "--explain", "test"],
          ["--parallel", "0"],
          ["--parallel", "two"],
          ["--prefix", ""]
        ],
        (words) => Effect.map(Effect.flip(requestOf(...words)), ({ message }) => message)
      )
      expect(refusals).toStrictEqual([
        "--resume and --fresh are both given",
        "--dry-run and --explain are both given",
        '--parallel is "0", but it can only be auto or a number from 1 to 1024',
        '--parallel is "two", but it can only be auto or a number from 1 to 1024',
        "--prefix is empty"
      ])
    })
  )
})
