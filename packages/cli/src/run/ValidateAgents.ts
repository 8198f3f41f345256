/**
 * Finds out what is wrong with definitions: those of files that are named, those of agents that are, or all of them.
 */
import { existsSync } from "node:fs"
import { resolve } from "node:path"
import { AgentLoader, type Listed } from "@deputize/core/definition/AgentLoader"
import { agentName, nameOfFile } from "@deputize/core/definition/AgentName"
import { languageOf } from "@deputize/core/definition/Language"
import { readDefinition } from "@deputize/core/definition/ReadDefinition"
import { placed } from "@deputize/core/document/PlacedProblem"
import * as Effect from "effect/Effect"
import type { Examined } from "../render/Findings.ts"
import type { Workspace } from "../values/Workspace.ts"

/** Built-in agents are only looked at where they are named. */
export const validateAgents = Effect.fnUntraced(function* (workspace: Workspace, named: ReadonlyArray<string>) {
  const loader = yield* AgentLoader
  const listed = yield* loader.list
  if (named.length === 0) return listed.filter(({ format }) => format !== "built-in").map(examined)
  return (yield* Effect.forEach(named, (word) =>
    isFile(workspace, word) ? examineFile(workspace, word) : examineAgent(listed, word)
  )).flat()
})

// internal

/** What has a separator or the ending of a definition is no name. */
const isFile = ({ base }: Workspace, word: string): boolean =>
  /[/\\]/.test(word) || (languageOf(word) !== undefined && existsSync(resolve(base, word)))

const examineFile = ({ base }: Workspace, file: string) =>
  readDefinition(resolve(base, file), file).pipe(
    Effect.map(
      ({ definition, warnings }): Examined => ({
        source: file,
        name: definition.name,
        failure: null,
        warnings: warnings.map((warning) => placed(file, warning))
      })
    ),
    Effect.catchTag("DefinitionError", (failure) =>
      Effect.succeed<Examined>({ source: file, name: file, failure, warnings: [] })
    ),
    Effect.map((each) => [each])
  )

/** All of the name: what is shadowed is validated too. */
const examineAgent = Effect.fnUntraced(function* (listed: ReadonlyArray<Listed>, word: string) {
  const wanted = agentName(word)
  const found = listed.filter(({ name, source }) => name === wanted || nameOfFile(source) === wanted)
  if (wanted !== "" && found.length > 0) return found.map(examined)
  // For its error, with the nearest names.
  yield* (yield* AgentLoader).find(word)
  return []
})

const examined = ({ failure, name, source, warnings }: Listed): Examined => ({ source, name, failure, warnings })
