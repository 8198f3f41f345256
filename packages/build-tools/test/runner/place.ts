/**
 * A workspace with a state folder of its own, and builds in it with live services.
 */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Processes } from "@deputize/core/process/Processes"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Fingerprints } from "../../src/fingerprint/Fingerprints.ts"
import type { Step } from "../../src/pipeline/Pipeline.ts"
import { BuildRecord } from "../../src/record/BuildRecord.ts"
import { build } from "../../src/runner/Build.ts"
import type { BuildNotice } from "../../src/runner/BuildNotice.ts"
import type { BuildOptions } from "../../src/runner/BuildOptions.ts"
import type { BuildResult } from "../../src/runner/BuildResult.ts"
import { pipelineOf } from "../testing/steps.ts"

export interface Place {
  readonly workspace: string
  readonly options: BuildOptions
  /** Appends a line for each start, as steps do with `echo NAME >>starts`. */
  readonly starts: () => ReadonlyArray<string>
  readonly write: (path: string, text: string) => void
  readonly read: (path: string) => string
}

export const withPlace = <A, E>(body: (place: Place) => Effect.Effect<A, E>): Effect.Effect<A, E> =>
  Effect.acquireUseRelease(
    Effect.sync(() => {
      const folder = realpathSync(mkdtempSync(join(tmpdir(), "deputize-build-")))
      const workspace = join(folder, "work")
      mkdirSync(workspace)
      return { folder, workspace }
    }),
    ({ folder, workspace }) =>
      body({
        workspace,
        options: {
          steps: [],
          resume: false,
          fresh: false,
          skipClean: false,
          release: false,
          native: false,
          parallel: 4,
          prefix: null,
          wait: true,
          env: { PATH: process.env["PATH"] ?? "", STARTS: join(folder, "starts") },
          folder: join(folder, "state")
        },
        starts: () => {
          const file = join(folder, "starts")
          if (!existsSync(file)) return []
          const lines = readFileSync(file, "utf8").split("\n").slice(0, -1)
          rmSync(file)
          return lines
        },
        write: (path, text) => writeFileSync(join(workspace, path), text),
        read: (path) => readFileSync(join(workspace, path), "utf8")
      }),
    ({ folder }) => Effect.sync(() => rmSync(folder, { recursive: true, force: true }))
  )

export const services = ({ options: { folder }, workspace }: Place) =>
  Layer.mergeAll(
    Processes.layer({ folder: join(folder, "processes"), owner: "test" }),
    Fingerprints.layer({ folder, workspace }),
    BuildRecord.layer(folder)
  )

export const run = (
  place: Place,
  steps: ReadonlyArray<Step>,
  more: Partial<BuildOptions> = {},
  onNotice: (notice: BuildNotice) => void = () => undefined
) =>
  build(pipelineOf(place.workspace, steps), { ...place.options, ...more }, onNotice).pipe(
    Effect.provide(services(place), { local: true })
  )

/** How each step ended. */
export const outcomes = ({ steps }: BuildResult): Readonly<Record<string, string>> =>
  Object.fromEntries(steps.map(({ id, outcome }) => [id, outcome._tag]))
