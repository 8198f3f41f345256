/**
 * The flags of commands that take up a run again.
 */
import type { FlagSpec } from "../command/Command.ts"
import { detachFlag } from "./detachFlag.ts"
import { supervisionFlags } from "./supervisionFlags.ts"

export const continueFlags: ReadonlyArray<FlagSpec> = [
  {
    name: "on-unknown",
    metavar: "WAY",
    choices: ["ask", "retry", "skip"],
    fallback: "ask",
    description:
      "A call that was cut and may have taken effect: tell the agent and let it look (ask), run it again (retry), or leave it out (skip)"
  },
  { name: "max-turns", metavar: "N", description: "Calls of the model at most, for each agent, with those before" },
  { name: "deadline", metavar: "TIME", description: "End the run after this time from now: 60 (minutes), 90s, 2h" },
  { name: "model", alias: "m", metavar: "MODEL", description: "The model of agents that name none" },
  {
    name: "provider",
    metavar: "NAME",
    completes: ["offline", "openai", "openai-chat"],
    description: "Who answers: offline, openai, openai-chat, or a name from config.yaml"
  },
  { name: "trust", description: "Use the providers and prices of the repository's config.yaml" },
  ...supervisionFlags,
  detachFlag,
  { name: "out", alias: "o", metavar: "FILE", description: "Write the result as JSON to FILE" }
]
