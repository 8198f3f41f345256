import type { CommandSpec, FlagSpec } from "../../command/Command.ts"
import { type SettingFacts, settingFacts } from "../../config/SettingFacts.ts"

/** The flags of the settings, to see what they would come before. */
const settingFlags: ReadonlyArray<FlagSpec> = Object.values<SettingFacts>(settingFacts)
  .filter(({ flag }) => flag !== "output-format" && flag !== "color")
  .map(({ about, choices, flag, metavar }) => ({
    name: flag,
    ...(flag === "model" ? { alias: "m" } : {}),
    metavar,
    ...(choices === undefined ? {} : { choices }),
    ...(flag === "budget" ? { repeatable: true } : {}),
    description: `As if a run had it: ${about.charAt(0).toLowerCase()}${about.slice(1)}`
  }))

export const configExplain: CommandSpec = {
  name: "config explain",
  summary: "Shows each setting, where its value comes from, and what it came before",
  details: [
    "A flag comes before a variable, that before the project's .deputize/config.yaml, that before your own config.yaml. A project can only narrow limits and the sandbox; it may set the model, the output format and colour, and add files to be copied into agents' trees; it has no say in providers and prices without --trust. What is not used of it is said.",
    "Values of headers and parameters, and users in URLs, are not shown; keys are never read for this."
  ],
  arguments: [
    {
      name: "KEY",
      required: false,
      repeatable: true,
      completes: [...Object.values(settingFacts).map(({ key }) => key), "providers", "prices", "worktree"],
      description: "only these: model, budget, providers, providers.NAME.base_url; all without it"
    }
  ],
  flags: [...settingFlags, { name: "trust", description: "As if you trusted what the project says of providers" }],
  examples: [
    { line: "deputize config explain", what: "Every setting" },
    { line: "deputize config explain model budget", what: "Two of them" },
    { line: "deputize config explain provider -m gpt-6-sol --json", what: "As data" }
  ],
  load: () => import("./explain.handler.ts")
}
