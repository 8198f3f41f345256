import type { CommandSpec } from "../command/Command.ts"

export const ps: CommandSpec = {
  name: "ps",
  summary: "Lists the runs of the workspace, the newest first",
  details: [
    "Shows the last 20 runs, and older ones that are still running. A run is lost when its process is gone and left no end on record.",
    "AGENTS counts those that have ended, behind + the ones that agents started; TOKENS and USD what was charged of the limit, TOOK the time until the last event.",
    "-v lists the agents of the runs under way, too, with what each does: `queued, 3rd of 12` has two others before it."
  ],
  arguments: [],
  flags: [{ name: "all", description: "List every run on record" }],
  examples: [
    { line: "deputize ps", what: "What runs, and what ran last" },
    { line: "deputize ps -v", what: "With the agents that are at work or wait" },
    { line: "deputize ps --all --json", what: "Every run as data" }
  ],
  load: () => import("./ps.handler.ts")
}
