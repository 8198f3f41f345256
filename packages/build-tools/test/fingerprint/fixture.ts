/**
 * What the tests of fingerprints share: a workspace with files, a step of it, and the service on a state folder beside
 * it, made anew each time as the next process would.
 */
import { existsSync, lstatSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import * as Effect from "effect/Effect"
import { Fingerprints } from "../../src/fingerprint/Fingerprints.ts"
import type { StepContext } from "../../src/fingerprint/StepFingerprint.ts"
import type { RunStep } from "../../src/pipeline/Pipeline.ts"

/** An empty folder that is removed with the scope; in memory where the system has one, so that syncs cost nothing. */
export const folder = Effect.acquireRelease(
  Effect.sync(() =>
    realpathSync(mkdtempSync(join(existsSync("/dev/shm") ? "/dev/shm" : tmpdir(), "deputize-fingerprint-")))
  ),
  (path) => Effect.sync(() => rmSync(path, { recursive: true, force: true }))
)

export const write = (root: string, files: Readonly<Record<string, string>>): void => {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
}

/** Returns when a file's times are so old that its hash may be kept. */
export const settle = (file: string): void => {
  const { ctimeMs } = lstatSync(file)
  while (Date.now() - ctimeMs < 12) {
    // The clock of the file system cannot be set from here.
  }
}

export const context: StepContext = { env: {}, tools: {} }

export const stepOf = (workspace: string, changes: Partial<RunStep> = {}): RunStep => ({
  _tag: "Run",
  id: "compile",
  title: "Compile",
  command: { _tag: "Argv", argv: ["make"] },
  needs: [],
  inputs: ["src/**"],
  outputs: ["out"],
  cache: "content",
  retry: { retries: 2, initialMs: 1000, factor: 2, maxMs: 60_000, exitCodes: null, patterns: [] },
  timeoutMs: null,
  silentMs: 300_000,
  env: {},
  cwd: workspace,
  skipUnless: null,
  continueOnError: false,
  line: 1,
  ...changes
})

/** Does `use` with the service as a new process has it; what it learnt is written afterwards. */
export const withFingerprints = <A, E, R>(
  root: string,
  use: (fingerprints: Fingerprints["Service"]) => Effect.Effect<A, E, R>
) =>
  Fingerprints.use(use).pipe(
    Effect.provide(Fingerprints.layer({ folder: `${root}/state`, workspace: `${root}/work` }), { local: true })
  )
