/**
 * Drops lines that only look like what was asked for: a bare `fork(` starts a process where the file imports fork from
 * a process module, and nowhere else.
 */
import type { LinePattern } from "./Probe.ts"
import { compile } from "./Ranking.ts"
import type { FoundLine } from "./ToolText.ts"

/** `imports` are the lines that the look-up for imports found; undefined if that gave no whole answer. */
export const withoutLookalikes = (
  lines: ReadonlyArray<FoundLine>,
  { ambiguous }: LinePattern,
  imports: ReadonlyArray<FoundLine> | undefined
): ReadonlyArray<FoundLine> => {
  const pattern = ambiguous === undefined ? undefined : compile(ambiguous.pattern)
  if (pattern === undefined || imports === undefined) return lines
  const byPath = Map.groupBy(imports, (line) => line.path)
  return lines.filter(({ path, text }) => {
    const match = pattern.exec(text)
    return (
      match === null ||
      (byPath.get(path) ?? []).some((line) =>
        brings(
          line.text,
          match.slice(1).find((name) => name !== undefined)
        )
      )
    )
  })
}

// internal

/** An import that ends on this line may have named more on the lines before it; one of the whole module names nothing. */
const brings = (text: string, name: string | undefined): boolean => {
  if (name === undefined || /^\s*\}/.test(text)) return true
  return (
    !/\bas\s+\w+\s*$|^\s*import\s+\*/.test(text) &&
    new RegExp(`\\b${name}\\b`).test(text.replace(/["'][^"']*["']/g, ""))
  )
}
