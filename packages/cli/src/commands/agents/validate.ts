import type { CommandSpec } from "../../command/Command.ts"
import { agentFile } from "../agentFile.ts"

export const agentsValidate: CommandSpec = {
  name: "agents validate",
  summary: "Says what is wrong with definitions, and where",
  details: [
    "Every problem of every file is shown with file, line and column, and with what to do about it. Without an argument all definitions of the workspace and of the user are read.",
    "Exit code 2 when a definition cannot be read; with --strict also for warnings, such as an unknown key or a tool that nothing here provides."
  ],
  arguments: [
    {
      name: "NAME|FILE",
      completes: "agent",
      required: false,
      repeatable: true,
      description: "an agent or a definition file; all that there are without it"
    }
  ],
  flags: [{ name: "strict", description: "Take warnings as problems" }, agentFile],
  examples: [
    { line: "deputize agents validate", what: "Every definition that there is" },
    { line: "deputize agents validate .codex/agents/reviewer.toml --strict", what: "One file, warnings included" },
    { line: "deputize agents validate --json", what: "The same as data, for an editor or CI" }
  ],
  load: () => import("./validate.handler.ts")
}
