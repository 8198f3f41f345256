import { AgentLoader } from "@deputize/core/definition/AgentLoader"
import * as Effect from "effect/Effect"
import type { Handler } from "../../command/Command.ts"
import { usageError } from "../../command/UsageError.ts"
import { agentsLayer } from "../../layers.ts"
import { jsonText } from "../../render/Json.ts"
import { Output } from "../../render/Output.ts"
import { exportLanguage } from "../../values/ExportLanguage.ts"
import { prepareOutFile } from "../../values/OutFile.ts"
import { workspaceOf } from "../../values/Workspace.ts"

export const handler: Handler = Effect.fn("agents export")(function* (invocation) {
  const { data, notes } = yield* Output
  const workspace = yield* workspaceOf(invocation)
  const out = invocation.value("out")
  const file = out === undefined ? undefined : yield* prepareOutFile(out)
  const { definition } = yield* Effect.flatMap(AgentLoader, (loader) =>
    loader.find(invocation.arguments[0] ?? "")
  ).pipe(Effect.provide(agentsLayer(workspace.root, invocation.value("agent-file"))))
  const { unwritable, written } = yield* Effect.promise(() => import("@deputize/core/definition/formats/Written"))
  const language = exportLanguage(invocation.value("to"), out)
  const problem = unwritable(definition, language)
  if (problem !== undefined)
    return yield* usageError(
      `${definition.name} cannot be written so: ${problem}`,
      "Choose another language with --to."
    )
  const text = written(definition, language)
  if (file !== undefined) yield* file.write(text)
  if (invocation.json) yield* data.write(jsonText({ name: definition.name, language, file: out ?? null, text }))
  else if (file === undefined) yield* data.write(text)
  else if (!invocation.quiet) yield* notes.write(`${definition.name} is written to ${file.name}\n`)
  return 0
})
