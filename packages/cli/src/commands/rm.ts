import type { CommandSpec } from "../command/Command.ts"

export const rm: CommandSpec = {
  name: "rm",
  summary: "Removes runs from the record, with the bytes that were kept to undo them",
  details: [
    "That a run was there and was removed stays in the record, so that an audit of the others goes on. A run that is running is refused."
  ],
  arguments: [
    {
      name: "RUN",
      required: false,
      repeatable: true,
      completes: "run",
      description: "runs, by the beginnings of their ids"
    }
  ],
  flags: [
    { name: "older-than", metavar: "TIME", description: "All that ended longer ago than this: 30d, 12h" },
    { name: "yes", alias: "y", description: "Do not ask" }
  ],
  examples: [
    { line: "deputize rm r0mh8k3", what: "One run" },
    { line: "deputize rm --older-than 30d --yes", what: "What nobody looks at any more" }
  ],
  load: () => import("./rm.handler.ts")
}
