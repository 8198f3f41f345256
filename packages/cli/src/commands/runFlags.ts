/**
 * The flags of all commands that run agents.
 */
import type { FlagSpec } from "../command/Command.ts"
import { agentFile } from "./agentFile.ts"
import { detachFlag } from "./detachFlag.ts"
import { supervisionFlags } from "./supervisionFlags.ts"

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
    completes: ["offline", "openai", "openai-chat"],
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
  {
    name: "isolation",
    metavar: "KIND",
    choices: ["none", "worktree"],
    description:
      "worktree: each agent that writes works in a git worktree of its own, merged at the end; what definitions say unless given"
  },
  {
    name: "trust",
    description:
      "Grant definitions that come with the repository all that they ask for, and use the providers and prices of its config.yaml"
  },
  {
    name: "dry-run",
    description: "Show what would run, with the least and the most that it can cost, and send nothing"
  },
  agentFile,
  {
    name: "max-parallel",
    metavar: "N|auto",
    fallback: "all that are named, at most 16, and 4 of those that they start",
    description: "Agents at work at the same time, and as many of those that agents start"
  },
  { name: "max-agents", metavar: "N", fallback: "32", description: "Agents that agents may start in all" },
  { name: "max-depth", metavar: "N", fallback: "3", description: "Levels of agents below those that are named" },
  { name: "max-calls", metavar: "N", description: "Tool calls of the whole run" },
  {
    name: "output-schema",
    metavar: "FILE",
    description: "Answer with JSON by the JSON Schema in FILE; an answer that does not fit is sent back"
  },
  ...supervisionFlags,
  { name: "deadline", metavar: "TIME", description: "End the run after this time: 60 (minutes), 90s, 2h" },
  {
    name: "resume",
    metavar: "RUN",
    optional: true,
    completes: "run",
    description:
      "Go on with the last run of the same agents, goals, flags and definitions, if it was not completed, or with RUN; one that is paused at its limit needs `deputize resume RUN --budget +20k`"
  },
  {
    name: "on-unknown",
    metavar: "WAY",
    choices: ["ask", "retry", "skip"],
    fallback: "ask",
    description: "With --resume: what becomes of calls that were cut and may have taken effect, as in `deputize resume`"
  },
  detachFlag,
  { name: "out", alias: "o", metavar: "FILE", description: "Write the result as JSON to FILE" }
]
