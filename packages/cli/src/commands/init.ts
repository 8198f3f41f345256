import type { CommandSpec } from "../command/Command.ts"

export const init: CommandSpec = {
  name: "init",
  summary: "Prepares a workspace: a commented configuration and a first agent in .deputize",
  details: ["Files that are there stay as they are, so that it does no harm to run it again."],
  arguments: [],
  flags: [],
  examples: [
    { line: "deputize init", what: "In the workspace around the current folder" },
    { line: "deputize init -C ../shop", what: "In another folder" }
  ],
  needsNoConfig: true,
  load: () => import("./init.handler.ts")
}
