import type { CommandSpec } from "../../command/Command.ts"
import { pathNames } from "../../config/KnownPath.ts"

export const configPath: CommandSpec = {
  name: "config path",
  summary: "Shows the files and folders of deputize, and which are there",
  details: [
    "DEPUTIZE_HOME holds them all where it is set; otherwise they are where XDG_CONFIG_HOME, XDG_STATE_HOME, XDG_CACHE_HOME and XDG_DATA_HOME say, or in the usual places of the system. Nothing is made by looking."
  ],
  arguments: [
    { name: "NAME", required: false, completes: pathNames, description: `one path alone: ${pathNames.join(", ")}` }
  ],
  flags: [],
  examples: [
    { line: "deputize config path", what: "All of them" },
    { line: '"$EDITOR" "$(deputize config path user)"', what: "Edit your own configuration" },
    { line: "deputize config path --json", what: "As data" }
  ],
  needsNoConfig: true,
  load: () => import("./path.handler.ts")
}
