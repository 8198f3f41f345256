import type { CommandSpec } from "../../command/Command.ts"

export const buildList: CommandSpec = {
  name: "build list",
  summary: "Lists the build sessions of the workspace, the newest first",
  details: ["Shows the last 20. A build that found nothing to do is no session."],
  arguments: [],
  flags: [{ name: "all", description: "List every session on record" }],
  examples: [
    { line: "deputize build list", what: "What was built last" },
    { line: "deputize build list --all --json", what: "Every session as data" }
  ],
  load: () => import("./list.handler.ts")
}
