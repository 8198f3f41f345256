/**
 * How each setting is read and ranked. Files, variables and flags are read by this table; `config explain`, the JSON
 * Schema, the commented file and the guide are made from it.
 */
import { type Budget, budgetFlags, budgetForm } from "./Budget.ts"
import { usualColour } from "./Colour.ts"
import { count, countOrAuto, oneOf, text, time } from "./Forms.ts"
import { lowersBudget, lowersCount, lowersCountOrAuto, tightens } from "./Narrowing.ts"
import type { Setting } from "./Setting.ts"
import {
  type ColourChoice,
  colourChoices,
  mostParallel,
  type OutputFormat,
  outputFormats,
  type SandboxMode,
  sandboxModes,
  settingFacts
} from "./SettingFacts.ts"
import type { Said } from "./Source.ts"

const setting = <A>(facts: Setting<A>): Setting<A> => facts

export const settings = {
  provider: setting<string>({
    ...settingFacts.provider,
    form: text,
    fallback: undefined,
    project: { _tag: "Trusted" }
  }),
  model: setting<string>({ ...settingFacts.model, form: text, fallback: undefined, project: { _tag: "Free" } }),
  budget: setting<Budget>({
    ...settingFacts.budget,
    form: budgetForm(),
    fallback: undefined,
    project: { _tag: "Narrows", narrow: lowersBudget },
    over: (above, below) => ({ ...below, ...above }),
    flagText: budgetFlags
  }),
  maxParallel: setting<number | "auto">({
    ...settingFacts.maxParallel,
    form: countOrAuto,
    fallback: mostParallel,
    project: { _tag: "Narrows", narrow: lowersCountOrAuto }
  }),
  maxAgents: setting<number>({
    ...settingFacts.maxAgents,
    form: count,
    fallback: 32,
    project: { _tag: "Narrows", narrow: lowersCount }
  }),
  maxDepth: setting<number>({
    ...settingFacts.maxDepth,
    form: count,
    fallback: 3,
    project: { _tag: "Narrows", narrow: lowersCount }
  }),
  maxCalls: setting<number>({
    ...settingFacts.maxCalls,
    form: count,
    fallback: undefined,
    project: { _tag: "Narrows", narrow: lowersCount }
  }),
  deadline: setting<number>({
    ...settingFacts.deadline,
    form: time,
    fallback: undefined,
    project: { _tag: "Narrows", narrow: lowersCount }
  }),
  sandbox: setting<SandboxMode>({
    ...settingFacts.sandbox,
    form: oneOf(sandboxModes),
    fallback: "workspace-write",
    project: { _tag: "Narrows", narrow: tightens(sandboxModes) }
  }),
  outputFormat: setting<OutputFormat>({
    ...settingFacts.outputFormat,
    form: oneOf(outputFormats),
    fallback: "text",
    project: { _tag: "Free" },
    flagText: (flags) => (flags.has("json") ? "json" : flags.value("output-format"))
  }),
  color: setting<ColourChoice>({
    ...settingFacts.color,
    form: oneOf(colourChoices),
    fallback: "auto",
    project: { _tag: "Free" },
    otherVariables: usualColour
  })
}

/** By the name that our code has for them. */
export type SettingName = keyof typeof settings

export type ValueOf<K extends SettingName> = (typeof settings)[K] extends Setting<infer A> ? A : never

/** What one layer says of each setting. */
export type Sayings = { readonly [K in SettingName]: Said<ValueOf<K>> | undefined }

/** Asks the same of every setting. */
export const ask = (answer: <A>(setting: Setting<A>) => Said<A> | undefined): Sayings => ({
  provider: answer(settings.provider),
  model: answer(settings.model),
  budget: answer(settings.budget),
  maxParallel: answer(settings.maxParallel),
  maxAgents: answer(settings.maxAgents),
  maxDepth: answer(settings.maxDepth),
  maxCalls: answer(settings.maxCalls),
  deadline: answer(settings.deadline),
  sandbox: answer(settings.sandbox),
  outputFormat: answer(settings.outputFormat),
  color: answer(settings.color)
})
