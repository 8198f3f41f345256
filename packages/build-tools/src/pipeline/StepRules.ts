/**
 * What a step must be beyond the types of its fields: one kind of work, on every platform. Pure.
 */
import { type Fields, fieldsOf, isFields, type OutlineStep, overrideOf, platforms } from "./Outline.ts"
import type { Finding } from "./SchemaProblems.ts"
import type { Path } from "./YamlTree.ts"

export const stepProblems = (step: OutlineStep): ReadonlyArray<Finding> =>
  unique([
    ...kindProblems(step),
    ...(step.isGroup ? groupProblems(step) : cacheProblems(step)),
    ...placesOf(step).flatMap(([fields, path]) => [
      ...conditionProblems(fields, path),
      ...installProblems(fields, path)
    ])
  ])

// internal

const kinds = ["run", "nx", "steps", "install"]

const kindsOf = (fields: Fields): ReadonlyArray<string> => kinds.filter((kind) => fields[kind] !== undefined)

/** The step itself and what differs on platforms. */
const placesOf = (step: OutlineStep): ReadonlyArray<readonly [Fields, Path]> => [
  [step.fields, step.isLast ? [] : step.path],
  ...platforms.flatMap((platform) => {
    const override = overrideOf(step, platform)
    return isFields(override) ? [[override, [...step.path, "on", platform]] as const] : []
  })
]

const kindProblems = (step: OutlineStep): ReadonlyArray<Finding> => {
  const several = placesOf(step).flatMap(([fields, path]) => {
    const [first, second, ...more] = kindsOf(fields)
    if (first === undefined || second === undefined) return []
    return [
      {
        path: [...path, second],
        isKey: true,
        problem: `a step does one thing, and this has ${[first, second, ...more].join(" and ")}`,
        fix: "Keep one of them, or make steps of them with needs between."
      }
    ]
  })
  if (kindsOf(step.fields).length > 0) return several
  const without = platforms.filter((platform) => {
    const override = overrideOf(step, platform)
    return override === undefined || (override !== null && kindsOf(override).length === 0)
  })
  if (without.length === 0) return several
  const where = without.length === platforms.length ? "" : ` on ${without.join(" and ")}`
  const fix =
    where === ""
      ? "Give it one of run, nx, steps or install."
      : `Give it a run for ${without.join(" and ")} too, or null to leave it out there.`
  return [...several, { path: step.path, isKey: false, problem: `has nothing to do${where}`, fix }]
}

/** What a group can pass on to its members. */
const ofGroups = ["id", "title", "steps", "needs", "env", "cwd", "on"]

const groupProblems = (step: OutlineStep): ReadonlyArray<Finding> =>
  placesOf(step).flatMap(([fields, path], index) =>
    Object.keys(fields)
      .filter((key) => !ofGroups.includes(key) && (index > 0 || !kinds.includes(key)))
      .map((key) => ({
        path: [...path, key],
        isKey: true,
        problem: "cannot be said of a group",
        fix: "Say it of its members; they inherit needs, env and cwd."
      }))
  )

const cacheProblems = (step: OutlineStep): ReadonlyArray<Finding> =>
  platforms.flatMap((platform) => {
    const override = overrideOf(step, platform)
    if (override === null) return []
    const fields = { ...step.fields, ...override }
    const own = kindsOf(override ?? {})
    const [kind] = own.length > 0 ? own : kindsOf(step.fields)
    const path = [...step.path, ...(override?.cache === undefined ? [] : ["on", platform]), "cache"]
    const fix = "Use content and state inputs, or never."
    if (fields.cache === "nx" && kind !== "nx") {
      return [{ path, isKey: false, problem: "nx caches only what runs by nx", fix }]
    }
    if (fields.cache === "content" && fields.inputs === undefined) {
      return [{ path, isKey: false, problem: "content is compared by inputs, and none are stated", fix }]
    }
    return []
  })

const conditionProblems = (fields: Fields, path: Path): ReadonlyArray<Finding> => {
  const condition = fields.skip_unless
  if (!isFields(condition)) return []
  const count = ["exists", "env", "command"].filter((key) => condition[key] !== undefined).length
  if (count === 1 || Object.keys(condition).length > count) return []
  const problem = count === 0 ? "states no condition" : "states more than one condition"
  return [{ path: [...path, "skip_unless"], isKey: true, problem, fix: "Give it one of exists, env and command." }]
}

const sources = ["files", "npm", "cargo"]

const installProblems = (fields: Fields, path: Path): ReadonlyArray<Finding> => {
  if (!isFields(fields.install)) return []
  const install = fieldsOf(fields.install)
  const at = [...path, "install"]
  const given = sources.filter((source) => install[source] !== undefined)
  const { bin } = install
  const isEmpty = (isFields(bin) && Object.keys(bin).length === 0) || (Array.isArray(bin) && bin.length === 0)
  const none = Array.isArray(install.files) && install.files.length === 0
  if (given.length > 1) {
    const problem = `installs from ${given.join(" and from ")}`
    return [{ path: at, isKey: true, problem, fix: "Keep one of files, npm and cargo, or make two install steps." }]
  }
  if (given.length === 0 ? bin === undefined || isEmpty : none) {
    const fix = "Give it bin with the built file of each command, or files, npm or cargo."
    return [{ path: at, isKey: true, problem: "has neither bin nor files to install", fix }]
  }
  const [source] = given
  if (!Array.isArray(bin) || source === "npm" || source === "cargo") return []
  const fix = "Write bin as a mapping from each command to its file."
  return [{ path: [...at, "bin"], isKey: true, problem: "names commands without their files", fix }]
}

/** What is wrong on several platforms is said once. */
const unique = (findings: ReadonlyArray<Finding>): ReadonlyArray<Finding> => [
  ...new Map(findings.map((finding) => [JSON.stringify([finding.path, finding.problem]), finding])).values()
]
