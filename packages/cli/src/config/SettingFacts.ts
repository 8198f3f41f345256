/**
 * Every setting there is, by its names and in words: data that the table of commands may load. `Settings.ts` adds how
 * values are read and ranked.
 */
export const outputFormats = ["text", "json", "stream-json"] as const
export type OutputFormat = (typeof outputFormats)[number]

export const colourChoices = ["auto", "always", "never"] as const
export type ColourChoice = (typeof colourChoices)[number]

/** The tightest first. */
export const sandboxModes = ["read-only", "workspace-write"] as const
export type SandboxMode = (typeof sandboxModes)[number]

/** Agents at work at the same time when nothing is said. */
export const mostParallel = 16
export interface SettingFacts {
  /** In files: `max_parallel`. */
  readonly key: string
  readonly about: string
  /** The default in words. */
  readonly usually: string
  /** A value as a file has it. */
  readonly example: string
  readonly variable: string
  /** Without the dashes. */
  readonly flag: string
  /** What stands for the flag's value in help. */
  readonly metavar: string
  /** The only values that it can have. */
  readonly choices?: ReadonlyArray<string>
}

/** By the name that our code has for them. */
export const settingFacts = {
  provider: {
    key: "provider",
    about: "Who answers: offline, openai, openai-chat, or a name from `providers`",
    usually: "openai where OPENAI_API_KEY is set, else offline",
    example: "openai",
    variable: "DEPUTIZE_PROVIDER",
    flag: "provider",
    metavar: "NAME"
  },
  model: {
    key: "model",
    about: "The model of agents whose definition names none",
    usually: "the provider's",
    example: "gpt-6-luna",
    variable: "DEPUTIZE_MODEL",
    flag: "model",
    metavar: "MODEL"
  },
  budget: {
    key: "budget",
    about: "What a whole run may use: tokens, money, tool calls, time; one of a kind",
    usually: "the sum of its agents' limits",
    example: "[200k, 2usd]",
    variable: "DEPUTIZE_BUDGET",
    flag: "budget",
    metavar: "AMOUNT"
  },
  maxParallel: {
    key: "max_parallel",
    about: "Agents at work at the same time",
    usually: `as many as are named, at most ${mostParallel}`,
    example: "4",
    variable: "DEPUTIZE_MAX_PARALLEL",
    flag: "max-parallel",
    metavar: "N|auto"
  },
  maxAgents: {
    key: "max_agents",
    about: "Agents that the agents of a run may start in all",
    usually: "32",
    example: "8",
    variable: "DEPUTIZE_MAX_AGENTS",
    flag: "max-agents",
    metavar: "N"
  },
  maxDepth: {
    key: "max_depth",
    about: "Levels of agents below those that a run names",
    usually: "3",
    example: "1",
    variable: "DEPUTIZE_MAX_DEPTH",
    flag: "max-depth",
    metavar: "N"
  },
  maxCalls: {
    key: "max_calls",
    about: "Tool calls of a whole run",
    usually: "no limit beside the agents' own",
    example: "200",
    variable: "DEPUTIZE_MAX_CALLS",
    flag: "max-calls",
    metavar: "N"
  },
  deadline: {
    key: "deadline",
    about: "A run ends after this time; a bare number is minutes",
    usually: "no limit beside the agents' own",
    example: "30min",
    variable: "DEPUTIZE_DEADLINE",
    flag: "deadline",
    metavar: "TIME"
  },
  sandbox: {
    key: "sandbox",
    about: "What agents may do at most, whatever their definitions grant",
    usually: "workspace-write",
    example: "read-only",
    variable: "DEPUTIZE_SANDBOX",
    flag: "sandbox",
    metavar: "MODE",
    choices: sandboxModes
  },
  outputFormat: {
    key: "output_format",
    about: "What is written to standard output; stream-json by commands that run agents only",
    usually: "text",
    example: "json",
    variable: "DEPUTIZE_OUTPUT_FORMAT",
    flag: "output-format",
    metavar: "FORMAT",
    choices: outputFormats
  },
  color: {
    key: "color",
    about: "Whether colour is used; auto means on a terminal, outside of CI",
    usually: "auto",
    example: "never",
    variable: "DEPUTIZE_COLOR",
    flag: "color",
    metavar: "WHEN",
    choices: colourChoices
  }
} satisfies Readonly<Record<string, SettingFacts>>
