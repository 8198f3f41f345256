import type { CommandSpec } from "../command/Command.ts"

export const diff: CommandSpec = {
  name: "diff",
  summary: "Shows what a run changed in files, as a patch",
  details: [
    "From the bytes that a file had before the run to those that the run left, whatever has become of it since. Where standard output is no terminal it is a patch that `git apply` takes, bytes that are no text included.",
    "A file whose bytes are not kept any more is left out and named on standard error; the exit code is 5 then."
  ],
  arguments: [
    {
      name: "RUN",
      required: false,
      description: "the run, by the beginning of its id; the newest that changed something without it"
    }
  ],
  flags: [
    {
      name: "agent",
      metavar: "PATH",
      description: "Only what this agent and those below it changed: /root/NAME, or NAME"
    },
    { name: "stat", description: "Only how many lines of which files" }
  ],
  examples: [
    { line: "deputize diff", what: "The newest run that changed something" },
    { line: "deputize diff --stat", what: "Which files, and how many lines" },
    { line: "deputize diff --agent refactorer", what: "What one agent did; | git apply -R takes it back" },
    { line: "deputize diff --json", what: "As data" }
  ],
  exitCodes: ["5"],
  load: () => import("./diff.handler.ts")
}
