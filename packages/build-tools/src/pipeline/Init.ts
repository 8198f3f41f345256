/**
 * Drafts the first pipeline of a workspace from what it is and with the tools that were found, and writes it where there
 * is none yet.
 */

import { closeSync, fsyncSync, openSync, realpathSync, writeFileSync } from "node:fs"
import { basename, join } from "node:path"
import { codeOrText } from "@deputize/core/internal/domain/SystemCode"
import * as Effect from "effect/Effect"
import { cargoPipeline } from "./init/Cargo.ts"
import { cmakePipeline } from "./init/CMake.ts"
import { type FirstPipeline, textOf } from "./init/FirstPipeline.ts"
import { goPipeline } from "./init/Go.ts"
import { makefiles, makePipeline } from "./init/Make.ts"
import { npmPipeline } from "./init/Npm.ts"
import { nxPipeline } from "./init/Nx.ts"
import { has, hasTool, type Project } from "./init/Project.ts"
import { fileNames } from "./LoadPipeline.ts"
import { isNxWorkspace } from "./NxWorkspace.ts"
import { PipelineError } from "./PipelineError.ts"
import { parsePipeline } from "./ReadPipeline.ts"

export type ProjectKind = "nx" | "cargo" | "cmake" | "go" | "npm" | "make"

export interface FirstFile {
  readonly kind: ProjectKind
  /** Absolute path of the file that it is for. */
  readonly file: string
  readonly text: string
}

/** Programs that a caller looks for on PATH, for `Project.tools`. */
export const initTools: ReadonlyArray<string> = [
  "node",
  "npm",
  "pnpm",
  "yarn",
  "cargo",
  "rustc",
  "ld.lld",
  "cmake",
  "ninja",
  "go",
  "make"
]

/** Writes nothing. Fails where there is a pipeline already, no project that is known, or no tool for it. */
export const initPipeline = Effect.fn("Init.draft")(function* (asked: Project) {
  const project = { ...asked, workspace: realpathSync(asked.workspace) }
  const existing = fileNames.find((name) => has(project, name))
  if (existing !== undefined) return yield* refusal(existing, "is there already", "Edit it, or remove it first.")
  const found = kinds.filter(({ isThere }) => isThere(project))
  const chosen = found.find(({ tool }) => hasTool(project, tool))
  if (chosen === undefined) {
    const [first] = found
    return yield* first === undefined
      ? refusal(
          fileNames[0],
          `cannot be drafted: there is no ${marks} here`,
          "Write one with steps of an id and a run."
        )
      : refusal(
          fileNames[0],
          `cannot be drafted: ${first.tool} was not found`,
          `Install ${first.tool}, or put it on PATH.`
        )
  }
  const pipeline = yield* chosen.draft(project, basename(project.workspace))
  const text = textOf(pipeline)
  yield* parsePipeline(text, fileNames[0])
  return { kind: chosen.kind, file: join(project.workspace, fileNames[0]), text } satisfies FirstFile
})

/** Never over a file that is there, whoever has put it there meanwhile. */
export const writeFirstPipeline = ({ file, text }: Pick<FirstFile, "file" | "text">) =>
  Effect.try({
    try: () => {
      const descriptor = openSync(file, "wx", 0o644)
      try {
        writeFileSync(descriptor, text)
        fsyncSync(descriptor)
      } finally {
        closeSync(descriptor)
      }
    },
    catch: (thrown) => {
      const code = codeOrText(thrown)
      return code === "EEXIST"
        ? refusal(basename(file), "is there already", "Edit it, or remove it first.")
        : refusal(basename(file), `cannot be written (${code})`, "Make the workspace's folder writable.")
    }
  })

// internal

interface Kind {
  readonly kind: ProjectKind
  readonly isThere: (project: Project) => boolean
  /** Without it nothing of the kind can be built. */
  readonly tool: string
  readonly draft: (project: Project, name: string) => Effect.Effect<FirstPipeline, PipelineError>
}

const pure =
  (draft: (project: Project, name: string) => FirstPipeline): Kind["draft"] =>
  (project, name) =>
    Effect.sync(() => draft(project, name))

/** In the order in which one is chosen: what builds the others comes first. */
const kinds: ReadonlyArray<Kind> = [
  { kind: "nx", isThere: ({ workspace }) => isNxWorkspace(workspace), tool: "node", draft: pure(nxPipeline) },
  {
    kind: "cargo",
    isThere: (project) => has(project, "Cargo.toml"),
    tool: "cargo",
    draft: (project, name) =>
      Effect.flatMap(cargoPipeline(project, name), ({ pipeline, problem }) =>
        pipeline === null
          ? Effect.fail(refusal("Cargo.toml", `Cargo does not read it: ${problem}`, "Correct it, and try again."))
          : Effect.succeed(pipeline)
      )
  },
  { kind: "cmake", isThere: (project) => has(project, "CMakeLists.txt"), tool: "cmake", draft: pure(cmakePipeline) },
  { kind: "go", isThere: (project) => has(project, "go.mod"), tool: "go", draft: pure(goPipeline) },
  { kind: "npm", isThere: (project) => has(project, "package.json"), tool: "npm", draft: pure(npmPipeline) },
  {
    kind: "make",
    isThere: (project) => makefiles.some((file) => has(project, file)),
    tool: "make",
    draft: pure(makePipeline)
  }
]

const marks = "nx.json, Cargo.toml, CMakeLists.txt, go.mod, package.json or Makefile"

const refusal = (file: string, problem: string, fix: string): PipelineError =>
  new PipelineError({ problems: [{ file, line: 0, column: 0, field: "", problem, fix }] })
