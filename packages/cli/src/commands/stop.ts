import type { CommandSpec } from "../command/Command.ts"

export const stop: CommandSpec = {
  name: "stop",
  summary: "Ends a run in whichever process it is; it can be resumed",
  details: [
    "Its agents end as by Ctrl-C, with what they have on record, and the command comes back when they have. --force does not wait for a process that does not listen: it is ended by a signal, and its run is lost until it is resumed."
  ],
  arguments: [
    {
      name: "RUN",
      required: false,
      repeatable: true,
      completes: "run",
      description: "runs, by the beginnings of their ids; without any the one that is running, if it is the only one"
    }
  ],
  flags: [
    { name: "all", description: "End every run of the workspace" },
    { name: "force", description: "End a process that does not listen within 10 s, with all that it started" }
  ],
  examples: [
    { line: "deputize stop", what: "The one run that is running" },
    { line: "deputize stop r0mh8k3 --force", what: "Also when its process hangs" }
  ],
  load: () => import("./stop.handler.ts")
}
