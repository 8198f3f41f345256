/**
 * Every setting with its value, where that comes from, and what it came before. Secrets are not among the values. Pure.
 */
import { nearestNames } from "@deputize/core/domain/NearestNames"
import type { ConfigurationFacts } from "./Configuration.ts"
import { defaultKey, modelName, openAiBaseUrl, providerName } from "./Provider.ts"
import { providerFields } from "./ProviderField.ts"
import type { Effective } from "./Resolve.ts"
import type { Setting, Variables } from "./Setting.ts"
import { settings } from "./Settings.ts"
import type { Said, Source } from "./Source.ts"

export interface Explained extends ExplainedValue {
  readonly key: string
  /** What it came before, the nearest layer first. */
  readonly over: ReadonlyArray<ExplainedValue>
}

export interface ExplainedValue {
  /** As it is written in a file; the default in words where there is no value. */
  readonly shown: string
  /** Null where there is none. */
  readonly value: unknown
  readonly source: Source
}

export const explain = (configuration: ConfigurationFacts, variables: Variables): ReadonlyArray<Explained> => {
  const { leaves, settings: effective } = configuration
  const sources = { configuration, variables }
  return [
    row(settings.provider, chosen(effective.provider, providerName(sources))),
    row(settings.model, chosen(effective.model, modelName(sources))),
    row(settings.budget, effective.budget),
    row(settings.maxParallel, effective.maxParallel),
    row(settings.maxAgents, effective.maxAgents),
    row(settings.maxDepth, effective.maxDepth),
    row(settings.maxCalls, effective.maxCalls),
    row(settings.deadline, effective.deadline),
    row(settings.sandbox, effective.sandbox),
    row(settings.outputFormat, effective.outputFormat),
    row(settings.color, effective.color),
    ...openAi(variables),
    ...leaves
  ]
}

/** The rows of `key` and below it; undefined for what is no key. `max-parallel` is meant as `max_parallel`. */
export const explainKey = (
  rows: ReadonlyArray<Explained>,
  configuration: Pick<ConfigurationFacts, "providers">,
  asked: string
): ReadonlyArray<Explained> | undefined => {
  const found = [asked, asked.replaceAll("-", "_")]
    .map((key) => rows.filter((each) => each.key === key || each.key.startsWith(`${key}.`)))
    .find((some) => some.length > 0)
  if (found !== undefined || ["providers", "prices", "worktree"].includes(asked)) return found ?? []
  const unset = configuration.providers.flatMap(({ name }) =>
    Object.values(providerFields).flatMap(({ key, usually }) =>
      asked === `providers.${name}.${key}` ? [{ key: asked, shown: usually, ...nothing }] : []
    )
  )
  return unset.length === 0 ? undefined : unset
}

/** What to ask for instead. */
export const nearestKeys = (rows: ReadonlyArray<Explained>, asked: string): string => {
  const near = nearestNames(asked.replaceAll("-", "_"), new Set(rows.map(({ key }) => key)))
  return near.length === 0
    ? "`deputize config explain` shows all that there are."
    : `Did you mean ${near.join(" or ")}?`
}

// internal

const nothing = { value: null, source: { _tag: "Default" }, over: [] } as const

const row = <A>({ form, key, usually }: Setting<A>, { over, source, value }: Effective<A>): Explained => ({
  key,
  shown: value === undefined ? usually : form.show(value),
  value: value === undefined ? null : form.plain(value),
  source,
  over: over.map((said) => ({ shown: form.show(said.value), value: form.plain(said.value), source: said.source }))
})

/** What stands for a setting that nothing is said of. */
const chosen = <A>(effective: Effective<A>, said: Said<A> | undefined): Effective<A> =>
  effective.value === undefined && said !== undefined ? { ...effective, ...said } : effective

/** The built-in provider's, which variables set. */
const openAi = (variables: Variables): ReadonlyArray<Explained> => {
  const { baseUrl, envKey } = providerFields
  const { source, value } = openAiBaseUrl(variables)
  const shown = URL.canParse(value) ? (baseUrl.shown?.(value) ?? value) : value
  return [
    { key: `providers.openai.${baseUrl.key}`, shown, value: shown, source, over: [] },
    { key: `providers.openai.${envKey.key}`, ...nothing, shown: defaultKey, value: defaultKey }
  ]
}
