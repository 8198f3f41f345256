/**
 * A written pipeline as the runner takes it: groups made flat, the platform chosen, defaults filled in, paths absolute.
 * Pure; what it is given has passed all rules.
 */
import { basename, resolve } from "node:path"
import { needsWithout, type Written, writtenSteps } from "./Flatten.ts"
import type { Platform } from "./Outline.ts"
import type { Checks, Pipeline, Step, StepBase, StepId, ToolCheck } from "./Pipeline.ts"
import type { ChecksFile, StepFile } from "./PipelineFile.ts"
import { parseDuration, parseSize } from "./Quantity.ts"
import type { WrittenPipeline } from "./ReadPipeline.ts"
import { absolute, commandOf, installOf, listOf, type Surroundings, wordsOf, writtenOf } from "./ResolveWork.ts"
import { stepDefaults } from "./StepDefaults.ts"
import type { Path } from "./YamlTree.ts"

export interface ResolveOptions {
  /** Real path. */
  readonly workspace: string
  /** Absolute. */
  readonly file: string
  readonly platform: Platform
  readonly home: string
}

export const resolvePipeline = (
  { file, needs, tree }: WrittenPipeline,
  { file: path, home, platform, workspace }: ResolveOptions
): Pipeline => {
  const name = file.name ?? basename(workspace)
  const around: Surroundings = { workspace, home, pipeline: name, tree }
  const written = writtenSteps(file, platform)
  const kept = new Set(written.map(({ id }) => id))
  const steps = written.map((step) =>
    stepOf(
      step,
      around,
      needsWithout(step.id, (id) => needs.get(id)?.map((need) => need.id) ?? [], kept)
    )
  )
  return {
    name,
    file: path,
    workspace,
    env: envOf(file.env, ["env"], around),
    checks: checksOf(file.checks ?? {}, around),
    steps,
    logsDir: file.logs_dir === undefined ? null : absolute(file.logs_dir, around)
  }
}

// internal

const stepOf = (written: Written, around: Surroundings, needs: ReadonlyArray<StepId>): Step => {
  const { file, id, pathOf } = written
  const { workspace } = around
  const base: Omit<StepBase, "cache"> = {
    id,
    title: file.title ?? id,
    needs,
    inputs: file.inputs === undefined ? null : listOf(file.inputs),
    outputs: listOf(file.outputs ?? []),
    retry: retryOf(file),
    timeoutMs: msOf(file.timeout, stepDefaults.timeoutMs),
    silentMs: msOf(file.silent_after, stepDefaults.silentMs),
    env: stepEnv(written, around),
    cwd: resolve(workspace, file.cwd ?? written.group.cwd ?? "."),
    skipUnless: conditionOf(file.skip_unless, pathOf("skip_unless"), around),
    continueOnError: file.continue_on_error ?? stepDefaults.continueOnError,
    line: around.tree.placeOf(written.path).line
  }
  if (file.nx !== undefined) {
    const nx = typeof file.nx === "object" && "targets" in file.nx ? file.nx : { targets: file.nx }
    return {
      ...base,
      _tag: "Nx",
      cache: file.cache ?? "nx",
      targets: listOf(nx.targets),
      projects: nx.projects === undefined ? null : listOf(nx.projects),
      configuration: nx.configuration ?? null,
      parallel: nx.parallel ?? null
    }
  }
  if (file.run !== undefined) {
    const cache = file.cache ?? (file.inputs === undefined ? "never" : "content")
    return { ...base, _tag: "Run", cache, command: commandOf(file.run, pathOf("run"), around) }
  }
  return {
    ...base,
    _tag: "Install",
    cache: file.cache ?? "never",
    install: installOf(file.install ?? {}, pathOf("install"), around)
  }
}

const stepEnv = (
  { file, group, override, path, pathOf }: Written,
  around: Surroundings
): Readonly<Record<string, string>> => ({
  ...Object.assign({}, ...group.envs.map(({ env, path }) => envOf(env, path, around))),
  ...envOf(file.env, [...path, "env"], around),
  ...envOf(override?.env, pathOf("env"), around)
})

const envOf = (env: StepFile["env"], path: Path, around: Surroundings): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(env ?? {}).map(([name, value]) => [name, writtenOf(value, [...path, name], around)])
  )

const retryOf = ({ backoff = {}, retries, retry_on }: Pick<StepFile, "backoff" | "retries" | "retry_on">) => {
  const { factor, initial, max } = typeof backoff === "string" ? { initial: backoff } : backoff
  const { retry } = stepDefaults
  const initialMs = msOf(initial, retry.initialMs)
  return {
    retries: retries ?? retry.retries,
    initialMs,
    factor: factor ?? retry.factor,
    maxMs: msOf(max, Math.max(retry.maxMs, initialMs)),
    exitCodes: retry_on?.exit_codes ?? retry.exitCodes,
    patterns: listOf(retry_on?.patterns ?? [])
  }
}

const conditionOf = (condition: StepFile["skip_unless"], path: Path, around: Surroundings): StepBase["skipUnless"] => {
  if (condition?.exists !== undefined) return { _tag: "Exists", path: absolute(condition.exists, around) }
  if (condition?.command !== undefined) {
    return { _tag: "Command", command: commandOf(condition.command, [...path, "command"], around) }
  }
  if (condition?.env === undefined) return null
  const [name = "", ...value] = condition.env.split("=")
  return { _tag: "Env", name, value: value.length === 0 ? null : value.join("=") }
}

const checksOf = (file: ChecksFile, around: Surroundings): Checks => ({
  tools: Object.entries(file.tools ?? {}).map(([name, tool]): ToolCheck => {
    const path = ["checks", "tools", name]
    if (typeof tool !== "object") return { ...anyTool(name), version: writtenOf(tool, path, around) }
    return {
      ...anyTool(name),
      ...(tool.version === undefined ? {} : { version: writtenOf(tool.version, [...path, "version"], around) }),
      ...(tool.args === undefined ? {} : { args: wordsOf(tool.args, [...path, "args"], around) }),
      ...(tool.severity === undefined ? {} : { severity: tool.severity })
    }
  }),
  diskBytes: leastOf(file.disk),
  memoryBytes: leastOf(file.memory),
  ports: file.ports ?? [],
  network: file.network ?? []
})

const anyTool = (name: string): ToolCheck => ({ name, version: null, args: ["--version"], severity: "error" })

const leastOf = (file: ChecksFile["disk"]): Checks["diskBytes"] => {
  if (file === undefined) return null
  const { least, severity = "error" } = typeof file === "string" ? { least: file } : file
  return { least: parseSize(least) ?? 0, severity }
}

const msOf = <A>(text: string | undefined, otherwise: A): number | A =>
  text === undefined ? otherwise : (parseDuration(text) ?? otherwise)
