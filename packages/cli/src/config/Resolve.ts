/**
 * From what each layer says to what is in force: defaults < user < project < variables < flags. Pure.
 */
import type { Setting } from "./Setting.ts"
import { type Sayings, type SettingName, settings, type ValueOf } from "./Settings.ts"
import { type Said, type Source, sourceText } from "./Source.ts"

export interface Effective<A> {
  readonly value: A | undefined
  readonly source: Source
  /** What it came before, the nearest layer first. */
  readonly over: ReadonlyArray<Said<A>>
}

export type EffectiveSettings = { readonly [K in SettingName]: Effective<ValueOf<K>> }

export interface Layers {
  readonly user: Sayings
  readonly project: Sayings
  readonly variables: Sayings
  readonly flags: Sayings
}

export interface Resolved {
  readonly settings: EffectiveSettings
  /** `FILE:LINE:COL: …` of what the project says and what is not used. */
  readonly unused: ReadonlyArray<string>
}

export const resolve = (layers: Layers, isTrusted: boolean): Resolved => {
  const unused: Array<string> = []
  const one = <A>(setting: Setting<A>, pick: (sayings: Sayings) => Said<A> | undefined): Effective<A> => {
    let at: Effective<A> = { value: setting.fallback, source: { _tag: "Default" }, over: [] }
    const user = pick(layers.user)
    if (user !== undefined) at = put(setting, user, at)
    const project = pick(layers.project)
    if (project !== undefined) {
      const { kept, refusal } = allowed(setting, project, at, isTrusted)
      if (refusal !== undefined) unused.push(refusal)
      if (kept !== undefined) at = put(setting, { ...project, value: kept }, at)
    }
    for (const said of [pick(layers.variables), pick(layers.flags)]) if (said !== undefined) at = put(setting, said, at)
    return at
  }
  return {
    settings: {
      provider: one(settings.provider, ({ provider }) => provider),
      model: one(settings.model, ({ model }) => model),
      budget: one(settings.budget, ({ budget }) => budget),
      maxParallel: one(settings.maxParallel, ({ maxParallel }) => maxParallel),
      maxAgents: one(settings.maxAgents, ({ maxAgents }) => maxAgents),
      maxDepth: one(settings.maxDepth, ({ maxDepth }) => maxDepth),
      maxCalls: one(settings.maxCalls, ({ maxCalls }) => maxCalls),
      deadline: one(settings.deadline, ({ deadline }) => deadline),
      sandbox: one(settings.sandbox, ({ sandbox }) => sandbox),
      outputFormat: one(settings.outputFormat, ({ outputFormat }) => outputFormat),
      color: one(settings.color, ({ color }) => color)
    },
    unused
  }
}

// internal

const put = <A>({ over }: Setting<A>, said: Said<A>, below: Effective<A>): Effective<A> => ({
  value: over !== undefined && below.value !== undefined ? over(said.value, below.value) : said.value,
  source: said.source,
  over: below.value === undefined ? below.over : [{ value: below.value, source: below.source }, ...below.over]
})

/** Of what a project says, what is used, and why the rest is not. */
const allowed = <A>(
  { form, key, project }: Setting<A>,
  { source, value }: Said<A>,
  inForce: Effective<A>,
  isTrusted: boolean
): { readonly kept: A | undefined; readonly refusal: string | undefined } => {
  const refusal = (part: A, why: string) => `${sourceText(source)}: ${key}: ${form.show(part)} is not used: ${why}`
  switch (project._tag) {
    case "Free":
      return { kept: value, refusal: undefined }
    case "Trusted":
      return isTrusted
        ? { kept: value, refusal: undefined }
        : { kept: undefined, refusal: refusal(value, "the project says it, and --trust is not given") }
    case "Narrows": {
      const { kept, refused } = project.narrow(value, inForce.value)
      const limit = inForce.value === undefined ? "" : `, and ${form.show(inForce.value)} is in force`
      return {
        kept,
        refusal: refused === undefined ? undefined : refusal(refused, `a project may only narrow it${limit}`)
      }
    }
  }
}
