/**
 * Kills an installing process at random moments, and looks each time at what is in use, whether the next install cleans
 * up, and whether one can go back. Also a program: `node --conditions=@deputize/source kill.ts --kills 500 --seed 7`.
 */
import { type ChildProcess, spawn } from "node:child_process"
import * as fs from "node:fs"
import * as path from "node:path"
import { fileURLToPath } from "node:url"
import { parseArgs } from "node:util"
import { install, installed, rollback } from "@deputize/build-tools/install/Installer"
import * as Effect from "effect/Effect"
import { type Fixture, fixture, leftovers, printed, sessionFiles } from "./fixture.ts"

export interface KillCounts {
  readonly kills: number
  /** What was wrong, by kill. */
  readonly problems: ReadonlyArray<string>
  /** Kills that left something for the next install to remove. */
  readonly midway: number
}

export const killInstallers = Effect.fn("killInstallers")(function* (kills: number, seed: number) {
  const files = yield* fixture
  const random = randomOf(seed)
  const problems: Array<string> = []
  let midway = 0
  yield* install(sessionFiles(files, "first"), files.options("first"))
  let upcoming = yield* startOne(files, 0)
  for (let kill = 0; kill < kills; kill++) {
    yield* killOne(upcoming, random() * 60)
    if (leftovers(files.prefix).length > 0) midway++
    upcoming = yield* startOne(files, kill + 1)
    problems.push(...(yield* problemsAfter(files, kill)).map((problem) => `kill ${kill}: ${problem}`))
  }
  return { kills, problems, midway } satisfies KillCounts
}, Effect.scoped)

// internal

const problemsAfter = Effect.fn("problemsAfter")(function* (files: Fixture, kill: number) {
  const problems: Array<string> = []
  const found = yield* toolSays(files)
  if (found === undefined) problems.push("the tool does not run whole")
  const [before] = yield* installed(files.prefix)
  if (before?.version !== found) problems.push(`${before?.version} is in use, and ${found} runs`)
  const session = `after-${kill}`
  yield* install(sessionFiles(files, session), files.options(session))
  if ((yield* toolSays(files)) !== session) problems.push("the next install is not in use")
  const left = leftovers(files.prefix)
  if (left.length > 0) problems.push(`${left.join(", ")} left`)
  const [now] = yield* installed(files.prefix)
  const versions = fs.readdirSync(path.join(files.prefix, "versions/tool")).sort().join()
  const expected = ["current", now?.version, ...(now?.previous ?? [])].sort().join()
  if (versions !== expected) problems.push(`${versions} instead of ${expected}`)
  const reviewer = fs.readFileSync(path.join(files.prefix, "agents/reviewer.md"), "utf8")
  if (reviewer !== `reviewer of ${session}\n`) problems.push(`an agent is of another version: ${reviewer}`)
  yield* rollback(files.prefix, "tool")
  if ((yield* toolSays(files)) !== found) problems.push("the rollback does not lead to what was in use")
  return problems
})

/** Undefined if it does not run, or not as one version. */
const toolSays = (files: Fixture) =>
  Effect.map(printed(path.join(files.bin, "tool")), (text) => /^(\S+) \1$/.exec(text)?.[1])

/** The process has loaded its code and waits; it is killed with the scope, if it still runs. */
const startOne = (files: Fixture, number: number) =>
  Effect.acquireRelease(
    Effect.callback<ChildProcess>((resume) => {
      const script = fileURLToPath(new URL("./installing.ts", import.meta.url))
      const child = spawn(process.execPath, ["--conditions=@deputize/source", script, files.base, `s${number}`], {
        stdio: ["pipe", "pipe", "inherit"]
      })
      child.stdout?.once("data", () => resume(Effect.succeed(child)))
      child.once("exit", (code) => resume(Effect.die(new Error(`the installing process ended with ${code}`))))
    }),
    (child) => Effect.sync(() => child.kill("SIGKILL"))
  )

const killOne = (child: ChildProcess, afterMs: number) =>
  Effect.callback<void>((resume) => {
    child.once("exit", () => resume(Effect.void))
    child.stdin?.on("error", () => {})
    child.stdin?.write("!")
    setTimeout(() => child.kill("SIGKILL"), afterMs)
  })

/** Numbers from 0 to 1, the same for the same seed. */
const randomOf = (seed: number) => {
  let state = seed >>> 0
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

const main = Effect.gen(function* () {
  const { values } = parseArgs({ options: { kills: { type: "string" }, seed: { type: "string" } } })
  const counts = yield* killInstallers(Number(values.kills ?? 100), Number(values.seed ?? 1))
  yield* Effect.sync(() => fs.writeSync(1, `${JSON.stringify(counts)}\n`))
  process.exitCode = counts.problems.length === 0 ? 0 : 1
})

if (import.meta.main) await Effect.runPromise(main)
