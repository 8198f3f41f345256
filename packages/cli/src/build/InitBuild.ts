/**
 * `--init`: writes a first pipeline for what the workspace is, with the tools that are found.
 */
import { findProgram } from "@deputize/build-tools/checks/FindProgram"
import { initPipeline, initTools, writeFirstPipeline } from "@deputize/build-tools/pipeline/Init"
import * as Effect from "effect/Effect"
import type { Invocation } from "../command/Invocation.ts"
import { checkEnvironment } from "../config/Environment.ts"
import { ExitCode } from "../ExitCode.ts"
import { snakeJsonText } from "../render/Json.ts"
import { Output } from "../render/Output.ts"
import { visible } from "../render/Width.ts"
import type { BuildPlace } from "./BuildPlace.ts"

export const initBuild = Effect.fn("initBuild")(function* (
  invocation: Invocation,
  { platform, workspace }: BuildPlace
) {
  const { data } = yield* Output
  const env = checkEnvironment([])
  const tools = Object.fromEntries(
    initTools.flatMap((name) => {
      const path = findProgram(name, env.PATH ?? "")
      return path === undefined ? [] : [[name, path]]
    })
  )
  const first = yield* initPipeline({ workspace, tools, platform, env })
  yield* writeFirstPipeline(first)
  const { file, kind } = first
  const said = `wrote ${file} for ${kind}; look it through, then see what it would do: deputize build --dry-run\n`
  yield* data.write(invocation.json ? snakeJsonText({ schemaVersion: 1, file, kind }) : visible(said))
  return ExitCode.ok
})
