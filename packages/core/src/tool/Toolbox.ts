/**
 * The tools that there are, by the names that definitions of any format call them (ToolNames).
 */
import type { JsonSchema } from "effect/JsonSchema"
import * as Schema from "effect/Schema"
import type { ToolSpec } from "../model/Model.ts"
import type { AnyTool } from "./Tool.ts"
import { canonicalName } from "./ToolNames.ts"
import { applyPatch } from "./tools/applyPatch.ts"
import { deleteFile } from "./tools/deleteFile.ts"
import { edit } from "./tools/edit.ts"
import { git } from "./tools/git.ts"
import { glob } from "./tools/glob.ts"
import { grep } from "./tools/grep.ts"
import { interruptAgent } from "./tools/interruptAgent.ts"
import { listAgents } from "./tools/listAgents.ts"
import { listDir } from "./tools/listDir.ts"
import { loadSkill } from "./tools/loadSkill.ts"
import { readBoard } from "./tools/readBoard.ts"
import { readFile } from "./tools/readFile.ts"
import { sendMessage } from "./tools/sendMessage.ts"
import { spawnAgent } from "./tools/spawnAgent.ts"
import { updatePlan } from "./tools/updatePlan.ts"
import { wait } from "./tools/wait.ts"
import { writeBoard } from "./tools/writeBoard.ts"
import { writeFile } from "./tools/writeFile.ts"

export interface Toolbox {
  readonly tools: ReadonlyArray<AnyTool>
  /** Names that nothing here answers to, as they were given. */
  readonly missing: ReadonlyArray<string>
}

/** Each tool once, in the order of `names`. `own` are the program's (OwnTools), which come before those of the same name. */
export const toolbox = (names: ReadonlyArray<string>, own: ReadonlyArray<AnyTool> = []): Toolbox => {
  const tools = new Set<AnyTool>()
  const missing = new Set<string>()
  for (const name of names) {
    const canonical = canonicalName(name)
    const tool =
      own.find((each) => each.name === name.trim() || each.name === canonical) ??
      provided.find((each) => each.name === canonical)
    if (tool === undefined) missing.add(name)
    else tools.add(tool)
  }
  return { tools: [...tools], missing: [...missing] }
}

/** What the model is told of the tools. */
export const specs = (tools: ReadonlyArray<AnyTool>): ReadonlyArray<ToolSpec> => tools.map(specOf)

// internal

/** Made once for each tool: a run of a thousand agents tells all of them the same. */
const specOf = (tool: AnyTool): ToolSpec => {
  const known = knownSpecs.get(tool)
  if (known !== undefined) return known
  const spec: ToolSpec = {
    name: tool.name,
    description: tool.description,
    parameters: brief(Schema.toJsonSchemaDocument(tool.parameters, { onExcessProperty: "ignore" }).schema)
  }
  knownSpecs.set(tool, spec)
  return spec
}

/**
 * Without what says nothing: that other fields may come (the runner refuses them and tells which there are), and that
 * whole numbers are no larger than such numbers can be.
 */
const brief = (schema: JsonSchema): JsonSchema =>
  JSON.parse(JSON.stringify(schema, (key, value) => (isIdle(key, value) ? undefined : value)))

const isIdle = (key: string, value: unknown): boolean =>
  (key === "additionalProperties" && value === true) ||
  (key === "minimum" && value === Number.MIN_SAFE_INTEGER) ||
  (key === "maximum" && value === Number.MAX_SAFE_INTEGER)

const knownSpecs = new WeakMap<AnyTool, ToolSpec>()

const provided: ReadonlyArray<AnyTool> = [
  readFile,
  listDir,
  glob,
  grep,
  git,
  writeFile,
  edit,
  applyPatch,
  deleteFile,
  updatePlan,
  loadSkill,
  spawnAgent,
  wait,
  sendMessage,
  listAgents,
  interruptAgent,
  readBoard,
  writeBoard
]
