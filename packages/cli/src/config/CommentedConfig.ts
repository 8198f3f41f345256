/**
 * A `config.yaml` in which every setting stands as a comment, to be written by `init`; made from the tables of settings.
 * Without the comment signs it is a valid file. Pure.
 */
import { providerFields } from "./ProviderField.ts"
import type { SettingFacts } from "./SettingFacts.ts"
import { settings } from "./Settings.ts"
import { worktreeFields } from "./WorktreeSection.ts"

/** For a project, without what only its user can decide. */
export const commentedConfig = (by: "user" | "project"): string =>
  [
    ...(by === "project" ? projectHead : userHead),
    ...Object.values(settings)
      .filter(({ project }) => by === "user" || project._tag !== "Trusted")
      .flatMap(entry),
    ...worktreeLines(by),
    ...(by === "project" ? [] : providerLines)
  ].join("\n")

// internal

const projectHead = [
  "# Configuration of deputize for everyone who works in this repository. Limits and the sandbox it can only narrow.",
  "# Providers and prices are each user's own; `deputize config explain` shows what holds, and why.",
  ""
]

const userHead = ["# Configuration of deputize. `deputize config explain` shows what holds, and why.", ""]

const entry = ({ about, example, key, usually }: SettingFacts): ReadonlyArray<string> => [
  `# ${about}. Default: ${usually}.`,
  `# ${key}: ${example}`,
  ""
]

const worktreeLines = (by: "user" | "project"): ReadonlyArray<string> => [
  "# What agents' own trees are given, with --isolation worktree.",
  "# worktree:",
  ...Object.values(worktreeFields)
    .filter(({ key }) => by === "user" || key !== "setup")
    .flatMap(({ about, example, key, usually }) => [`#   # ${about}. Default: ${usually}.`, `#   ${key}: ${example}`]),
  ""
]

const providerLines = [
  "# Providers of your own, by name.",
  "# providers:",
  "#   company:",
  ...Object.values(providerFields).flatMap(({ about, example, key, usually }) => [
    `#     # ${about}. Default: ${usually}.`,
    `#     ${key}: ${example}`
  ]),
  "",
  "# US dollars for a million tokens, by model.",
  "# prices:",
  "#   qwen3-coder: { input: 1.25, cached: 0.125, output: 10 }",
  ""
]
