/**
 * The key `supervision` of definitions of our own: read from a file, and as it is written.
 */
import { Restart } from "../../actor/ChildSpec.ts"
import { Strategy } from "../../actor/Strategy.ts"
import type { Fields } from "../../document/Fields.ts"
import { mostRestarts, type Supervision } from "../Supervision.ts"
import { readTime, timeText } from "../TimeText.ts"
import { section } from "./Common.ts"

const keys = ["restart", "strategy", "intensity", "period", "backoff", "silence"]

/** `startsOthers`: the agent may start agents. Undefined where the key is absent. */
export const supervisionOf = (root: Fields, startsOthers: boolean): Supervision | undefined => {
  const stated = section(root, "supervision", keys)
  if (stated === undefined) return undefined
  const restart = stated.oneOf("restart", Restart.literals)
  const strategy = stated.oneOf("strategy", Strategy.literals)
  const intensity = intensityOf(stated)
  const [periodMs, backoffMs] = [timeOf(stated, "period", 1), timeOf(stated, "backoff", 0)]
  const silenceMs = stated.text("silence") === never ? null : timeOf(stated, "silence", 1, `, or ${never}`)
  if (strategy !== undefined && !startsOthers) {
    stated.warnAt("strategy", "is about the agents that this one starts, and it may start none")
  }
  if (restart === "temporary") {
    for (const key of ["intensity", "period", "backoff"]) {
      if (stated.has(key)) stated.warnAt(key, "means nothing for an agent that is never restarted")
    }
  }
  return {
    ...(restart === undefined ? {} : { restart }),
    ...(intensity === undefined ? {} : { intensity }),
    ...(periodMs === undefined ? {} : { periodMs }),
    ...(backoffMs === undefined ? {} : { backoffMs }),
    ...(strategy === undefined ? {} : { strategy }),
    ...(silenceMs === undefined ? {} : { silenceMs })
  }
}

export const supervisionText = ({ backoffMs, intensity, periodMs, restart, silenceMs, strategy }: Supervision) => ({
  ...(restart === undefined ? {} : { restart }),
  ...(strategy === undefined ? {} : { strategy }),
  ...(intensity === undefined ? {} : { intensity }),
  ...(periodMs === undefined ? {} : { period: timeText(periodMs) }),
  ...(backoffMs === undefined ? {} : { backoff: timeText(backoffMs) }),
  ...(silenceMs === undefined ? {} : { silence: silenceMs === null ? never : timeText(silenceMs) })
})

// internal

/** The agent may be silent for ever. */
const never = "none"

const intensityOf = (stated: Fields): number | undefined => {
  const text = stated.text("intensity")
  const count = text !== undefined && /^\d{1,7}$/.test(text) ? Number(text) : undefined
  if (text === undefined || (count !== undefined && count <= mostRestarts)) return count
  return stated.wrong("intensity", `a whole number from 0 to ${mostRestarts}`)
}

const timeOf = (stated: Fields, key: string, least: number, or = ""): number | undefined => {
  const text = stated.text(key)
  const ms = text === undefined ? undefined : readTime(text)
  if (text === undefined || (ms !== undefined && ms >= least)) return ms
  return stated.wrong(key, `a time such as 90s, 10min or 2h${or}`)
}
