/**
 * No two steps make the same file: neither could say whether its own result is whole. Globs that may or may not meet are
 * let pass. Pure.
 */
import picomatch from "picomatch"
import { entriesOf, type Outline, type OutlineStep, overrideOf, type Platform, platforms } from "./Outline.ts"
import type { Finding } from "./SchemaProblems.ts"
import type { Path } from "./YamlTree.ts"

export const outputProblems = (outline: Outline): ReadonlyArray<Finding> => {
  const work = outline.steps.filter(({ id, isGroup }) => id !== undefined && !isGroup)
  const differs = platforms.filter((platform) =>
    work.some((step) => overrideOf(step, platform) === null || overrideOf(step, platform)?.outputs !== undefined)
  )
  const alike = platforms.find((platform) => !differs.includes(platform))
  const looked = [...(alike === undefined ? [] : [alike]), ...differs]
  const found = looked.flatMap((platform) => overlaps(work.flatMap((step) => outputsOf(step, platform))))
  return [...new Map(found.map((finding) => [JSON.stringify([finding.path, finding.problem]), finding])).values()]
}

// internal

interface Output {
  readonly step: string
  readonly text: string
  readonly path: Path
  /** The folder or file that its plain leading names lead to. */
  readonly base: string
  /** Whether it means all below its base. */
  readonly isPlain: boolean
  /** What its step leaves out. */
  readonly excluded: ReadonlyArray<string>
}

const outputsOf = (step: OutlineStep, platform: Platform): ReadonlyArray<Output> => {
  const override = overrideOf(step, platform)
  if (override === null) return []
  const own = override?.outputs !== undefined
  const path = [...step.path, ...(own ? ["on", platform] : []), "outputs"]
  const entries = entriesOf(own ? override.outputs : step.fields.outputs, path)
  const isExcluding = (text: string) => /^!(?!\()/.test(text)
  const excluded = entries.filter(({ text }) => isExcluding(text)).map(({ text }) => normal(text.slice(1)))
  return entries
    .filter(({ text }) => !isExcluding(text))
    .map(({ path, text }) => {
      const glob = normal(text)
      const names = glob.split("/")
      const magic = names.findIndex((name) => /[*?[\]{}()\\]/.test(name))
      const base = magic < 0 ? glob : names.slice(0, magic).join("/")
      return { step: step.id ?? "", text: glob, path, base, isPlain: magic < 0, excluded }
    })
}

/** `./dist/**` is `dist`. */
const normal = (text: string): string =>
  text
    .replace(/^(?:\.\/+)+/, "")
    .replace(/(?:\/+\*\*)?(?:\/+\*{1,2})?\/*$/, (ending) => (ending.includes("**") ? "" : ending.replace(/\/+$/, "")))

const overlaps = (outputs: ReadonlyArray<Output>): ReadonlyArray<Finding> =>
  outputs.flatMap((second, index) => {
    const first = outputs.slice(0, index).find((each) => each.step !== second.step && overlap(each, second))
    if (first === undefined) return []
    const what = first.text === second.text ? "" : ` (${first.text})`
    const problem = `${second.text} is made by ${first.step} too${what}`
    return [{ path: second.path, isKey: false, problem, fix: "Let one step make it, or leave it out of one with !." }]
  })

const overlap = (a: Output, b: Output): boolean => {
  if (!isWithin(a.base, b.base) && !isWithin(b.base, a.base)) return false
  if (isExcluded(a, b.base) || isExcluded(b, a.base)) return false
  if (a.isPlain && isWithin(b.base, a.base)) return true
  if (b.isPlain && isWithin(a.base, b.base)) return true
  if (a.isPlain) return picomatch.isMatch(a.text, b.text, { dot: true })
  return b.isPlain ? picomatch.isMatch(b.text, a.text, { dot: true }) : a.text === b.text
}

const isWithin = (path: string, folder: string): boolean =>
  folder === "" || path === folder || path.startsWith(`${folder}/`)

const isExcluded = ({ excluded }: Output, path: string): boolean =>
  path !== "" && excluded.some((glob) => isWithin(path, glob) || picomatch.isMatch(path, glob, { dot: true }))
