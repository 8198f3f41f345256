/**
 * Whether the ripgrep that the searching tools use runs on this machine: it is a program of its own, for one platform.
 */
import { tmpdir } from "node:os"
import { rgPath } from "@vscode/ripgrep"
import * as Effect from "effect/Effect"
import { run } from "../process/ChildProcess.ts"

/** Its path, and what it calls itself: `ripgrep 15.0.0 (rev …)`. */
export const ripgrepVersion = Effect.map(
  run({ command: rgPath, args: ["--no-config", "--version"], cwd: tmpdir(), maxStdoutBytes: 4096, timeoutMs: 5000 }),
  ({ stdout }) => ({ path: rgPath, version: new TextDecoder().decode(stdout).split("\n", 1)[0] ?? "" })
)
