/**
 * Which steps a step needs: names are looked for among its siblings, then outwards; a group means its members, which
 * need what their group does. Pure.
 */
import { nearestNames } from "@deputize/core/internal/domain/NearestNames"
import { cyclesIn } from "./Cycle.ts"
import { entriesOf, type Outline, type OutlineStep } from "./Outline.ts"
import type { Finding } from "./SchemaProblems.ts"
import type { Path } from "./YamlTree.ts"

export interface Need {
  readonly id: string
  /** Where it is said. */
  readonly path: Path
}

export interface Needs {
  /** By step, without groups. */
  readonly byStep: ReadonlyMap<string, ReadonlyArray<Need>>
  readonly problems: ReadonlyArray<Finding>
}

export const needsIn = (outline: Outline): Needs => {
  const names = new Names(outline)
  const problems = [...duplicates(outline), ...outline.steps.flatMap((step) => unknownNeeds(step, names))]
  const work = outline.steps.filter(({ id, isGroup }) => id !== undefined && !isGroup)
  const byStep = new Map(work.map((step) => [step.id ?? "", needsOf(step, names, work)]))
  return { byStep, problems: [...problems, ...cycles(byStep)] }
}

// internal

class Names {
  readonly all: ReadonlySet<string>
  readonly #members = new Map<string, Array<string>>()

  constructor({ steps }: Outline) {
    this.all = new Set(steps.flatMap(({ id }) => (id === undefined ? [] : [id])))
    for (const step of steps) {
      if (step.id === undefined || step.isGroup) continue
      for (let at: OutlineStep | undefined = step; at !== undefined; at = at.group) {
        if (at.id === undefined) continue
        const members = this.#members.get(at.id)
        if (members === undefined) this.#members.set(at.id, [step.id])
        else members.push(step.id)
      }
    }
  }

  /** What `step` means by a name. */
  find({ group }: OutlineStep, name: string): string | undefined {
    for (let at = group; at !== undefined; at = at.group) {
      if (this.all.has(`${at.id}/${name}`)) return `${at.id}/${name}`
    }
    return this.all.has(name) ? name : undefined
  }

  membersOf(id: string): ReadonlyArray<string> {
    return this.#members.get(id) ?? []
  }

  near({ group, id }: OutlineStep, name: string): ReadonlyArray<string> {
    const prefix = group?.id === undefined ? "" : `${group.id}/`
    const siblings = [...this.all].filter((each) => each.startsWith(prefix)).map((each) => each.slice(prefix.length))
    return nearestNames(name, new Set([...siblings, ...this.all])).filter((each) => each !== id)
  }
}

const needsOf = (step: OutlineStep, names: Names, work: ReadonlyArray<OutlineStep>): ReadonlyArray<Need> => {
  if (step.isLast) {
    return work.flatMap(({ id }) => (id === undefined || id === step.id ? [] : [{ id, path: step.path }]))
  }
  const found = new Map<string, Need>()
  for (let at: OutlineStep | undefined = step; at !== undefined; at = at.group) {
    for (const { path, text } of entriesOf(at.fields.needs, [...at.path, "needs"])) {
      const name = names.find(at, text)
      for (const id of name === undefined ? [] : names.membersOf(name)) {
        if (!found.has(id)) found.set(id, { id, path })
      }
    }
  }
  return [...found.values()]
}

const unknownNeeds = (step: OutlineStep, names: Names): ReadonlyArray<Finding> =>
  entriesOf(step.fields.needs, [...step.path, "needs"]).flatMap(({ path, text }) => {
    if (names.find(step, text) !== undefined) return []
    const near = names.near(step, text)
    const fix = near.length > 0 ? `Did you mean ${near.join(" or ")}?` : `Steps are ${[...names.all].join(", ")}.`
    return [{ path, isKey: false, problem: `there is no step ${JSON.stringify(text)}`, fix }]
  })

/** Also names that differ only in case: some disks take them for one. */
const duplicates = ({ steps }: Outline): ReadonlyArray<Finding> => {
  const seen = new Map<string, OutlineStep>()
  return steps.flatMap((step) => {
    if (step.id === undefined) return []
    const key = step.id.toLowerCase()
    const other = seen.get(key)
    if (other === undefined) {
      seen.set(key, step)
      return []
    }
    const problem =
      other.id === step.id
        ? `there are two steps ${step.id}`
        : `the steps ${other.id} and ${step.id} differ only in the case of letters`
    const path = step.isLast ? step.path : [...step.path, "id"]
    return [{ path, isKey: step.isLast, problem, fix: "Give each step a name of its own." }]
  })
}

const cycles = (byStep: ReadonlyMap<string, ReadonlyArray<Need>>): ReadonlyArray<Finding> =>
  cyclesIn(new Map([...byStep].map(([id, needs]) => [id, needs.map((need) => need.id)]))).map((cycle) => {
    const [first = "", second = ""] = cycle
    const path = byStep.get(first)?.find(({ id }) => id === second)?.path ?? []
    return {
      path,
      isKey: false,
      problem: `steps need each other in a circle: ${cycle.join(" → ")}`,
      fix: "Remove one of these needs."
    }
  })
