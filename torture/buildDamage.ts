/**
 * Outputs that are not what they should be: left half by a build that died, or damaged after one that did not.
 */
import { readFileSync, rmSync, statSync, truncateSync, utimesSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { firstBuild } from "./buildDeaths.ts"
import { control, edit, effectsOf, type Kind, type Place } from "./buildPlace.ts"
import { build, orphansOf, startRunner, until } from "./buildRunner.ts"
import { middle, outputOf, sourceOf, wrongOutputs } from "./buildTasks.ts"
import { allDone, failed, type Seen, type Torture } from "./buildTruth.ts"

export const damages = (of: Kind): ReadonlyArray<Torture> => [
  { name: "output partial on a first build", of, run: (place) => partial(place, "first") },
  { name: "output partial, the edit kept", of, run: (place) => partial(place, "kept") },
  { name: "output partial, the edit reverted", of, run: (place) => partial(place, "reverted") },
  { name: "output truncated after success", of, run: (place) => damaged(place, (file) => truncateSync(file, 10)) },
  { name: "output deleted after success", of, run: (place) => damaged(place, (file) => rmSync(file)) },
  { name: "output changed, of the same size and time", of, run: (place) => damaged(place, forge) }
]

// internal

const partial = async (place: Place, which: "first" | "kept" | "reverted"): Promise<Seen> => {
  const source = join(place.workspace, sourceOf(middle))
  const before = readFileSync(source)
  const problems = which === "first" ? [] : [...(await firstBuild(place))]
  if (which !== "first") edit(place, sourceOf(middle))
  control(place, middle, 'touch "$TORTURE/half"; sleep 30')
  const runner = startRunner(place)
  await until("the output is partial", () => runner.hasEnded() || hasFile(join(place.base, "half")))
  runner.signal("SIGKILL", "group")
  await runner.ended
  await orphansOf(place)
  if (!wrongOutputs(place.workspace).some((wrong) => wrong.includes(middle))) problems.push("nothing was partial")
  control(place, middle, null)
  if (which === "reverted") writeFileSync(source, before)
  return repaired(place, problems)
}

const damaged = async (place: Place, damage: (file: string) => void): Promise<Seen> => {
  const problems = [...(await firstBuild(place))]
  damage(join(place.workspace, outputOf(middle)))
  return repaired(place, problems)
}

const repaired = async (place: Place, problems: ReadonlyArray<string>): Promise<Seen> => {
  const before = effectsOf(place).starts.length
  const end = await build(place)
  const more = effectsOf(place).starts.length - before
  return {
    seen: `exit ${end.code}, ${more} starts to repair it`,
    problems: [...problems, ...failed("the build", end), ...(await allDone(place))]
  }
}

const forge = (file: string): void => {
  const { atime, mtime } = statSync(file)
  writeFileSync(
    file,
    readFileSync(file, "utf8").replace(/^./, (first) => (first === "0" ? "1" : "0"))
  )
  utimesSync(file, atime, mtime)
}

const hasFile = (file: string): boolean => statSync(file, { throwIfNoEntry: false }) !== undefined
