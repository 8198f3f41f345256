import type { CommandSpec } from "../command/Command.ts"

export const undo: CommandSpec = {
  name: "undo",
  summary: "Puts back what a run changed in files",
  details: [
    "Changed files get the bytes that they had before, removed ones come back with their rights, and what the run made goes, with folders that are empty then. A file that was changed since stays as it is and is named; the exit code is 5 then.",
    "It shows what it will do and asks first. What it does is on record, and its bytes are kept: --redo takes it back. An undo that was cut is finished by the same command."
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
    { name: "redo", description: "Take back the last undo of the run" },
    { name: "dry-run", description: "Show what would be put back, and change nothing" },
    { name: "yes", alias: "y", description: "Do not ask; needed where standard input is no terminal" }
  ],
  examples: [
    { line: "deputize undo --dry-run", what: "What would be put back of the newest run that changed something" },
    { line: "deputize undo --yes", what: "Put it back" },
    { line: "deputize undo r0mh8k3 --agent refactorer", what: "Only what one agent of a run did" },
    { line: "deputize undo --redo", what: "Have the changes again" }
  ],
  exitCodes: ["5"],
  load: () => import("./undo.handler.ts")
}
