import type { CommandSpec } from "../../command/Command.ts"

export const buildRollback: CommandSpec = {
  name: "build rollback",
  summary: "Goes back to the version that was installed before",
  details: [
    "It is the same swap as an install, at one moment. Files of the version before are compared with what was installed first; agents that you have edited stay as they are."
  ],
  arguments: [
    { name: "NAME", required: false, description: "what was installed; may be left out where it is the only one" }
  ],
  flags: [{ name: "prefix", metavar: "DIR", fallback: "~/.deputize", description: "Where it was installed" }],
  examples: [
    { line: "deputize build rollback", what: "Back to the version before" },
    { line: "deputize build rollback shop --prefix /opt/shop", what: "Of one thing in a folder of its own" }
  ],
  load: () => import("./rollback.handler.ts")
}
