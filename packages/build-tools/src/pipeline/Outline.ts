/**
 * The steps of a pipeline file by their names and places, read from whatever is there: what is wrong in one place must
 * not hide what is wrong in another. Pure.
 */
import type { Path } from "./YamlTree.ts"

export interface Outline {
  /** Groups before their members, in the order of the file; a top-level `install` last. */
  readonly steps: ReadonlyArray<OutlineStep>
}

export interface OutlineStep {
  /** `release/compile`; undefined where it has no usable id. */
  readonly id: string | undefined
  readonly path: Path
  readonly group: OutlineStep | undefined
  readonly isGroup: boolean
  readonly fields: Fields
  /** The top-level install. */
  readonly isLast: boolean
}

export type Fields = Readonly<Record<string, unknown>>

export interface Entry {
  readonly text: string
  readonly path: Path
}

export const platforms = ["linux", "macos", "windows"] as const
export type Platform = (typeof platforms)[number]

export const outline = (value: unknown): Outline => {
  const root = fieldsOf(value)
  const steps = stepsIn(root.steps, ["steps"], undefined)
  if (root.install === undefined) return { steps }
  const last: OutlineStep = {
    id: "install",
    path: ["install"],
    group: undefined,
    isGroup: false,
    fields: { install: root.install },
    isLast: true
  }
  return { steps: [...steps, last] }
}

/** Texts of a list, or a single one. */
export const entriesOf = (value: unknown, path: Path): ReadonlyArray<Entry> => {
  if (typeof value === "string") return [{ text: value, path }]
  if (!Array.isArray(value)) return []
  return value.flatMap((text: unknown, index) => (typeof text === "string" ? [{ text, path: [...path, index] }] : []))
}

/** None for what is no mapping. */
export const fieldsOf = (value: unknown): Fields => (isFields(value) ? value : {})

export const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value)

/** Of a step on a platform: undefined where nothing differs, null where it is left out. */
export const overrideOf = ({ fields }: Pick<OutlineStep, "fields">, platform: Platform): Fields | null | undefined => {
  const override = fieldsOf(fields.on)[platform]
  return override === null ? null : isFields(override) ? override : undefined
}

// internal

const stepsIn = (value: unknown, path: Path, group: OutlineStep | undefined): ReadonlyArray<OutlineStep> =>
  Array.isArray(value) ? value.flatMap((step: unknown, index) => stepIn(step, [...path, index], group)) : []

const stepIn = (value: unknown, path: Path, group: OutlineStep | undefined): ReadonlyArray<OutlineStep> => {
  if (!isFields(value)) return []
  const { id } = value
  const isNamed = typeof id === "string" && id !== "" && (group === undefined || group.id !== undefined)
  const step: OutlineStep = {
    id: isNamed ? (group === undefined ? id : `${group.id}/${id}`) : undefined,
    path,
    group,
    isGroup: value.steps !== undefined,
    fields: value,
    isLast: false
  }
  return [step, ...stepsIn(value.steps, [...path, "steps"], step)]
}
