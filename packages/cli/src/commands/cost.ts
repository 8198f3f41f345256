import type { CommandSpec } from "../command/Command.ts"

export const cost: CommandSpec = {
  name: "cost",
  summary: "Shows what a run has used and what that cost, by agent and by model",
  details: [
    "Agents that an agent started stand below it, each with what it has used itself.",
    "CACHED is a part of INPUT, REASONING a part of OUTPUT. UNKNOWN was charged as reserved, because nobody told what was used; CHARGED is what the budget was charged, UNKNOWN with it."
  ],
  arguments: [
    { name: "RUN", required: false, description: "the run, by the beginning of its id; the newest without it" }
  ],
  flags: [
    { name: "all", description: "All runs of the workspace, a line for each" },
    {
      name: "by",
      metavar: "WHAT",
      choices: ["agent", "model", "day", "tool"],
      description: "Add up by the agents' names, by model, by day, or the calls of each tool"
    }
  ],
  examples: [
    { line: "deputize cost", what: "The newest run" },
    { line: "deputize cost --all", what: "All runs of this workspace" },
    { line: "deputize cost --all --by agent", what: "What each kind of agent has used in all runs" },
    { line: "deputize cost --json", what: "The newest run as data" }
  ],
  load: () => import("./cost.handler.ts")
}
