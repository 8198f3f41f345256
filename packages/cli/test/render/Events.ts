/** Events of a run as a journal gives them: numbered, and each a second after the one before it unless it says when. */
import { AgentPath, RunId } from "@deputize/core/domain/Ids"
import { type Recorded, recorded } from "@deputize/core/history/Fact"
import type { JournalEvent } from "@deputize/core/journal/Journal"
import { advance, emptyView, type RunView } from "../../src/render/Progress.ts"

/** When every run here starts, in milliseconds since 1970. */
export const start = 1_700_000_000_000

export interface Happening {
  readonly what: string
  readonly body?: unknown
  /** Below the root; "" is the run itself. */
  readonly agent?: string
  /** Milliseconds after the start. */
  readonly at?: number
}

export const eventsOf = (happenings: ReadonlyArray<Happening>): ReadonlyArray<JournalEvent> =>
  happenings.map(({ agent = "code-reviewer", at, body = {}, what }, index) => {
    const [namespace = "", type = ""] = what.split(".")
    const path = namespace === "run" || agent === "" ? "/root" : `/root/${agent}`
    return {
      run: RunId.make("r0mh8k3x2q7f4a"),
      seq: index + 1,
      time: start + (at ?? index * 1_000),
      namespace,
      version: 1,
      path: AgentPath.make(path),
      parent: path === "/root" ? null : AgentPath.make(path.slice(0, path.lastIndexOf("/"))),
      type,
      body,
      hash: ""
    }
  })

/** The same with their bodies read, as views take them. */
export const factsOf = (happenings: ReadonlyArray<Happening>): ReadonlyArray<Recorded> =>
  eventsOf(happenings).map(recorded)

export const viewOf = (happenings: ReadonlyArray<Happening>): RunView => factsOf(happenings).reduce(advance, emptyView)

export const asked = (...agents: ReadonlyArray<string>): Happening => ({
  what: "run.Started",
  at: 0,
  body: {
    workspace: "/w",
    agents: agents.map((agent) => ({ path: `/root/${agent}`, agent, goal: `Goal of ${agent}` })),
    tokens: 80_000,
    nanoUsd: null,
    deadlineMs: null,
    maxParallel: 2,
    provider: "offline",
    mode: "evidence-only"
  }
})

export const started = (agent: string, tokens: number | null = 40_000, at?: number): Happening => ({
  what: "agent.Started",
  agent,
  body: {
    agent,
    goal: "g",
    scope: ["src"],
    prompt: "p",
    model: "m",
    tokens,
    nanoUsd: null,
    tools: ["grep"],
    unavailable: [],
    contextFiles: []
  },
  ...(at === undefined ? {} : { at })
})

export const call = (id: string, name: string, args: unknown) => ({ id, name, args: JSON.stringify(args) })
