/**
 * What the offline provider looks for as an agent of a given name: the built-in roles have probes of their own, any
 * other agent borrows them.
 */
import type { Probe } from "../Probe.ts"
import { sharedState, timers, unawaited } from "./async.ts"
import { branchTables, deepNesting, deprecated, largestFiles, longParameters, openWork } from "./complexity.ts"
import { docComments, examples, headings, publicApi, readmes } from "./docs.ts"
import { droppedErrors, logging, raisedErrors } from "./errors.ts"
import { noteExamples, noteHeadings, noteLinks, noteQuestions, noteSteps, noteTerms } from "./notes.ts"
import { childProcess, processImports, processOptions, signals } from "./processes.ts"
import { dynamicCode, parsedText, pathJoins, rawMarkup, secrets, sqlText, tlsOff, weakCrypto } from "./security.ts"
import { definitions, dependencies, entryPoints, environment, manifests, network, storage } from "./structure.ts"
import { skippedTests, testCases, testSetup, untestedFiles } from "./tests.ts"
import { looseTypes, suppressions } from "./types.ts"

/**
 * The role's own probes, then those of the other roles as borrowed. A definition of the user's own that shadows a role
 * keeps the role's probes; one of another name only borrows.
 */
export const probesOf = (agent: string): ReadonlyArray<Probe> => {
  const own = byRole.get(agent) ?? []
  const ids = new Set(own.map((probe) => probe.id))
  return [...own, ...lent.filter((probe) => !ids.has(probe.id)).map((probe) => ({ ...probe, borrowed: true }))]
}

/** By the role's name. The first ones of a role stand for a goal that names nothing. */
export const byRole: ReadonlyMap<string, ReadonlyArray<Probe>> = new Map([
  [
    "code-reviewer",
    [
      droppedErrors,
      unawaited,
      looseTypes,
      suppressions,
      untestedFiles,
      openWork,
      skippedTests,
      childProcess,
      processImports,
      processOptions
    ]
  ],
  ["test-gen", [untestedFiles, testCases, testSetup, skippedTests, publicApi]],
  [
    "sec-audit",
    [childProcess, processOptions, pathJoins, parsedText, dynamicCode, secrets, sqlText, weakCrypto, tlsOff, rawMarkup]
  ],
  ["researcher", [headings, entryPoints, manifests, definitions, network, storage, environment, dependencies]],
  ["docs-gen", [publicApi, readmes, headings, examples, docComments, entryPoints, environment]],
  [
    "refactorer",
    [
      largestFiles,
      branchTables,
      deepNesting,
      longParameters,
      deprecated,
      openWork,
      looseTypes,
      sharedState,
      untestedFiles
    ]
  ],
  ["debugger", [raisedErrors, droppedErrors, timers, unawaited, sharedState, logging, signals]],
  ["explorer", [entryPoints, manifests, headings, definitions, network, storage, environment, publicApi, dependencies]],
  ["clarification-path", [noteQuestions, noteTerms, noteHeadings, noteSteps, noteLinks]],
  ["oral-explanation", [noteHeadings, noteTerms, noteExamples, noteSteps, noteQuestions]],
  ["memory-anchor", [noteTerms, noteHeadings, noteLinks, noteExamples, noteQuestions]]
])

// internal

/** Those for notes say words of everyday use (step, order, path), and stay with the roles that read notes. */
const forNotes: ReadonlySet<string> = new Set(["clarification-path", "oral-explanation", "memory-anchor"])

const lent: ReadonlyArray<Probe> = [
  ...new Map(
    [...byRole].flatMap(([role, probes]) =>
      forNotes.has(role) ? [] : probes.map((probe) => [probe.id, probe] as const)
    )
  ).values()
]
