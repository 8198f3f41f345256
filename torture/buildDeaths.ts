/**
 * The runner, its group or one of its tasks dies, at a moment that the seed says; then the build goes on.
 */
import process from "node:process"
import { setTimeout as wait } from "node:timers/promises"
import { control, effectsOf, type Kind, type Place } from "./buildPlace.ts"
import { build, type Runner, startRunner, until } from "./buildRunner.ts"
import { middle, tasks, wrongOutputs } from "./buildTasks.ts"
import { afterDeath, allDone, failed, type Seen, same, type Torture, working } from "./buildTruth.ts"

export const deaths = (of: Kind): ReadonlyArray<Torture> => [
  { name: "kill -9 of the runner", of, run: (place, random) => die(place, random, "SIGKILL", "itself", 137) },
  { name: "kill -9 of its process group", of, run: (place, random) => die(place, random, "SIGKILL", "group", 137) },
  { name: "SIGINT to its group, as by Ctrl-C", of, run: (place, random) => die(place, random, "SIGINT", "group", 130) },
  { name: "SIGTERM to the runner", of, run: (place, random) => die(place, random, "SIGTERM", "itself", 143) },
  { name: "kill -9 of one task", of, run: killTask },
  { name: "kill -9 while a task ignores SIGTERM", of, run: (place) => stubborn(place, "SIGKILL", 137) },
  { name: "SIGINT while a task ignores SIGTERM", of, run: (place) => stubborn(place, "SIGINT", 130) },
  { name: "kill -9 while a task has a daemon (setsid)", of, run: (place) => daemon(place) },
  { name: "kill -9 of the runner that goes on, three times", of, run: killAgain }
]

/** Until at least so many tasks have ended, and one is at work. */
export const midway = (place: Place, runner: Runner, ends: number): Promise<void> =>
  until(`${ends} tasks have ended and one works`, () => {
    if (runner.hasEnded()) return true
    const effects = effectsOf(place)
    return effects.ends.length >= ends && working(effects) > 0
  })

// internal

const jobs = 2

const begin = async (place: Place, random: () => number, args: ReadonlyArray<string> = []): Promise<Runner> => {
  const before = effectsOf(place).ends.length
  const runner = startRunner(place, ["--parallel", String(jobs), ...args])
  await midway(place, runner, before + Math.floor(random() * 8))
  await wait(random() * 60)
  return runner
}

const die = async (
  place: Place,
  random: () => number,
  signal: NodeJS.Signals,
  to: "itself" | "group",
  code: number
): Promise<Seen> => {
  const runner = await begin(place, random)
  const at = performance.now()
  runner.signal(signal, to)
  const end = await runner.ended
  const ms = performance.now() - at
  const { problems, seen } = await afterDeath(place, { end, code, jobs })
  return { seen, problems: [...problems, ...(ms > 2_000 ? [`it took ${Math.round(ms)} ms to end`] : [])] }
}

/** That task is tried again, and nothing else. */
const killTask = async (place: Place): Promise<Seen> => {
  control(place, middle, `test "$(grep -c "start ${middle} " "$TORTURE/effects")" -gt 1 || sleep 30`)
  const runner = startRunner(place, ["--parallel", String(jobs)])
  const victim = () => effectsOf(place).starts.find(({ task }) => task === middle)
  await until("the task works", () => victim() !== undefined || runner.hasEnded())
  process.kill(victim()?.pid ?? 0, "SIGKILL")
  const end = await runner.ended
  const { starts } = effectsOf(place)
  return {
    seen: `exit ${end.code}, ${starts.length} starts`,
    problems: [
      ...failed("the build", end),
      ...same("starts", starts.length, tasks.length + 1),
      ...same("starts of the killed task", starts.filter(({ task }) => task === middle).length, 2),
      ...(await allDone(place))
    ]
  }
}

const stubborn = async (place: Place, signal: NodeJS.Signals, code: number): Promise<Seen> => {
  control(place, middle, "trap '' TERM INT; for i in 1 2 3 4 5 6 7 8 9; do sleep 3; done")
  const runner = startRunner(place, ["--parallel", String(jobs)])
  await until("the task works", () => effectsOf(place).starts.some(({ task }) => task === middle) || runner.hasEnded())
  await wait(200)
  control(place, middle, null)
  runner.signal(signal)
  return await afterDeath(place, { end: await runner.ended, code, jobs })
}

const daemon = async (place: Place): Promise<Seen> => {
  control(place, middle, "setsid sh -c 'echo $$ >\"$TORTURE/daemon\"; exec sleep 60' & sleep 30")
  const runner = startRunner(place, ["--parallel", String(jobs)])
  await until("the task works", () => effectsOf(place).starts.some(({ task }) => task === middle) || runner.hasEnded())
  await wait(200)
  control(place, middle, null)
  runner.signal("SIGKILL")
  return await afterDeath(place, { end: await runner.ended, code: 137, jobs })
}

/** Each death costs at most what was at work in it. */
const killAgain = async (place: Place, random: () => number): Promise<Seen> => {
  for (let count = 0; count < 2; count += 1) {
    const runner = await begin(place, random, count === 0 ? [] : ["--resume"])
    runner.signal("SIGKILL")
    await runner.ended
    if (wrongOutputs(place.workspace).length === 0) break
  }
  const runner = await begin(place, random, ["--resume"])
  runner.signal("SIGKILL")
  const end = await runner.ended
  // The third may have come to its end before.
  return await afterDeath(place, { end, code: end.code === 0 ? 0 : 137, jobs: 3 * jobs })
}

export const firstBuild = async (place: Place): Promise<ReadonlyArray<string>> =>
  failed("the first build", await build(place))
