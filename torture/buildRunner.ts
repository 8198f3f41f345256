/**
 * The runner as a process of its own, to be killed, and what is left of it.
 */
import { type ChildProcess, spawn } from "node:child_process"
import { readdirSync, readFileSync } from "node:fs"
import { dirname, join } from "node:path"
import process from "node:process"
import { setTimeout as wait } from "node:timers/promises"
import type { Place } from "./buildPlace.ts"

export interface RunnerEnd {
  /** As a shell tells it: 128 and the signal's number where a signal ended it. */
  readonly code: number
  readonly output: string
  /** What it says of the whole: warnings, in words. */
  readonly warnings: ReadonlyArray<string>
  readonly ms: number
}

export interface Runner {
  readonly pid: number
  /** Lines that it has printed so far. */
  readonly lines: () => number
  readonly ended: Promise<RunnerEnd>
  readonly hasEnded: () => boolean
  /** To the runner itself, or to its whole group as a terminal does. */
  readonly signal: (signal: NodeJS.Signals, to?: "itself" | "group") => void
}

/** `args` after `deputize build`; `env` besides what every runner has. */
export const startRunner = (
  place: Place,
  args: ReadonlyArray<string> = [],
  env: Readonly<Record<string, string>> = {},
  wrapper: ReadonlyArray<string> = []
): Runner => {
  const [command = "", ...words] = [...wrapper, process.execPath, ...program, ...args]
  const startedAt = performance.now()
  const child = spawn(command, words, {
    cwd: place.workspace,
    env: { ...environmentOf(place), ...env },
    detached: true,
    stdio: ["ignore", "pipe", "pipe"]
  })
  let output = ""
  let result = ""
  child.stdout.on("data", (chunk: Buffer) => (result += chunk.toString()))
  let lines = 0
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk: Buffer) => {
      const text = chunk.toString()
      lines += text.split("\n").length - 1
      output = `${output}${text}`.slice(-kept)
    })
  }
  let isEnded = false
  const ended = endOf(child).then((code) => {
    isEnded = true
    return { code, output, warnings: warningsIn(result), ms: performance.now() - startedAt }
  })
  const pid = child.pid
  if (pid === undefined) throw new Error(`${command} was not started`)
  return {
    pid,
    lines: () => lines,
    ended,
    hasEnded: () => isEnded,
    signal: (signal, to = "itself") => {
      if (isEnded) return
      try {
        process.kill(to === "group" ? -pid : pid, signal)
      } catch {
        // It ended in this moment.
      }
    }
  }
}

export const build = (place: Place, ...args: ReadonlyArray<string>): Promise<RunnerEnd> =>
  startRunner(place, args).ended

/** Comes when it holds, or fails after a while: a torture that does not bite is no proof. */
export const until = async (what: string, holds: () => boolean, mostMs = 120_000): Promise<void> => {
  const limit = performance.now() + mostMs
  while (!holds()) {
    if (performance.now() > limit) throw new Error(`never came: ${what}`)
    await wait(2)
  }
}

/**
 * Processes of a place, told by its name in their environment or their words, that are there two seconds later. Who ends
 * what a killed runner leaves may take a little longer, and must then be gone itself.
 */
export const orphansOf = async (place: Place): Promise<ReadonlyArray<string>> => {
  const startedAt = performance.now()
  for (;;) {
    const late = performance.now() - startedAt
    const found = processesOf(place)
    const orphans = found.filter(({ isGuardian }) => !isGuardian)
    if (found.length === 0 || (orphans.length > 0 && late > 2_000) || late > 5_000) {
      return (late > 5_000 ? found : orphans).map(({ words }) => words)
    }
    await wait(50)
  }
}

// internal

const kept = 1 << 16

const program = [join(import.meta.dirname, "..", "packages", "cli", "bin", "deputize.js"), "build", "--json"]

/** Of the JSON on standard output; none where there is no whole one. */
const warningsIn = (json: string): ReadonlyArray<string> => {
  try {
    const { warnings }: { readonly warnings?: ReadonlyArray<string> } = JSON.parse(json)
    return warnings ?? []
  } catch {
    return []
  }
}

const environmentOf = ({ base, home }: Place): Readonly<Record<string, string>> => ({
  PATH: `${dirname(process.execPath)}:${process.env.PATH ?? ""}`,
  HOME: join(base, "home"),
  DEPUTIZE_HOME: home,
  TORTURE: base,
  NO_COLOR: "1"
})

const endOf = (child: ChildProcess): Promise<number> =>
  new Promise((resolve, reject) => {
    child.once("error", reject)
    // Not its streams' end: an orphan may hold them.
    child.once("exit", (code, signal) => setImmediate(() => resolve(code ?? 128 + numberOf(signal))))
  })

const numberOf = (signal: NodeJS.Signals | null): number =>
  signal === "SIGKILL" ? 9 : signal === "SIGINT" ? 2 : signal === "SIGTERM" ? 15 : 0

interface Found {
  readonly words: string
  /** It, or a program that it calls, works on the ledger of what was started. */
  readonly isGuardian: boolean
}

const processesOf = ({ base, home }: Place): ReadonlyArray<Found> =>
  readdirSync("/proc").flatMap((pid) => {
    if (!/^\d+$/.test(pid) || Number(pid) === process.pid) return []
    const words = read(`/proc/${pid}/cmdline`)
    // The tool that a reader calls is nobody's orphan.
    const isCalled = words.includes(join(base, "prefix", "bin"))
    const isOurs = !isCalled && (words.includes(base) || read(`/proc/${pid}/environ`).includes(base))
    if (!isOurs || isZombie(pid)) return []
    const isGuardian = words.includes(join(home, "state", "processes"))
    return [{ words: `${pid} ${words.replaceAll(/[\0\n]/g, " ").slice(0, 80)}`, isGuardian }]
  })

/** Ended, but nobody has asked how: no memory, no files, no work. */
const isZombie = (pid: string): boolean => /\) Z /.test(read(`/proc/${pid}/stat`))

const read = (file: string): string => {
  try {
    return readFileSync(file, "utf8")
  } catch {
    return ""
  }
}
