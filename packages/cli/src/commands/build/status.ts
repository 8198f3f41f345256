import type { CommandSpec } from "../../command/Command.ts"

export const buildStatus: CommandSpec = {
  name: "build status",
  summary: "Shows a build session with the state of each of its steps",
  details: [
    "Changes nothing, and works while a build is going on. A session is interrupted when its process is gone and left no end on record."
  ],
  arguments: [{ name: "SESSION", required: false, description: "name of the session; the newest without it" }],
  flags: [],
  examples: [
    { line: "deputize build status", what: "How far the build is, or how the last one ended" },
    { line: "deputize build status --json", what: "The same as data" }
  ],
  load: () => import("./status.handler.ts")
}
