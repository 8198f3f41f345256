/**
 * Losses of power at the level of the system's calls, by strace: what the record had written but not synced is dropped, a
 * sync never returns, or fails.
 */
import { existsSync, readFileSync, truncateSync } from "node:fs"
import { join } from "node:path"
import { setTimeout as wait } from "node:timers/promises"
import { midway } from "./buildDeaths.ts"
import { effectsOf, type Kind, type Place, stateFolder } from "./buildPlace.ts"
import { build, orphansOf, startRunner } from "./buildRunner.ts"
import { tasks } from "./buildTasks.ts"
import { afterDeath, allDone, failed, knownDone, type Seen, type Torture } from "./buildTruth.ts"

export const syncLosses = (of: Kind): ReadonlyArray<Torture> => [
  { name: "what the record had not synced is lost", of, run: unsynced },
  { name: "killed in its own sync, the Nth of a thread", of, run: killedInSync },
  { name: "syncs fail with EIO", of, run: (place, random) => failing(place, random) }
]

// internal

const jobs = 2

const strace = (log: string, ...words: ReadonlyArray<string>) => ["strace", "-f", "-qq", "-y", "-o", log, ...words]

/**
 * A step or task starts only after what it needs is known to have ended, with or without power; and no step starts
 * unrecorded.
 */
const unsynced = async (place: Place, random: () => number): Promise<Seen> => {
  const log = join(place.base, "calls")
  const calls = "trace=pwrite64,fdatasync,fsync"
  const runner = startRunner(place, ["--parallel", String(jobs)], {}, strace(log, "-e", calls, "-e", "signal=none"))
  await midway(place, runner, 4 + Math.floor(random() * 8))
  await wait(random() * 60)
  // The tracer's group is the runner's as well.
  runner.signal("SIGKILL", "group")
  await runner.ended
  await orphansOf(place)
  const wal = join(stateFolder(place) ?? place.home, "record.db-wal")
  if (!existsSync(wal)) throw new Error("there is no -wal file")
  const [whole, durable] = [readFileSync(wal).length, durableSize(readFileSync(log, "utf8"), wal)]
  truncateSync(wal, Math.min(whole, durable))
  const done = await knownDone(place, "record")
  const { starts } = effectsOf(place)
  const needed = new Set(
    tasks.filter(({ name }) => starts.some(({ task }) => task === name)).flatMap(({ needs }) => needs)
  )
  const resumed = await build(place, "--resume")
  return {
    seen: `${whole - durable} of ${whole} bytes lost, ${starts.length} starts, ${done.size} known: exit ${resumed.code}`,
    problems: [
      ...[...needed]
        .filter((task) => !done.has(task))
        .map((task) => `${task} is not known to have ended, and was built on`),
      ...failed("build --resume", resumed),
      ...(await allDone(place))
    ]
  }
}

/** How much of the file's beginning was on the disk for certain; it only grows. */
const durableSize = (log: string, file: string): number => {
  let written = 0
  let durable = 0
  const syncing = new Map<string, number>()
  for (const line of log.split("\n")) {
    const [pid = ""] = line.split(" ", 1)
    const write = /pwrite64\(\d+<([^>]+)>.*, (\d+), (\d+)(?:\)| <unfinished)/.exec(line)
    if (write?.[1] === file) written = Math.max(written, Number(write[2]) + Number(write[3]))
    const sync = /fdatasync\(\d+<([^>]+)>/.exec(line)
    if (sync?.[1] === file) syncing.set(pid, written)
    if (/fdatasync.*\) += 0$/.test(line)) durable = Math.max(durable, syncing.get(pid) ?? 0)
    if (/fdatasync.*\) += /.test(line)) syncing.delete(pid)
  }
  return durable
}

const killedInSync = async (place: Place, random: () => number): Promise<Seen> => {
  const when = 1 + Math.floor(random() * (place.kind === "nx" ? 5 : 12))
  const words = ["-e", "trace=fdatasync", "-e", `inject=fdatasync:signal=KILL:when=${when}`]
  const runner = startRunner(place, ["--parallel", String(jobs)], {}, strace("/dev/null", ...words))
  const end = await runner.ended
  const seen = await afterDeath(place, { end, code: end.code === 0 ? 0 : 137, jobs })
  return { ...seen, seen: `${seen.seen} (N = ${when})` }
}

/** Without a record that can be relied on it stops before the next step, and says so. */
const failing = async (place: Place, random: () => number): Promise<Seen> => {
  const when = 1 + Math.floor(random() * (place.kind === "nx" ? 4 : 8))
  const words = ["-e", "trace=fdatasync", "-e", `inject=fdatasync:error=EIO:when=${when}+`]
  const end = await startRunner(place, ["--parallel", String(jobs)], {}, strace("/dev/null", ...words)).ended
  const { starts } = effectsOf(place)
  const orphans = await orphansOf(place)
  const resumed = await build(place, "--resume")
  return {
    seen: `exit ${end.code}, ${starts.length} starts; with a sound disk: exit ${resumed.code} (from N = ${when})`,
    problems: [
      ...(end.code === 1 ? [] : [`exit code: ${end.code} instead of 1`]),
      ...(end.output.includes("record") ? [] : [`it does not say so: ${end.output.slice(-300)}`]),
      ...orphans.map((orphan) => `alive 2 s later: ${orphan}`),
      ...failed("build --resume", resumed),
      ...(await allDone(place))
    ]
  }
}
