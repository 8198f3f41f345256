/**
 * The lines that join agents to the one that started them. Pure.
 */
import type { Style } from "./Style.ts"

/** What stands before an agent's name, and before what is below it. */
export interface Branch {
  readonly first: string
  readonly below: string
}

/** One for each agent, which are in the order of the tree; `depth` 1 stands at the left. */
export const branches = (
  agents: ReadonlyArray<{ readonly depth: number }>,
  { marks }: Style
): ReadonlyArray<Branch> => {
  /** Whether a later agent stands at this depth, below the same parent. */
  const goesOn: Array<boolean> = []
  const space = " ".repeat(marks.beside.length)
  const found: Array<Branch> = []
  for (const { depth } of agents.toReversed()) {
    const above = Array.from({ length: Math.max(0, depth - 2) }, (_, index) =>
      goesOn[index + 2] ? marks.beside : space
    )
    const own = depth < 2 ? "" : goesOn[depth] ? marks.branch : marks.lastBranch
    const beside = depth < 2 ? "" : goesOn[depth] ? marks.beside : space
    const children = goesOn[depth + 1] ? marks.beside : ""
    found.push({ first: above.join("") + own, below: above.join("") + beside + children })
    goesOn.length = depth + 1
    goesOn[depth] = true
  }
  return found.toReversed()
}
