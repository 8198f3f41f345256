import type { CommandSpec } from "../command/Command.ts"
import { continueFlags } from "./continueFlags.ts"

export const resume: CommandSpec = {
  name: "resume",
  summary: "Goes on with a run that was killed, stopped or paused",
  details: [
    "What is on record is not done and not paid again: agents that completed keep their result, the others go on where they stood, with those that they had started. Without RUN it is the last one of the workspace that can go on.",
    "A run at its limit goes on when there is more to use: --budget +20k. It goes on with the provider and the model that it was begun with, unless -m or --provider name others."
  ],
  arguments: [
    {
      name: "RUN",
      required: false,
      completes: "run",
      description: "the run, by the beginning of its id; the last that can go on without it"
    }
  ],
  flags: [
    {
      name: "budget",
      metavar: "+AMOUNT",
      repeatable: true,
      description: "Add tokens (+20k), money (+1usd), tool calls (+30calls) or time (+15min) to what the run may use"
    },
    ...continueFlags
  ],
  examples: [
    { line: "deputize resume", what: "The last run that can go on" },
    { line: "deputize resume r0mh8k3 --budget +20k", what: "One that was paused at its budget, with more" },
    { line: "deputize resume --on-unknown skip", what: "Leave out what may have been done already" }
  ],
  streams: true,
  load: () => import("./resume.handler.ts")
}
