/**
 * The flags of all commands that run agents.
 */
import type { FlagSpec } from "../command/Command.ts"
import { agentFile } from "./agentFile.ts"

export const runFlags: ReadonlyArray<FlagSpec> = [
  {
    name: "model",
    alias: "m",
    metavar: "MODEL",
    description: "The model of every agent, whatever its definition says"
  },
  {
    name: "provider",
    metavar: "NAME",
    description: "Who answers: offline, openai, openai-chat, or a name from config.yaml"
  },
  {
    name: "max-budget-usd",
    metavar: "SUM",
    description: "US dollars at most; every model that is used must have a price then"
  },
  {
    name: "sandbox",
    metavar: "MODE",
    choices: ["read-only", "workspace-write"],
    fallback: "workspace-write",
    description: "What agents may do at most, whatever their definitions grant"
  },
  { name: "trust", description: "Grant definitions that come with the repository all that they ask for" },
  {
    name: "dry-run",
    description: "Show what would run, with the least and the most that it can cost, and send nothing"
  },
  agentFile,
  { name: "deadline", metavar: "TIME", description: "End the run after this time: 60 (minutes), 90s, 2h" },
  { name: "out", alias: "o", metavar: "FILE", description: "Write the result as JSON to FILE" }
]
