/**
 * The steps of a pipeline file in a row, as a platform has them: members with what their groups pass on, without the steps
 * that are left out. Pure.
 */
import type { Platform } from "./Outline.ts"
import type { StepId } from "./Pipeline.ts"
import type { InstallFile, PipelineFile, StepFile } from "./PipelineFile.ts"
import type { Path } from "./YamlTree.ts"

export interface Written {
  readonly id: StepId
  /** With what differs on the platform. */
  readonly file: Omit<StepFile, "id" | "steps">
  /** Where a field stands. */
  readonly pathOf: (field: string) => Path
  readonly path: Path
  readonly group: Group
  /** What the platform adds. */
  readonly override: Override | undefined
}

type Override = Omit<StepFile, "id" | "steps" | "needs" | "on">

/** What members inherit, the outermost first. */
export interface Group {
  readonly prefix: string
  readonly envs: ReadonlyArray<{ readonly env: StepFile["env"]; readonly path: Path }>
  readonly cwd: string | undefined
}

export const writtenSteps = (file: PipelineFile, platform: Platform): ReadonlyArray<Written> => [
  ...membersOf(file.steps ?? [], ["steps"], rootGroup, platform),
  ...(file.install === undefined ? [] : [lastStep(file.install)])
]

/** A step that is left out here hands on what it needs. */
export const needsWithout = (
  id: StepId,
  needsOf: (id: StepId) => ReadonlyArray<StepId>,
  kept: ReadonlySet<StepId>
): ReadonlyArray<StepId> => {
  const found = new Set<StepId>()
  const seen = new Set<StepId>()
  const visit = (need: StepId): void => {
    if (seen.has(need)) return
    seen.add(need)
    if (kept.has(need)) found.add(need)
    else needsOf(need).forEach(visit)
  }
  needsOf(id).forEach(visit)
  return [...found]
}

// internal

const rootGroup: Group = { prefix: "", envs: [], cwd: undefined }

const membersOf = (
  steps: ReadonlyArray<StepFile>,
  path: Path,
  group: Group,
  platform: Platform
): ReadonlyArray<Written> => steps.flatMap((step, index) => stepsOf(step, [...path, index], group, platform))

const stepsOf = (
  { steps, ...file }: StepFile,
  path: Path,
  group: Group,
  platform: Platform
): ReadonlyArray<Written> => {
  const override = file.on?.[platform]
  if (override === null) return []
  const id = group.prefix + file.id
  const at = [...path, "on", platform]
  if (steps === undefined) {
    const pathOf = (field: string) =>
      override !== undefined && Object.hasOwn(override, field) ? [...at, field] : [...path, field]
    return [{ id, file: overridden(file, override), pathOf, path, group, override }]
  }
  const inner: Group = {
    prefix: `${id}/`,
    envs: [...group.envs, { env: file.env, path: [...path, "env"] }, { env: override?.env, path: [...at, "env"] }],
    cwd: override?.cwd ?? file.cwd ?? group.cwd
  }
  return membersOf(steps, [...path, "steps"], inner, platform)
}

/** Another kind of work replaces that of the step; its environment is added to, in `stepEnv`. */
const overridden = (file: Omit<StepFile, "steps">, override: Override | undefined): Omit<StepFile, "steps"> => {
  if (override === undefined) return file
  const { install, nx, run, ...manner } = file
  const isOther = override.run !== undefined || override.nx !== undefined || override.install !== undefined
  const { env, ...differing } = { ...manner, ...(isOther ? {} : present({ run, nx, install })), ...override }
  return file.env === undefined ? differing : { ...differing, env: file.env }
}

const present = ({ install, nx, run }: { readonly [K in "install" | "nx" | "run"]: StepFile[K] | undefined }) => ({
  ...(run === undefined ? {} : { run }),
  ...(nx === undefined ? {} : { nx }),
  ...(install === undefined ? {} : { install })
})

const lastStep = (install: InstallFile): Written => ({
  id: "install",
  file: { install },
  pathOf: (field) => [field],
  path: ["install"],
  group: rootGroup,
  override: undefined
})
