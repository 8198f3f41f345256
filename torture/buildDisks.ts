/**
 * Disks without room, or that take nothing: Nx's cache, the state folder, parts of it. Each is a small file system in
 * memory, filled up or remounted, that goes with its place.
 */
import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { firstBuild } from "./buildDeaths.ts"
import {
  control,
  edit,
  effectsOf,
  type Kind,
  mountSmall,
  type Place,
  remountReadOnly,
  stateFolder
} from "./buildPlace.ts"
import { build } from "./buildRunner.ts"
import { middle, outputOf, sourceOf, tasks, wrongOutputs } from "./buildTasks.ts"
import { allDone, failed, type Seen, same, type Torture } from "./buildTruth.ts"

export const disks = (of: Kind): ReadonlyArray<Torture> => [
  ...(of === "nx"
    ? [
        { name: "Nx cache full", of, run: (place: Place) => uncached(place, fullDisk) },
        { name: "Nx cache read-only", of, run: (place: Place) => uncached(place, readOnlyDisk) },
        { name: "Nx cache fills up while it builds", of, run: fillsUp }
      ]
    : []),
  { name: "state folder full", of, run: (place: Place) => noRecord(place, fullDisk) },
  { name: "state folder read-only", of, run: (place: Place) => noRecord(place, readOnlyDisk) },
  { name: "state folder fills up while it builds", of, run: recordLost },
  { name: "no room for fingerprints", of, run: (place: Place) => without(place, "fingerprints", fullDisk) },
  { name: "no room for logs", of, run: (place: Place) => without(place, "logs", fullDisk) },
  { name: "logs read-only", of, run: (place: Place) => without(place, "logs", readOnlyDisk) }
]

// internal

const fullDisk = (folder: string): void => {
  if (!mountSmall(folder, 64)) throw new Error("this user may not mount")
  fill(folder)
}

const readOnlyDisk = (folder: string): void => {
  if (!mountSmall(folder, 64) || !remountReadOnly(folder)) throw new Error("this user may not mount")
}

const fill = (folder: string): void => {
  for (const size of [1 << 20, 4_096, 1]) {
    for (let number = 0; ; number += 1) {
      try {
        writeFileSync(join(folder, `filler-${size}-${number}`), Buffer.alloc(size), { flag: "wx" })
      } catch {
        break
      }
      if (number > 256) break
    }
  }
}

const empty = (folder: string): void => {
  for (const name of readdirSync(folder)) if (name.startsWith("filler")) rmSync(join(folder, name))
}

/** The build completes, with one warning. */
const uncached = async (place: Place, disk: (folder: string) => void): Promise<Seen> => {
  disk(join(place.workspace, ".nx"))
  const end = await build(place)
  const warnings = end.warnings.length
  return {
    seen: `exit ${end.code}, ${effectsOf(place).starts.length} starts, ${warnings} warning`,
    problems: [
      ...failed("the build", end),
      ...same("starts", effectsOf(place).starts.length, tasks.length),
      ...same("warnings", warnings, 1),
      ...(await allDone(place))
    ]
  }
}

const fillsUp = async (place: Place): Promise<Seen> => {
  const folder = join(place.workspace, ".nx")
  if (!mountSmall(folder, 4_096)) throw new Error("this user may not mount")
  control(place, middle, `dd if=/dev/zero of="${folder}/filler" bs=4k 2>/dev/null || :`)
  const end = await build(place)
  const warnings = end.warnings.length
  return {
    seen: `exit ${end.code}, ${effectsOf(place).starts.length} starts, ${warnings} warning`,
    problems: [
      ...failed("the build", end),
      ...(warnings === 0 ? ["nothing was said of it"] : []),
      ...(await allDone(place))
    ]
  }
}

/** Not a step runs unrecorded; with room again, the build does its work. */
const noRecord = async (place: Place, disk: (folder: string) => void): Promise<Seen> => {
  disk(place.home)
  const end = await build(place)
  const before = effectsOf(place).starts.length
  const place2 = { ...place, home: join(place.base, "home2") }
  mkdirSync(place2.home)
  const mended = await build(place2)
  return {
    seen: `exit ${end.code}, ${before} starts; elsewhere: exit ${mended.code}`,
    problems: [
      ...same("exit code", end.code, 1),
      ...same("starts", before, 0),
      ...(end.output.includes(place.home) ? [] : [`it does not name the folder: ${end.output.slice(-300)}`]),
      ...failed("the build elsewhere", mended),
      ...(await allDone(place2))
    ]
  }
}

/** It stops before the next step with exit 1; with room again, it goes on. */
const recordLost = async (place: Place): Promise<Seen> => {
  if (!mountSmall(place.home, 4_096)) throw new Error("this user may not mount")
  control(
    place,
    middle,
    `for size in 64k 4k 1k; do dd if=/dev/zero of="${place.home}/filler-$size" bs=$size 2>/dev/null || :; done`
  )
  const end = await build(place, "--parallel", "2")
  const { starts } = effectsOf(place)
  const wasWrong = wrongOutputs(place.workspace).length
  control(place, middle, null)
  empty(place.home)
  const resumed = await build(place, "--resume")
  return {
    seen: `exit ${end.code}, ${starts.length} starts; with room: exit ${resumed.code}`,
    problems: [
      ...(end.code === 0 && wasWrong > 0 ? ["it ended well without all outputs"] : []),
      ...(end.code === 0 && place.kind === "steps" ? ["it ended well without a record"] : []),
      ...failed("the build with room again", resumed),
      ...(await allDone(place))
    ]
  }
}

/** A part of the state folder that a build can do without: it completes, and says so. */
const without = async (place: Place, part: "fingerprints" | "logs", disk: (folder: string) => void): Promise<Seen> => {
  const problems = [...(await firstBuild(place))]
  const folder = join(stateFolder(place) ?? place.home, part)
  disk(folder)
  edit(place, sourceOf(middle))
  const before = effectsOf(place).starts.length
  const end = await build(place)
  const warnings = end.warnings.length
  const wrong = wrongOutputs(place.workspace)
  return {
    seen: `exit ${end.code}, ${effectsOf(place).starts.length - before} starts, ${warnings} warning`,
    problems: [
      ...problems,
      ...failed("the build", end),
      ...wrong.map((each) => `${each} (${outputOf(middle)} was to change)`),
      ...(warnings === 0 ? ["nothing was said of it"] : [])
    ]
  }
}
