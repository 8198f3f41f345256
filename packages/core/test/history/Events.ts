/** Events of a run as a journal gives them: numbered, and each a second after the one before it unless it says when. */
import { AgentPath, RunId } from "../../src/domain/Ids.ts"
import { type Recorded, recorded } from "../../src/history/Fact.ts"

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

export const factsOf = (happenings: ReadonlyArray<Happening>): ReadonlyArray<Recorded> =>
  happenings.map(({ agent = "code-reviewer", at, body = {}, what }, index) => {
    const [namespace = "", type = ""] = what.split(".")
    const path = namespace === "run" || agent === "" ? "/root" : `/root/${agent}`
    return recorded({
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
    })
  })
