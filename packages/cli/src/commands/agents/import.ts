import type { CommandSpec } from "../../command/Command.ts"

export const agentsImport: CommandSpec = {
  name: "agents import",
  summary: "Takes a definition of another tool over into .deputize/agents",
  details: [
    "Reads Markdown with front matter, YAML, JSON and TOML in every shape that `agents list` reads, and writes Markdown with all rights spelled out. What could not be carried over is said, a line each.",
    "A file that is there is not replaced without --force."
  ],
  arguments: [{ name: "FILE", required: true, description: "the definition" }],
  flags: [
    { name: "as", metavar: "NAME", description: "The agent's name here, instead of the one in the file" },
    { name: "force", description: "Replace the file in .deputize/agents if there is one" }
  ],
  examples: [
    { line: "deputize agents import ~/.codex/agents/reviewer.toml", what: "A Codex agent" },
    { line: "deputize agents import old/agent.yaml --as security-scan", what: "Under another name" }
  ],
  load: () => import("./import.handler.ts")
}
