/**
 * From the layers that were read to the configuration. Pure.
 */
import { visibleLine } from "@deputize/core/domain/VisibleText"
import type { ConfigFile } from "./ConfigFile.ts"
import type { Leaf } from "./ConfigReader.ts"
import type { ConfigurationFacts } from "./Configuration.ts"
import { resolve } from "./Resolve.ts"
import { ask, type Sayings } from "./Settings.ts"
import { sourceText } from "./Source.ts"
import { worktreeFacts } from "./WorktreeFacts.ts"

export interface Read {
  readonly user: ConfigFile | undefined
  readonly project: ConfigFile | undefined
  readonly variables: Sayings
  readonly flags: Sayings
  readonly isTrusted: boolean
}

export const combine = ({ flags, isTrusted, project, user, variables }: Read): ConfigurationFacts => {
  const layers = { user: user?.sayings ?? silent, project: project?.sayings ?? silent, variables, flags }
  const { settings, unused } = resolve(layers, isTrusted)
  const trusted = isTrusted ? project : undefined
  const worktree = worktreeFacts(user?.worktree, project?.worktree)
  const theirs = trusted?.providers ?? []
  const own = user?.providers.filter(({ name }) => theirs.every((each) => each.name !== name)) ?? []
  return {
    files: [user, project].flatMap((file) => (file === undefined ? [] : [file.file])),
    settings,
    configured: resolve({ ...layers, flags: silent }, isTrusted).settings,
    flags,
    providers: [...own, ...theirs],
    prices: { ...user?.prices, ...trusted?.prices },
    worktree: worktree.facts,
    leaves: [...leavesOf(user?.leaves ?? [], trusted), ...worktree.leaves],
    // Names of providers and models are anybody's.
    warnings: [
      ...(user?.warnings ?? []),
      ...(project?.warnings ?? []),
      ...unused,
      ...worktree.unused,
      ...(project === undefined || isTrusted ? [] : untrusted(project))
    ].map(visibleLine)
  }
}

// internal

const silent: Sayings = ask(() => undefined)

/** A provider or price of the project takes the place of the user's as a whole. */
const leavesOf = (own: ReadonlyArray<Leaf>, trusted: ConfigFile | undefined): ConfigurationFacts["leaves"] => {
  const replaced = [
    ...(trusted?.providers ?? []).map(({ name }) => `providers.${name}.`),
    ...Object.keys(trusted?.prices ?? {}).map((model) => `prices.${model}.`)
  ]
  const kept = own.filter(({ key }) => !replaced.some((prefix) => key.startsWith(prefix)))
  const theirs = (trusted?.leaves ?? []).map((leaf) => ({ ...leaf, over: own.filter(({ key }) => key === leaf.key) }))
  return [...kept.map((leaf) => ({ ...leaf, over: [] })), ...theirs]
}

/** What a project only says. */
const untrusted = ({ leaves, prices, providers }: ConfigFile): ReadonlyArray<string> => [
  ...providers.map(
    ({ name, source }) =>
      `${sourceText(source)}: providers.${name} is not used: the project says where requests and keys go, and --trust is not given`
  ),
  ...Object.keys(prices).flatMap((model) => {
    const first = leaves.find(({ key }) => key === `prices.${model}.input`)
    return first === undefined
      ? []
      : [
          `${sourceText(first.source)}: prices.${model} is not used: the project says what a run costs, and --trust is not given`
        ]
  })
]
