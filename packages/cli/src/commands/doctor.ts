import type { CommandSpec } from "../command/Command.ts"

export const doctor: CommandSpec = {
  name: "doctor",
  summary: "Checks whether runs can work here, and says what to do where they cannot",
  details: [
    "Looks at Node, the workspace, the folder of the records, the configuration, the programs that agents need, the provider, and processes and worktrees that runs have left. Nothing is changed without --clear, and no key is shown or sent: the provider is only connected to.",
    "Exit code 2 when a problem keeps runs from working; warnings do not."
  ],
  arguments: [],
  flags: [
    {
      name: "clear",
      description: "End the processes that killed runs have left, and remove worktrees of runs that are on no record"
    }
  ],
  examples: [
    { line: "deputize doctor", what: "Everything, a line each" },
    { line: "deputize doctor --clear", what: "The same, after what killed runs have left is ended" },
    { line: "deputize doctor --json", what: "The same as data" }
  ],
  needsNoConfig: true,
  load: () => import("./doctor.handler.ts")
}
