import type { CommandSpec } from "../../command/Command.ts"

/** For the completion scripts: it is quick, and says nothing where there is nothing to say. */
export const completionNames: CommandSpec = {
  name: "completion names",
  summary: "Prints the names that can be completed, a line each",
  arguments: [
    { name: "KIND", required: true, choices: ["agents", "runs"], description: "what can be named: agents or runs" }
  ],
  flags: [],
  examples: [{ line: "deputize completion names agents", what: "The agents that there are" }],
  hidden: true,
  needsNoConfig: true,
  load: () => import("./names.handler.ts")
}
