/**
 * Kills a writing process at random moments and looks at what it left. Also a program:
 * `node --conditions=@deputize/source kill.ts --kills 500`.
 */
import { spawn } from "node:child_process"
import * as fs from "node:fs"
import * as path from "node:path"
import { fileURLToPath } from "node:url"
import { parseArgs } from "node:util"
import { ConfinedRoot } from "@deputize/core/workspace/ConfinedRoot"
import * as Effect from "effect/Effect"
import { fixture } from "./fixture.ts"

export interface KillCounts {
  /** Files that were neither one version nor another. */
  readonly torn: ReadonlyArray<string>
  /** Temporary files that were left, and of these removed by the sweep. */
  readonly left: number
  readonly swept: number
}

/** What the writing process writes: each as long as a disk takes several steps for. */
export const versions: ReadonlyArray<Uint8Array> = ["0", "1", "2", "3"].map((digit) => Buffer.alloc(700_000, digit))

export const killWriters = Effect.fn("killWriters")(function* (kills: number) {
  const { root, write } = yield* fixture
  for (const version of versions.slice(0, 1)) write("replaced.txt", version)
  const torn: Array<string> = []
  for (let kill = 0; kill < kills; kill++) {
    yield* killOne(root)
    for (const file of filesOf(root).filter((name) => !isTemporary(name))) {
      const bytes = fs.readFileSync(path.join(root, file))
      if (!versions.some((version) => bytes.equals(version))) torn.push(`kill ${kill}: ${file}, ${bytes.length} bytes`)
    }
  }
  const left = filesOf(root).filter(isTemporary)
  // The sweep belongs to a process that starts later; this one began before the killed ones did.
  for (const file of left) fs.utimesSync(path.join(root, file), 1, 1)
  const swept = yield* Effect.flatMap(ConfinedRoot, (confined) =>
    Effect.forEach([".", "made", "moved"], confined.sweepTemporaries)
  ).pipe(Effect.provide(ConfinedRoot.layer(root)))
  const counts: KillCounts = { torn, left: left.length, swept: swept.reduce((sum, count) => sum + count, 0) }
  return counts
}, Effect.scoped)

// internal

const killOne = (root: string) =>
  Effect.callback<void>((resume) => {
    const script = fileURLToPath(new URL("./killedWriter.ts", import.meta.url))
    const child = spawn(process.execPath, ["--conditions=@deputize/source", script, root], {
      stdio: ["ignore", "pipe", "inherit"]
    })
    child.stdout.once("data", () => setTimeout(() => child.kill("SIGKILL"), Math.random() * 25))
    child.once("exit", () => resume(Effect.void))
  })

const filesOf = (root: string): ReadonlyArray<string> =>
  fs
    .readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)))

const isTemporary = (file: string): boolean => file.endsWith(".tmp")

const main = Effect.gen(function* () {
  const { values } = parseArgs({ options: { kills: { type: "string" } } })
  const counts = yield* killWriters(Number(values.kills ?? 100))
  yield* Effect.sync(() => fs.writeSync(1, `${JSON.stringify(counts)}\n`))
  process.exitCode = counts.torn.length === 0 && counts.swept === counts.left ? 0 : 1
})

if (import.meta.main) await Effect.runPromise(main)
