import type { CommandSpec } from "../command/Command.ts"

export const attach: CommandSpec = {
  name: "attach",
  summary: "Shows a run that goes on elsewhere, and its result when it ends",
  details: [
    "As if it had been started here: progress on standard error, the result on standard output, its exit code. Ctrl-C ends the view and not the run; `deputize stop` ends the run."
  ],
  arguments: [
    {
      name: "RUN",
      required: false,
      completes: "run",
      description: "the run, by the beginning of its id; the newest that is running without it"
    }
  ],
  flags: [{ name: "out", alias: "o", metavar: "FILE", description: "Write the result as JSON to FILE" }],
  examples: [
    { line: "deputize attach", what: "The newest run that is running" },
    { line: "deputize attach r0mh8k3 --json", what: "Wait for its end, and take the result as JSON" }
  ],
  streams: true,
  onlyLooks: true,
  exitCodes: ["3", "4", "5", "6", "7", "8"],
  load: () => import("./attach.handler.ts")
}
