/**
 * The flags that say which agents are started again when they crash, and how long one may be silent.
 */
import type { FlagSpec } from "../command/Command.ts"

export const supervisionFlags: ReadonlyArray<FlagSpec> = [
  {
    name: "restart",
    metavar: "KIND",
    choices: ["permanent", "transient", "temporary"],
    fallback: "what definitions say, else temporary",
    description:
      "Which agents go on from their record: those that crashed (transient), also those that have answered (permanent)"
  },
  {
    name: "strategy",
    metavar: "KIND",
    choices: ["one-for-one", "one-for-all", "rest-for-one"],
    fallback: "one-for-one",
    description: "Whom the crash of an agent takes along: nobody, all beside it, or those that began after it"
  },
  {
    name: "intensity",
    metavar: "N/TIME",
    fallback: "3/60s",
    description: "Restarts of an agent in this time at most; one more crash is its end"
  },
  {
    name: "silence",
    metavar: "TIME",
    fallback: "10min",
    description: "End an agent of which nothing is seen for this time: 10 (minutes), 90s, 2h; none: never"
  }
]
