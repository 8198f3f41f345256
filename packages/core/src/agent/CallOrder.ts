/**
 * Which calls of a turn wait for others: a model that asks for two edits of a file, or for a file and then for a change
 * of it, means them one after the other. Pure.
 *
 * 1. A call that changes files waits for all before it that read or change files.
 * 2. A call that reads files waits for those before it that change files.
 * 3. All other calls run side by side, those that wait for other agents among them.
 */
import { canonicalName, needOf } from "../tool/ToolNames.ts"

/** For each call, by the name of its tool, the places of those that it waits for. */
export const waitsOf = (tools: ReadonlyArray<string>): ReadonlyArray<ReadonlyArray<number>> => {
  const uses = tools.map(useOf)
  return uses.map((use, at) => (use === null ? [] : before(uses, at, use)))
}

// internal

type Use = "read" | "write" | null

const useOf = (tool: string): Use => {
  const need = needOf(canonicalName(tool))
  return need === "read" || need === "write" ? need : null
}

const before = (uses: ReadonlyArray<Use>, at: number, use: "read" | "write"): ReadonlyArray<number> =>
  uses.slice(0, at).flatMap((each, place) => (each === "write" || (each === "read" && use === "write") ? [place] : []))
