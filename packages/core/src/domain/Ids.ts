/**
 * Names of things that outlive a process: runs and the places of agents in a run's tree.
 */
import * as Schema from "effect/Schema"

/** A run: `r` + 9 base-36 digits of the start in milliseconds + 4 random ones. Sorts by time of start. */
export const RunId = Schema.String.pipe(
  Schema.check(Schema.isPattern(/^r[0-9a-z]{13}$/, { expected: "a run id such as r0mh8k3x2q7f4a" })),
  Schema.brand("RunId")
)
export type RunId = typeof RunId.Type

/** An agent's address in its run's tree: `/root/code-reviewer`, a second copy `/root/code-reviewer#2`. */
export const AgentPath = Schema.String.pipe(
  Schema.check(Schema.isPattern(/^\/root(\/[^/\s]+)*$/, { expected: "an agent path such as /root/code-reviewer" })),
  Schema.brand("AgentPath")
)
export type AgentPath = typeof AgentPath.Type

/** The root of every run's tree: the run itself, not an agent. */
export const rootPath = AgentPath.make("/root")

/** An agent that the run was started with, directly below the root; all others were started by agents. */
export const isNamed = (path: AgentPath): boolean => path.lastIndexOf("/") === rootPath.length && path !== rootPath

/** Of an agent; the root's is the root. */
export const parentPath = (path: AgentPath): AgentPath =>
  path === rootPath ? rootPath : AgentPath.make(path.slice(0, path.lastIndexOf("/")))

/** The last part of an agent's path: its name, and which copy it is. */
export const shortName = (path: string): string => path.slice(path.lastIndexOf("/") + 1)

/** Builds a run id from a start time in milliseconds since 1970 and four base-36 digits of chance. */
export const makeRunId = (startedAt: number, chance: number): RunId =>
  RunId.make(
    `r${startedAt.toString(36).padStart(9, "0")}${Math.floor(chance * 36 ** 4)
      .toString(36)
      .padStart(4, "0")}`
  )

/** The path of the `copy`-th agent of this name (from 1) below `parent`. */
export const childPath = (parent: AgentPath, name: string, copy = 1): AgentPath =>
  AgentPath.make(`${parent}/${name}${copy > 1 ? `#${copy}` : ""}`)
