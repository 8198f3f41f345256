import type { CommandSpec } from "../../command/Command.ts"

export const buildClean: CommandSpec = {
  name: "build clean",
  summary: "Removes what is kept to skip work in this workspace, and the logs of its builds",
  details: [
    "Only what the runner made in its own folder is removed, so the next build runs every step. What steps made, what was installed and the record of sessions stay."
  ],
  arguments: [],
  flags: [],
  examples: [{ line: "deputize build clean", what: "The next build begins from nothing" }],
  load: () => import("./clean.handler.ts")
}
