/**
 * A pipeline as the runner takes it: checked, flat, paths absolute, durations in milliseconds, the choice of the platform
 * made. What a user writes is in PipelineFile.ts.
 */

/** `release/compile` for a step of a group: a group is only a prefix, its members inherit what it needs. */
export type StepId = string

export interface Pipeline {
  readonly name: string
  /** Absolute path of the file; null where it was derived from the workspace. */
  readonly file: string | null
  /** Real path; every relative path of the file starts here. */
  readonly workspace: string
  readonly env: Readonly<Record<string, string>>
  readonly checks: Checks
  /** In the order of the file; no cycles, no unknown needs. */
  readonly steps: ReadonlyArray<Step>
  /** Absolute; null for the state folder. */
  readonly logsDir: string | null
}

export type Step = NxStep | RunStep | InstallStep

export interface StepBase {
  readonly id: StepId
  readonly title: string
  /** Steps that must have passed before; groups are resolved to their members. */
  readonly needs: ReadonlyArray<StepId>
  /** Globs from the workspace; null where none are stated. */
  readonly inputs: ReadonlyArray<string> | null
  /** Globs or paths from the workspace. */
  readonly outputs: ReadonlyArray<string>
  /** "content": skipped when inputs, command and environment are as at its last success and its outputs are whole. */
  readonly cache: "nx" | "content" | "never"
  readonly retry: Retry
  /** Of one attempt; null for none. */
  readonly timeoutMs: number | null
  /** Without output for so long, the progress says so. */
  readonly silentMs: number
  readonly env: Readonly<Record<string, string>>
  /** Absolute. */
  readonly cwd: string
  readonly skipUnless: Condition | null
  readonly continueOnError: boolean
  /** Where it stands in the file, from 1; 0 where it was derived. */
  readonly line: number
}

export interface NxStep extends StepBase {
  readonly _tag: "Nx"
  readonly targets: ReadonlyArray<string>
  /** Null for all. */
  readonly projects: ReadonlyArray<string> | null
  readonly configuration: string | null
  /** Null for the runner's own count of jobs. */
  readonly parallel: number | null
}

export interface RunStep extends StepBase {
  readonly _tag: "Run"
  readonly command: RunCommand
}

/** A shell line is run by `sh -c` (`cmd /d /s /c` on Windows); an argument list without a shell. */
export type RunCommand =
  | { readonly _tag: "Shell"; readonly line: string }
  | { readonly _tag: "Argv"; readonly argv: readonly [string, ...ReadonlyArray<string>] }

export interface InstallStep extends StepBase {
  readonly _tag: "Install"
  readonly install: Install
}

export interface Install {
  /** Absolute; `--prefix` goes before it. `~/.deputize` unless stated. */
  readonly prefix: string
  /** The name of what is installed: the folder of its versions. */
  readonly name: string
  readonly from: InstallSource
  /** Names in the prefix's bin folder, to paths inside the staged version. */
  readonly bin: Readonly<Record<string, string>>
  /** Runs with the staged version's bin folder first on PATH and must exit 0; null for none. */
  readonly verify: RunCommand | null
  /** Previous versions that stay for `rollback`. */
  readonly keep: number
  /** Folder of agent definitions to put into the prefix's `agents`, never over edited ones; null for none. */
  readonly agents: string | null
}

export type InstallSource =
  /** Files as they are: `from` is a path or a glob of the workspace, `to` a path inside the version. */
  | {
      readonly _tag: "Files"
      readonly files: ReadonlyArray<{ readonly from: string; readonly to: string; readonly mode: number | null }>
    }
  /** `npm pack` of these package folders (absolute), then `npm install --global --prefix STAGED` of the archives. */
  | { readonly _tag: "Npm"; readonly packages: ReadonlyArray<string> }
  /** `cargo install --path PATH --root STAGED`. */
  | { readonly _tag: "Cargo"; readonly path: string; readonly args: ReadonlyArray<string> }

/** `deltas` are the waits before the second attempt, the third, and so on, before jitter. */
export interface Retry {
  /** 2 means at most 3 attempts. */
  readonly retries: number
  readonly initialMs: number
  readonly factor: number
  readonly maxMs: number
  /** Only these exit codes can pass next time; null for all but 126 and 127 (no such program, or not to be run). */
  readonly exitCodes: ReadonlyArray<number> | null
  /** Regular expressions: a failed attempt whose output matches one is tried again whatever its exit code. */
  readonly patterns: ReadonlyArray<string>
}

/** The step runs only if it holds. */
export type Condition =
  | { readonly _tag: "Exists"; readonly path: string }
  | { readonly _tag: "Env"; readonly name: string; readonly value: string | null }
  | { readonly _tag: "Command"; readonly command: RunCommand }

export interface Checks {
  readonly tools: ReadonlyArray<ToolCheck>
  /** Null for none. */
  readonly diskBytes: { readonly least: number; readonly severity: "warning" | "error" } | null
  readonly memoryBytes: { readonly least: number; readonly severity: "warning" | "error" } | null
  /** Must be free on loopback. */
  readonly ports: ReadonlyArray<number>
  /** `host:port` that must accept a connection. */
  readonly network: ReadonlyArray<string>
}

export interface ToolCheck {
  readonly name: string
  /** `>=1.75 <2`; null for any. */
  readonly version: string | null
  /** Words that make it print its version: `["--version"]` unless stated. */
  readonly args: ReadonlyArray<string>
  readonly severity: "warning" | "error"
}
