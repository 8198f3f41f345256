/**
 * Tools that a program brings along, beside those that there are: an agent has one when its definition names it. Of a
 * name that both have, the program's is taken.
 */
import * as Context from "effect/Context"
import * as Layer from "effect/Layer"
import type { AnyTool } from "./Tool.ts"

export const OwnTools = Context.Reference<ReadonlyArray<AnyTool>>("@deputize/core/tool/OwnTools", {
  defaultValue: () => []
})

export const layer = (tools: ReadonlyArray<AnyTool>): Layer.Layer<never> => Layer.succeed(OwnTools, tools)
