import type { CommandSpec } from "../../command/Command.ts"

export const buildLogs: CommandSpec = {
  name: "build logs",
  summary: "Shows all that a step has printed in a build",
  details: [
    "Each attempt has a log of its own; the last one is shown. Without STEP it is the log of the session, which has a line for each event and for each important line of output."
  ],
  arguments: [{ name: "STEP", required: false, description: "the step; the whole session without it" }],
  flags: [
    { name: "follow", alias: "f", description: "Go on until the step has ended, or the session without STEP" },
    { name: "session", metavar: "SESSION", fallback: "the newest", description: "Of this session" },
    { name: "all", description: "Every attempt, the first one first" }
  ],
  examples: [
    { line: "deputize build logs", what: "What happened in the last build" },
    { line: "deputize build logs test", what: "All that the tests printed" },
    { line: "deputize build logs compile -f", what: "The same while it goes on" },
    { line: "deputize build logs test --json", what: "The paths of the logs as data" }
  ],
  load: () => import("./logs.handler.ts")
}
