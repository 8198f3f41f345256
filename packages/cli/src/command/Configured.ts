/**
 * An invocation with what is configured: where a command has the flag of a setting and it was not given, the setting
 * stands for it. Pure.
 */
import type { ConfigurationFacts } from "../config/Configuration.ts"
import type { Effective } from "../config/Resolve.ts"
import type { Setting } from "../config/Setting.ts"
import { settings } from "../config/Settings.ts"
import { sourceName } from "../config/Source.ts"
import { type CommandSpec, globalFlagsOf } from "./Command.ts"
import type { ConfiguredValue, Invocation } from "./Invocation.ts"

/**
 * Provider, model and what limits a whole run are no flags that were not typed: a flag replaces what definitions say,
 * these do not.
 */
export const configured = (
  command: CommandSpec,
  invocation: Invocation,
  { configured }: Pick<ConfigurationFacts, "configured">
): Invocation => {
  const flags = [...command.flags, ...globalFlagsOf(command)]
  const values = new Map<string, ConfiguredValue>()
  const add = <A>({ flag, form }: Setting<A>, { source, value }: Effective<A>) => {
    const spec = flags.find(({ name }) => name === flag)
    if (spec === undefined || source._tag === "Default" || value === undefined) return
    const text = form.show(value)
    // A line of JSON for each event is nothing for a command without events.
    if (spec.choices === undefined || spec.choices.includes(text))
      values.set(flag, { value: text, source: sourceName(source) })
  }
  add(settings.maxParallel, configured.maxParallel)
  add(settings.maxAgents, configured.maxAgents)
  add(settings.maxDepth, configured.maxDepth)
  add(settings.deadline, configured.deadline)
  add(settings.sandbox, configured.sandbox)
  add(settings.outputFormat, configured.outputFormat)
  add(settings.color, configured.color)
  return invocation.configured(values)
}
