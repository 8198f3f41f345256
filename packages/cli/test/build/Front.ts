/** What build commands stand on: words of a command line, a folder of one's own, and channels that keep what is written. */
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as Effect from "effect/Effect"
import type { Invocation } from "../../src/command/Invocation.ts"
import { parse } from "../../src/command/Parse.ts"
import { commandTable } from "../../src/commands/table.ts"
import { Output } from "../../src/render/Output.ts"
import { makeStyle } from "../../src/render/Style.ts"

export const invoke = (...argv: ReadonlyArray<string>): Invocation => {
  const parsed = parse(commandTable, argv)
  if (parsed._tag !== "Run") throw new Error(`no command line: ${argv.join(" ")}`)
  return parsed.invocation
}

export const temporaryFolder = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "deputize-build-"))),
  (path) => Effect.sync(() => rmSync(path, { recursive: true, force: true }))
)

/** Everything that is written, each as `channel: text`. */
export const makeFront = ({ isTerminal = false }: { readonly isTerminal?: boolean } = {}) => {
  const texts: Array<string> = []
  const channel = (name: "data" | "notes") => ({
    write: (text: string) => Effect.sync(() => void texts.push(`${name}: ${text}`)),
    style: makeStyle(false, true),
    isTerminal,
    // What is drawn goes past the channels and has tests of its own.
    canRedraw: false
  })
  return { texts, output: Output.of({ data: channel("data"), notes: channel("notes") }) }
}
