/** Steps with the defaults of a pipeline file, for tests of what works on decoded pipelines. */
import type { InstallStep, NxStep, Pipeline, RunStep, Step } from "../../src/pipeline/Pipeline.ts"

const base = (id: string, needs: ReadonlyArray<string>) => ({
  id,
  title: id,
  needs,
  outputs: [],
  retry: { retries: 2, initialMs: 10, factor: 2, maxMs: 100, exitCodes: null, patterns: [] },
  timeoutMs: null,
  silentMs: 60_000,
  env: {},
  cwd: "/work",
  skipUnless: null,
  continueOnError: false,
  line: 1
})

/** A cached step. */
export const cached = (id: string, ...needs: ReadonlyArray<string>): RunStep => ({
  ...base(id, needs),
  _tag: "Run",
  inputs: [`${id}.in`],
  cache: "content",
  command: { _tag: "Shell", line: "true" }
})

/** A step without a cache. */
export const plain = (id: string, ...needs: ReadonlyArray<string>): RunStep => ({
  ...cached(id, ...needs),
  inputs: null,
  cache: "never"
})

export const shell = (id: string, line: string, more: Partial<RunStep> = {}): RunStep => ({
  ...plain(id),
  command: { _tag: "Shell", line },
  ...more
})

export const nx = (id: string, more: Partial<NxStep> = {}): NxStep => ({
  ...base(id, []),
  _tag: "Nx",
  inputs: null,
  cache: "nx",
  targets: ["build"],
  projects: null,
  configuration: null,
  parallel: null,
  ...more
})

/** Installs files of the workspace under the name `tool`. */
export const installing = (
  id: string,
  prefix: string,
  files: Readonly<Record<string, string>>,
  bin: Readonly<Record<string, string>>,
  more: Partial<InstallStep> = {}
): InstallStep => ({
  ...base(id, []),
  _tag: "Install",
  inputs: null,
  cache: "never",
  install: {
    prefix,
    name: "tool",
    from: { _tag: "Files", files: Object.entries(files).map(([from, to]) => ({ from, to, mode: 0o755 })) },
    bin,
    verify: { _tag: "Shell", line: "tool" },
    keep: 3,
    agents: null
  },
  ...more
})

export const pipelineOf = (workspace: string, steps: ReadonlyArray<Step>): Pipeline => ({
  name: "test",
  file: null,
  workspace,
  env: {},
  checks: { tools: [], diskBytes: null, memoryBytes: null, ports: [], network: [] },
  steps: steps.map((step) => (step.cwd === "/work" ? { ...step, cwd: workspace } : step)),
  logsDir: null
})
