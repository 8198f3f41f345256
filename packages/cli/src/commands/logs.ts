import type { CommandSpec } from "../command/Command.ts"

export const logs: CommandSpec = {
  name: "logs",
  summary: "Shows what happened in a run, a line for each event",
  details: [
    "With --json, or --output-format stream-json, each line is an object as a run writes it with --output-format stream-json; the result at its end is left out."
  ],
  arguments: [
    { name: "RUN", required: false, description: "the run, by the beginning of its id; the newest without it" }
  ],
  flags: [
    { name: "follow", alias: "f", description: "Go on until the run ends, whichever process it belongs to" },
    { name: "agent", metavar: "PATH", description: "Only this agent and those that it started: /root/NAME, or NAME" }
  ],
  examples: [
    { line: "deputize logs", what: "The newest run" },
    { line: "deputize logs -v", what: "With all that was said, as it came" },
    { line: "deputize logs -f --agent code-reviewer", what: "One agent, until the run ends" },
    { line: "deputize logs --json", what: "As lines of JSON" }
  ],
  streams: true,
  onlyLooks: true,
  load: () => import("./logs.handler.ts")
}
