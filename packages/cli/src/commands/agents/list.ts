import type { CommandSpec } from "../../command/Command.ts"
import { agentFile } from "../agentFile.ts"

export const agentsList: CommandSpec = {
  name: "agents list",
  summary: "Lists the agents of the workspace, of the user, and the built-in ones",
  details: ["A definition that cannot be read is listed with its error; the others can still be used."],
  arguments: [],
  flags: [agentFile],
  examples: [
    { line: "deputize agents list", what: "The agents that can be delegated to" },
    { line: "deputize agents list --json", what: "The same as data" }
  ],
  load: () => import("./list.handler.ts")
}
