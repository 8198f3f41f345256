import type { CommandSpec } from "../command/Command.ts"
import { continueFlags } from "./continueFlags.ts"

export const send: CommandSpec = {
  name: "send",
  summary: "Says something to an agent of a run, which reads it before its next turn",
  details: [
    "To a run that is running the message is handed over, and the command ends. One that has ended is taken up again with it, and with what is left of its budget; it runs here then, and --detach lets it go on by itself."
  ],
  arguments: [
    {
      name: "RUN",
      required: true,
      completes: "run",
      description:
        "the run, by the beginning of its id; behind a slash the agent, as in r0mh8k3/code-lead/explorer, else its first one"
    },
    {
      name: "TEXT",
      required: true,
      description: "what is said; @FILE takes it from a file, - from standard input"
    }
  ],
  flags: [
    {
      name: "budget",
      metavar: "+AMOUNT",
      repeatable: true,
      description: "For a run that has ended: add this to what it may use, as resume does"
    },
    ...continueFlags
  ],
  examples: [
    { line: 'deputize send r0mh8k3 "Leave the tests alone"', what: "To the first agent of a run" },
    { line: 'deputize send r0mh8k3/explorer "Look into packages/core too"', what: "To another one" }
  ],
  streams: true,
  load: () => import("./send.handler.ts")
}
