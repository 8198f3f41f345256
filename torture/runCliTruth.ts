/**
 * Results of the command line as tortures judge them, and what must be true of each.
 */
import { same } from "./buildTruth.ts"
import type { Cli, CliEnd } from "./runCli.ts"
import { slowness } from "./runPace.ts"
import { orphansIn } from "./runRunner.ts"

export interface Result {
  readonly status: string
  readonly budget: { readonly tokens: { readonly used: number } }
  readonly agents: ReadonlyArray<{
    readonly path: string
    readonly parent: string | null
    readonly status: string
    readonly answer: string
    readonly verified: boolean
    readonly error: { readonly tag: string } | null
  }>
}

/** Of `--json`; a finding of its own where there is none. */
export const resultOf = ({ code, stderr, stdout }: CliEnd): Result => {
  try {
    return JSON.parse(stdout)
  } catch {
    throw new Error(`it ended with ${code} and without a result: ${stderr.slice(-600)}`)
  }
}

export const range = (count: number) => Array.from({ length: count }, (_, index) => index)

export const atMost = (what: string, found: number, limit: number): ReadonlyArray<string> =>
  found <= limit ? [] : [`${what}: ${found}, where ${limit} are the most`]

/** Of a machine at rest: a slow one has longer. */
export const inTime = (what: string, ms: number, limit: number): ReadonlyArray<string> =>
  ms <= limit ? [] : atMost(what, Math.round(ms), Math.round(limit * slowness()))

/** Nobody is left, and the provider has billed no more than the budget. */
export const afterwards = async ({ place, server }: Cli, tokens: number): Promise<ReadonlyArray<string>> => [
  ...atMost("tokens that the provider has billed", server.billed.total, tokens),
  ...same("requests that are still open", server.openRequests, 0),
  ...(await orphansIn(place)).map((orphan) => `alive 2 s later: ${orphan}`)
]
