import type { CommandSpec } from "../../command/Command.ts"
import { agentFile } from "../agentFile.ts"

export const agentsExport: CommandSpec = {
  name: "agents export",
  summary: "Writes an agent's definition as a file of its own, with all rights spelled out",
  details: [
    "What is exported is the same agent when it is read again, whatever format it came from; built-in agents can be exported too, to change them."
  ],
  arguments: [{ name: "NAME", required: true, completes: "agent", description: "name of the agent" }],
  flags: [
    {
      name: "to",
      metavar: "LANGUAGE",
      choices: ["markdown", "yaml", "json", "toml"],
      fallback: "what the ending of -o says, else markdown",
      description: "What it is written in"
    },
    { name: "out", alias: "o", metavar: "FILE", description: "Write it to FILE instead of standard output" },
    agentFile
  ],
  examples: [
    {
      line: "deputize agents export code-reviewer > .deputize/agents/code-reviewer.md",
      what: "A built-in agent, to be changed"
    },
    { line: "deputize agents export explorer --to toml", what: "As TOML" },
    { line: "deputize agents export explorer -o explorer.yaml", what: "As YAML, by the ending" }
  ],
  load: () => import("./export.handler.ts")
}
