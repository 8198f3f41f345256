import * as Effect from "effect/Effect"
import type { Handler } from "../../command/Command.ts"
import { usageError } from "../../command/UsageError.ts"
import { readConfiguration } from "../../config/Configuration.ts"
import { environment } from "../../config/Environment.ts"
import { explain, explainKey, nearestKeys } from "../../config/Explain.ts"
import { explainedJson, explainedText } from "../../render/Explained.ts"
import { jsonText } from "../../render/Json.ts"
import { Output } from "../../render/Output.ts"
import { warn } from "../../run/Warn.ts"

export const handler: Handler = Effect.fn("config explain")(function* (invocation) {
  const { data, notes } = yield* Output
  const configuration = yield* readConfiguration
  const all = explain(configuration, environment().variables)
  const keys = invocation.arguments
  const rows = yield* Effect.forEach(keys, (key) => {
    const found = explainKey(all, configuration, key)
    return found === undefined
      ? usageError(`there is no setting ${JSON.stringify(key)}`, nearestKeys(all, key))
      : Effect.succeed(found)
  })
  const shown = keys.length === 0 ? all : rows.flat()
  const { files } = configuration
  const warnings = configuration.warnings.filter(
    (warning) => keys.length === 0 || keys.some((key) => warning.includes(`: ${key}`))
  )
  if (invocation.json) yield* data.write(jsonText(explainedJson(shown, files, warnings)))
  else if (shown.length > 0) yield* data.write(explainedText(shown, data.style))
  if (shown.length === 0 && !invocation.quiet) yield* notes.write(`nothing is set of ${keys.join(", ")}\n`)
  if (!invocation.json) yield* warn(invocation, warnings)
  return 0
})
