import type { CommandSpec } from "../../command/Command.ts"
import { agentFile } from "../agentFile.ts"

export const agentsShow: CommandSpec = {
  name: "agents show",
  summary: "Shows one agent: where it is defined, what it may do, its limits and instructions",
  arguments: [{ name: "NAME", required: true, completes: "agent", description: "name of the agent" }],
  flags: [agentFile],
  examples: [
    { line: "deputize agents show code-reviewer", what: "A built-in agent" },
    { line: "deputize agents show code-reviewer --json", what: "The same as data" }
  ],
  load: () => import("./show.handler.ts")
}
