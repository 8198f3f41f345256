/**
 * The processes of this machine, as the kernel tells of them. Synchronous: a look at one takes microseconds, at all of
 * them half a millisecond for a hundred.
 *
 * Only Linux tells (`/proc`). Elsewhere no process is ever found by its marker, and none is recognized by its start: there
 * `isRunning` goes by the number alone.
 */

import { closeSync, existsSync, openSync, readdirSync, readFileSync, readlinkSync, readSync } from "node:fs"
import { hostname } from "node:os"
import { codeOf } from "../domain/SystemCode.ts"

export interface ProcessEntry {
  readonly pid: number
  /** `Z` and `X`: it has ended, and nobody has taken note. */
  readonly state: string
  readonly group: number
  /** When it started, in clock ticks since the machine did. */
  readonly ticks: string
}

/** Whether this system tells of processes at all. */
export const canSee: boolean = process.platform === "linux" && existsSync("/proc/self/stat")

/**
 * What numbers of processes mean here: the machine, its boot, and the namespace that gives the numbers. Two that differ
 * may use the same number for different processes.
 */
export interface Numbering {
  readonly host: string
  readonly boot: string
  readonly namespace: string
}

export const numbering = (): Numbering => {
  known ??= {
    host: hostname(),
    boot: quietly(() => readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim()) ?? "",
    namespace: quietly(() => readlinkSync("/proc/self/ns/pid")) ?? ""
  }
  return known
}

export const entryOf = (pid: number): ProcessEntry | undefined => {
  const text = quietly(() => readFileSync(`/proc/${pid}/stat`, "latin1"))
  return text === undefined ? undefined : parseStat(pid, text)
}

/** From the text of /proc/PID/stat; undefined for any other text. Pure. */
export const parseStat = (pid: number, text: string): ProcessEntry | undefined => {
  // The name of the program stands in parentheses and may hold anything, parentheses and line breaks too.
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ")
  const [state = "", group = "", ticks = ""] = [fields[0], fields[2], fields[19]]
  return /^[A-Za-z]$/.test(state) && /^\d+$/.test(group) && /^\d+$/.test(ticks)
    ? { pid, state, group: Number(group), ticks }
    : undefined
}

/** With the number it names a process for ever; without /proc only the moment in which it was asked for. */
export const startTimeOf = (pid: number): string => {
  const entry = entryOf(pid)
  return entry === undefined ? `at-${Date.now()}` : startTimeIn(entry)
}

export const startTimeIn = ({ ticks }: ProcessEntry): string => `${numbering().boot}:${ticks}`

/** Whether the process with this number still runs, and is the one that started then. */
export const isRunning = (pid: number, startTime: string): boolean => {
  if (!Number.isSafeInteger(pid) || pid <= 0) return false
  if (!canSee) return exists(pid)
  const entry = entryOf(pid)
  return entry !== undefined && lives(entry) && startTimeIn(entry) === startTime
}

export const lives = ({ state }: ProcessEntry): boolean => state !== "Z" && state !== "X"

export const allEntries = (): ReadonlyArray<ProcessEntry> =>
  pids().flatMap((pid) => {
    const entry = entryOf(pid)
    return entry === undefined ? [] : [entry]
  })

/** Who carries each of these markers in the environment that it was started with, as far as this user may look. */
export const holdersOf = (markers: ReadonlyArray<string>): ReadonlyMap<string, ReadonlyArray<number>> => {
  const holders = new Map<string, Array<number>>()
  if (markers.length === 0) return holders
  const wanted = new Set(markers)
  for (const pid of pids()) {
    for (const marker of markersIn(environmentOf(pid))) {
      if (wanted.has(marker)) holders.set(marker, [...(holders.get(marker) ?? []), pid])
    }
  }
  return holders
}

/** Those of all supervisors around a process, from the text of /proc/PID/environ. Pure. */
export const markersIn = (environment: Buffer | undefined): ReadonlyArray<string> => {
  if (environment === undefined) return []
  // The text may also stand in the value, or end the name, of another variable.
  const found = environment.indexOf(`\0${assignment}`)
  const isFirst = environment.toString("latin1", 0, assignment.length) === assignment
  if (found < 0 && !isFirst) return []
  const start = (isFirst ? 0 : found + 1) + assignment.length
  const end = environment.indexOf(0, start)
  return environment.toString("latin1", start, end < 0 ? environment.length : end).split(":")
}

/** Stands in the environment of every supervised process, and so of all that it starts. */
export const markerVariable = "DEPUTIZE_PROCESS"

// internal

const assignment = `${markerVariable}=`

let known: Numbering | undefined

const pids = (): ReadonlyArray<number> =>
  canSee ? readdirSync("/proc").flatMap((name) => (/^\d+$/.test(name) ? [Number(name)] : [])) : []

/** Grows to the longest environment that was met. */
let room = Buffer.alloc(0)

/** Valid until the next call. Undefined for processes of others, and those that have just ended. */
const environmentOf = (pid: number): Buffer | undefined => {
  if (room.length === 0) room = Buffer.allocUnsafeSlow(64 * 1024)
  return quietly(() => {
    const file = openSync(`/proc/${pid}/environ`, "r")
    try {
      let length = readSync(file, room, 0, room.length, 0)
      while (length === room.length) {
        room = Buffer.concat([room, Buffer.allocUnsafeSlow(room.length)])
        length += readSync(file, room, length, room.length - length, length)
      }
      return room.subarray(0, length)
    } finally {
      closeSync(file)
    }
  })
}

const exists = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch (cause) {
    // It is there, and somebody else's.
    return codeOf(cause) === "EPERM"
  }
}

/** Processes end while one looks. */
const quietly = <A>(look: () => A): A | undefined => {
  try {
    return look()
  } catch {
    return undefined
  }
}
