/**
 * One `config.yaml` as it is written: what it says of each setting, its providers and prices, each with its place. A key
 * that nobody knows is a remark, a value of the wrong kind the end of it.
 */
import { parseYaml } from "@deputize/core/document/Yaml"
import type { Price } from "@deputize/core/domain/Price"
import { ConfigReader, type Fields, type Leaf, type Named } from "./ConfigReader.ts"
import { dollars } from "./Forms.ts"
import { builtInProviders, type NamedProvider } from "./NamedProvider.ts"
import { type ProviderField, providerFields } from "./ProviderField.ts"
import { ask, type Sayings, settings } from "./Settings.ts"
import type { WorktreeSection } from "./WorktreeFacts.ts"
import { worktreeSection } from "./WorktreeSection.ts"

export interface ConfigFile {
  readonly file: string
  readonly sayings: Sayings
  readonly providers: ReadonlyArray<NamedProvider>
  /** Prices by model, whatever the provider. */
  readonly prices: Readonly<Record<string, Price>>
  readonly worktree: WorktreeSection
  /** What stands below `providers` and `prices`. */
  readonly leaves: ReadonlyArray<Leaf>
  /** `FILE:LINE:COL: …`, one each. */
  readonly warnings: ReadonlyArray<string>
}

/** `file` is the name that users know it by. Throws PlacedProblem. */
export const parseConfig = (file: string, text: string, by: "user" | "project"): ConfigFile => {
  const reader = new ConfigReader(file, by)
  const root: Fields = { path: "", mapping: isBlank(text) ? blank : parseYaml(file, text).root }
  reader.warnUnknown(root, [...Object.values(settings).map(({ key }) => key), "providers", "prices", "worktree"])
  return {
    file,
    sayings: ask(({ form, key }) => reader.said(root, key, form)),
    providers: reader.named(root, "providers", "settings").map((each) => provider(reader, each)),
    prices: prices(reader, root),
    worktree: worktreeSection(reader, root),
    leaves: reader.leaves,
    warnings: reader.warnings
  }
}

// internal

/** Only comments: the file that `init` writes, for example. */
const isBlank = (text: string): boolean => text.split("\n").every((line) => /^\s*(#|$)/.test(line))

const blank = { _tag: "Mapping", place: { line: 1, column: 1 }, entries: [] } as const

const provider = (reader: ConfigReader, { fields, name, source }: Named): NamedProvider => {
  if (builtInProviders.includes(name)) {
    throw reader.problem(fields.mapping, fields.path, "is the name of a built-in provider", "Choose another name.")
  }
  reader.warnUnknown(fields, [...Object.values(providerFields).map(({ key }) => key), "prices"])
  const read = <A>({ form, key, shown }: ProviderField<A>) => reader.leaf(fields, key, form, shown)
  const baseUrl = read(providerFields.baseUrl)
  if (baseUrl === undefined) throw reader.missing(fields, "base_url", "an http or https URL")
  const envKey = read(providerFields.envKey)
  return {
    name,
    source,
    baseUrl,
    wire: read(providerFields.wire) ?? "chat",
    envKey,
    envKeyInstructions: read(providerFields.envKeyInstructions),
    requiresAuth: read(providerFields.requiresAuth) ?? envKey !== undefined,
    headers: read(providerFields.headers) ?? {},
    envHeaders: read(providerFields.envHeaders) ?? {},
    query: read(providerFields.query) ?? {},
    model: read(providerFields.model),
    maxTokensField: read(providerFields.maxTokensField),
    contextWindow: read(providerFields.contextWindow),
    requestRetries: read(providerFields.requestRetries),
    streamRetries: read(providerFields.streamRetries),
    idleTimeoutMs: read(providerFields.idleTimeoutMs),
    prices: prices(reader, fields)
  }
}

/** `MODEL: {input: 1.25, cached: 0.125, output: 10}`; cached costs as input if left out. */
const prices = (reader: ConfigReader, parent: Fields): Readonly<Record<string, Price>> =>
  Object.fromEntries(
    reader.named(parent, "prices", "input, cached and output in US dollars").map(({ fields, name }) => {
      reader.warnUnknown(fields, ["input", "cached", "output"])
      const input = reader.leaf(fields, "input", dollars)
      const cached = reader.leaf(fields, "cached", dollars)
      const output = reader.leaf(fields, "output", dollars)
      if (input === undefined) throw reader.missing(fields, "input", "US dollars for a million tokens")
      if (output === undefined) throw reader.missing(fields, "output", "US dollars for a million tokens")
      return [name, { input, cached: cached ?? input, output }]
    })
  )
