/**
 * What was changed outside of a build, for people: a rollback, what was removed. Pure.
 */
import { visible } from "./Width.ts"

export interface RolledBack {
  readonly prefix: string
  readonly name: string
  readonly from: string
  readonly to: string
  /** Agent definitions that the user has edited, and that were left alone. */
  readonly keptAgents: ReadonlyArray<string>
}

export const rollbackText = ({ from, keptAgents, name, prefix, to }: RolledBack): string =>
  lines([
    `${name} in ${prefix} is version ${to} again; it was ${from}`,
    ...keptAgents.map((agent) => `agent ${agent} was edited and stays as it is`)
  ])

export const removedText = (removed: ReadonlyArray<string>): string =>
  lines(removed.length === 0 ? ["there is nothing to remove"] : removed.map((path) => `removed ${path}`))

// internal

const lines = (texts: ReadonlyArray<string>): string => `${texts.map(visible).join("\n")}\n`
