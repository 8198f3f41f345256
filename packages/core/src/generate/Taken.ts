/**
 * One thing that a definition asked for and did not get.
 */
export interface Taken {
  readonly right: "shell" | "network" | "write" | "read" | "mcp" | "spawn" | "tool" | "budget" | "name"
  readonly asked: string
  /** What stands in its place; null for nothing. */
  readonly kept: string | null
  /** As the end of a sentence that begins with what was asked. */
  readonly why: string
  /** What to add to the command line for it; null where nothing grants it. */
  readonly flag: string | null
}
