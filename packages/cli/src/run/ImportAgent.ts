/**
 * Takes a definition of any format over into the workspace, as a file of our own.
 */
import { resolve } from "node:path"
import { AgentDefinition, AgentName, agentName } from "@deputize/core/definition/AgentDefinition"
import { AgentLoader } from "@deputize/core/definition/AgentLoader"
import { readDefinition } from "@deputize/core/definition/ReadDefinition"
import { placed } from "@deputize/core/document/PlacedProblem"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { usageError } from "../command/UsageError.ts"
import { writeNewFile } from "../values/NewFile.ts"
import type { Workspace } from "../values/Workspace.ts"

export interface Imported {
  readonly name: string
  /** Relative to the workspace. */
  readonly path: string
  /** The format that it was written in. */
  readonly format: string
  /** `FILE:LINE:COL: …` of each thing that means something else now, or nothing. */
  readonly warnings: ReadonlyArray<string>
}

export const importAgent = Effect.fnUntraced(function* (
  { base, root }: Workspace,
  file: string,
  options: { readonly as: string | undefined; readonly force: boolean }
) {
  const { definition, format, warnings } = yield* readDefinition(resolve(base, file), file)
  const named = options.as === undefined ? definition : yield* renamed(definition, options.as)
  const path = `${folder}${named.name}.md`
  const { list } = yield* AgentLoader
  const clash = (yield* list).find(
    ({ name, source }) => source.startsWith(folder) && source !== path && [name, stemOf(source)].includes(named.name)
  )
  if (clash !== undefined) {
    return yield* usageError(
      `${named.name} is already the name of ${clash.source}`,
      "Choose another with --as NAME, or remove that file."
    )
  }
  const { written } = yield* Effect.promise(() => import("@deputize/core/definition/formats/Written"))
  const isNew = yield* writeNewFile(root, { path, text: written(named, "markdown"), replaces: options.force })
  if (!isNew) {
    return yield* usageError(
      `${path} is there already`,
      "Choose another name with --as NAME, or replace it with --force."
    )
  }
  const remarks = warnings.map((warning) => placed(file, warning))
  return { name: named.name, path, format, warnings: remarks } satisfies Imported
})

// internal

const folder = ".deputize/agents/"

const stemOf = (source: string): string => agentName(source.slice(folder.length).replace(/\.[^.]*$/, ""))

const renamed = (definition: AgentDefinition, as: string) => {
  const name = /[/\\\0]|\.\./.test(as) ? "" : agentName(as)
  if (!Schema.is(AgentName)(name)) {
    return usageError(
      `--as ${JSON.stringify(as)} is no name of an agent`,
      "Write letters, digits and hyphens: code-reviewer."
    )
  }
  const { title: _, ...rest } = definition
  return Effect.succeed(new AgentDefinition({ ...rest, name }))
}
