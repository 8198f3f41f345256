/**
 * The skills of a workspace: folders with a `SKILL.md` whose front matter says what they are for. Whoever wrote the
 * repository wrote them, so they are read through the confined root, and no more of them than a list can hold.
 */
import * as Effect from "effect/Effect"
import { type Fields, readFields } from "../document/Fields.ts"
import type { parseFrontMatter } from "../document/FrontMatter.ts"
import { PlacedProblem, placed } from "../document/PlacedProblem.ts"
import { visibleLine } from "../domain/VisibleText.ts"
import { decide, type Policy } from "../policy/Policy.ts"
import { isGitInternal } from "../tool/ReadTarget.ts"
import type { Skill } from "../tool/Skill.ts"
import { ConfinedRoot } from "../workspace/ConfinedRoot.ts"

export interface FoundSkills {
  /** By place, then name; of one name the first. */
  readonly skills: ReadonlyArray<Skill>
  /** What is wrong with those that are left out, and odd about the others: `FILE:LINE:COL: problem`. */
  readonly warnings: ReadonlyArray<string>
}

/** Where skills are looked for, the first match wins. */
export const skillFolders = [".agents/skills", ".deputize/skills", ".claude/skills"]

export interface Skills {
  readonly skills: () => Effect.Effect<ReadonlyArray<Skill>, never, ConfinedRoot>
  readonly warnings: () => Effect.Effect<ReadonlyArray<string>, never, ConfinedRoot>
}

/** For one run: what is there when an agent first asks is what all are offered. */
export const forOneRun = (): Skills => {
  let known: typeof findSkills | undefined
  const found = Effect.suspend(() =>
    known === undefined
      ? Effect.flatMap(Effect.cached(findSkills), (cached) => {
          known ??= cached
          return known
        })
      : known
  )
  return {
    skills: () => Effect.map(found, ({ skills }) => skills),
    warnings: () => Effect.map(found, ({ warnings }) => warnings)
  }
}

export const findSkills: Effect.Effect<FoundSkills, never, ConfinedRoot> = Effect.gen(function* () {
  const found = new Map<string, Skill>()
  const warnings: Array<string> = []
  for (const file of yield* skillFiles(warnings)) {
    const skill = yield* readSkill(file, warnings)
    if (skill === undefined) continue
    if (found.size < mostSkills) found.set(skill.name, found.get(skill.name) ?? skill)
    else warnings.push(`${visibleLine(file)}: more than ${mostSkills} skills; this one is not offered`)
  }
  return { skills: [...found.values()], warnings }
})

/**
 * Which of the skills an agent is offered: those that its definition names, all if it names none, and of these what its
 * policy lets it read. `missing` are names that no skill has.
 */
export const offered = (
  skills: ReadonlyArray<Skill>,
  names: ReadonlyArray<string> | undefined,
  policy: Policy
): { readonly skills: ReadonlyArray<Skill>; readonly missing: ReadonlyArray<string> } => ({
  skills: skills.filter(
    ({ name, path }) =>
      (names === undefined || names.includes(name)) && decide(policy, { _tag: "Read", path })._tag === "Allow"
  ),
  missing: (names ?? []).filter((name) => !skills.some((skill) => skill.name === name))
})

/** What an agent is told of its skills; "" without any. */
export const skillsText = (skills: ReadonlyArray<Skill>): string => {
  let room = mostText
  const lines = skills.map(({ description, name }) => {
    const line = `- ${name}${description.length + name.length < room ? `: ${description}` : ""}`
    room -= line.length
    return line
  })
  return lines.length === 0 ? "" : ["Skills, for load_skill:", ...lines].join("\n")
}

// internal

const mostSkills = 64
const mostFolders = 256
/** Of a `SKILL.md`, as much as front matter needs; the page itself is read when it is asked for. */
const maxBytes = 64 * 1024
const longestDescription = 300
/** In characters; beyond it, skills are named only. */
const mostText = 6_000

const skillFiles = Effect.fnUntraced(function* (warnings: Array<string>) {
  const root = yield* ConfinedRoot
  const files: Array<string> = []
  for (const folder of skillFolders) {
    const listed = yield* Effect.result(root.readDirectory(folder))
    if (listed._tag === "Failure") {
      if (listed.failure._tag !== "PathNotFound") warnings.push(`${folder}: ${listed.failure.message}`)
      continue
    }
    const names = listed.success.entries.filter(({ kind }) => kind === "directory" || kind === "link")
    if (names.length > mostFolders)
      warnings.push(`${folder}: only the first ${mostFolders} of ${names.length} are read`)
    files.push(...names.slice(0, mostFolders).map(({ name }) => `${folder}/${name}/SKILL.md`))
  }
  return files
})

/** Nothing for a folder without a `SKILL.md`, and for one that cannot be read, with a warning. */
const readSkill = Effect.fnUntraced(function* (path: string, warnings: Array<string>) {
  const root = yield* ConfinedRoot
  const file = yield* Effect.result(root.readFile(path, { maxBytes }))
  if (file._tag === "Failure") {
    if (file.failure._tag !== "PathNotFound") warnings.push(`${visibleLine(path)}: ${file.failure.message}`)
    return undefined
  }
  const { bytes, path: real } = file.success
  if (isGitInternal(real)) {
    warnings.push(`${visibleLine(path)}: it belongs to a repository; this one is not offered`)
    return undefined
  }
  // Loaded where there is a page: most runs parse nothing.
  const frontMatter = yield* Effect.promise(() => import("../document/FrontMatter.ts"))
  const parsed = skillOf(path, new TextDecoder().decode(bytes), frontMatter.parseFrontMatter)
  warnings.push(...parsed.warnings)
  return parsed.skill === undefined ? undefined : { ...parsed.skill, path: real }
})

interface ParsedSkill {
  readonly skill?: Omit<Skill, "path">
  readonly warnings: ReadonlyArray<string>
}

const skillOf = (file: string, text: string, parse: typeof parseFrontMatter): ParsedSkill => {
  try {
    const { document } = parse(file, text, ["name", "description"])
    const folder = file.split("/").at(-2) ?? ""
    const { remarks, value } = readFields(file, document, (fields) => said(fields, folder))
    return { skill: value, warnings: remarks.map((remark) => placed(file, remark)) }
  } catch (error) {
    if (error instanceof PlacedProblem) return { warnings: [error.message] }
    throw error
  }
}

/** Other keys belong to other programs. */
const said = (fields: Fields, folder: string): Omit<Skill, "path"> => {
  const name = fields.text("name") ?? folder
  if (!/^[\p{L}\p{N}][\p{L}\p{N}._-]{0,63}$/u.test(name)) fields.wrong("name", "letters, digits and hyphens")
  const description = visibleLine((fields.text("description") ?? "").replace(/\s+/g, " ").trim())
  if (description === "") fields.wrong("description", "a line on what it is for")
  const isLong = description.length > longestDescription
  return { name, description: isLong ? `${description.slice(0, longestDescription).toWellFormed()}…` : description }
}
