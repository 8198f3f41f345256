/**
 * A program in a process group and session of its own: the one way in which programs are started and ended here.
 *
 * 1. What the leader leaves behind in its group is killed in the moment of its exit, before the group's number can pass
 *    to somebody else; after `terminate` it has the rest of the grace.
 * 2. `terminate` sends SIGTERM to the group, and SIGCONT for those that are stopped, and SIGKILL to what is still there
 *    after the grace.
 * 3. `ended` comes when the leader has exited, the group is gone, and all that it printed was delivered. Pipes that
 *    somebody outside of the group holds are not waited for.
 * 4. What a sink throws ends the group, and is what `ended` fails with.
 *
 * Windows has no groups: there the leader alone is ended, and without a chance to clean up.
 */

import { type ChildProcess, type IOType, spawn } from "node:child_process"
import { existsSync } from "node:fs"
import { setTimeout as sleep } from "node:timers/promises"
import { codeOf } from "../domain/SystemCode.ts"
import { ProcessError } from "./ProcessError.ts"
import { allEntries, canSee, lives } from "./ProcessTable.ts"

export interface GroupCommand {
  /** Absolute path, or a name that is looked for on the PATH of `env`. */
  readonly command: string
  readonly args: ReadonlyArray<string>
  readonly cwd: string
  /** The whole environment. */
  readonly env: Readonly<Record<string, string>>
  readonly output: (chunk: Uint8Array, from: "stdout" | "stderr") => void
  /** A channel of Node's own for messages; the program must be Node, too. */
  readonly ipc?: boolean
  readonly onMessage?: (message: unknown) => void
  /** Comes between the leader's exit and the end of everything. */
  readonly afterExit?: (end: ProcessEnd, wasTerminated: boolean) => Promise<void>
}

export type ProcessEnd =
  | { readonly _tag: "Exited"; readonly code: number }
  | { readonly _tag: "Signalled"; readonly signal: string }

export type StartedGroup =
  | { readonly _tag: "Started"; readonly group: ProcessGroup }
  | { readonly _tag: "Failed"; readonly error: Promise<ProcessError> }

export interface ProcessGroup {
  /** The leader's, and the group's. */
  readonly pid: number
  readonly ended: Promise<ProcessEnd>
  /** Ends the group if it runs, and waits until it is gone. */
  readonly terminate: (graceMs: number) => Promise<ProcessEnd>
  /** SIGKILL to all of the group, now. */
  readonly kill: () => void
  /** Does nothing once the program cannot be reached. */
  readonly send: (message: unknown) => void
}

export const startGroup = (command: GroupCommand): StartedGroup => {
  const child = spawned(command)
  if (child instanceof Error) return { _tag: "Failed", error: Promise.resolve(errorOf(command, child)) }
  if (child.pid === undefined) {
    const error = new Promise<ProcessError>((resolve) => {
      child.once("error", (cause) => resolve(errorOf(command, cause)))
    })
    return { _tag: "Failed", error }
  }
  return { _tag: "Started", group: watch(command, child, child.pid) }
}

// internal

/** Between two looks at a group that is ending. */
const pollMs = 10
/** Ended processes that nobody takes note of, as in containers without an init, keep a group's number; then one looks closer. */
const closerLookMs = 50
/** Who holds the pipes after the end, and is silent for so long, is not waited for; nor who goes on for longer. */
const silentMs = 200
const drainMs = 2_000
/** Killed processes may take a moment to give back what they hold. */
const killedMs = 2_000

const spawned = (command: GroupCommand): ChildProcess | Error => {
  const stdio: Array<IOType> = ["ignore", "pipe", "pipe"]
  try {
    return spawn(command.command, [...command.args], {
      cwd: command.cwd,
      env: { ...command.env },
      detached: process.platform !== "win32",
      stdio: command.ipc === true ? [...stdio, "ipc"] : stdio,
      windowsHide: true
    })
  } catch (cause) {
    return cause instanceof Error ? cause : new Error(String(cause))
  }
}

const errorOf = ({ command, cwd }: GroupCommand, cause: Error): ProcessError => {
  const code = codeOf(cause) ?? cause.message
  return code === "ENOENT" && !existsSync(cwd)
    ? new ProcessError({ command, reason: { _tag: "NoFolder", folder: cwd } })
    : new ProcessError({ command, reason: { _tag: "NotStarted", code } })
}

const watch = (command: GroupCommand, child: ChildProcess, pid: number): ProcessGroup => {
  let graceEndsAt: number | undefined
  let toKill: NodeJS.Timeout | undefined
  let failure: { readonly cause: unknown } | undefined
  let heardAt = performance.now()
  // Also a signal or a message that could not be sent is told as an error.
  child.on("error", () => {})
  const signal = (name: NodeJS.Signals) => signalGroup(child, pid, name)
  const guarded = (act: () => void) => {
    heardAt = performance.now()
    if (failure !== undefined) return
    try {
      act()
    } catch (cause) {
      failure = { cause }
      signal("SIGKILL")
    }
  }
  for (const from of ["stdout", "stderr"] as const) {
    child[from]?.on("data", (chunk: Buffer) => guarded(() => command.output(chunk, from)))
    // A pipe that breaks while the group is being ended is the end of it, not an error of its own.
    child[from]?.on("error", () => {})
  }
  child.on("message", (message) => guarded(() => command.onMessage?.(message)))

  const closed = new Promise<void>((resolve) => child.once("close", () => resolve()))
  const exited = new Promise<ProcessEnd>((resolve) => {
    child.once("exit", (code, name) => {
      clearTimeout(toKill)
      if (graceEndsAt === undefined) signal("SIGKILL")
      resolve(code === null ? { _tag: "Signalled", signal: name ?? "SIGKILL" } : { _tag: "Exited", code })
    })
  })
  const ended = (async () => {
    const end = await exited
    const wasTerminated = graceEndsAt !== undefined
    await groupGone(child, pid, graceEndsAt)
    await command.afterExit?.(end, wasTerminated)
    await drained(child, closed, () => heardAt)
    if (failure !== undefined) throw failure.cause
    return end
  })()
  // It may fail before anybody asks.
  ended.catch(() => {})

  return {
    pid,
    ended,
    kill: () => signal("SIGKILL"),
    terminate: (graceMs) => {
      if (graceEndsAt === undefined && isUp(child)) {
        graceEndsAt = performance.now() + graceMs
        signal("SIGTERM")
        signal("SIGCONT")
        toKill = setTimeout(() => signal("SIGKILL"), graceMs)
      }
      return ended
    },
    send: (message) => {
      if (child.connected && isSendable(message)) child.send(message, () => {})
    }
  }
}

const isUp = ({ exitCode, signalCode }: ChildProcess): boolean => exitCode === null && signalCode === null

const isSendable = (message: unknown): message is object | string | number | boolean =>
  message !== null && ["object", "string", "number", "boolean"].includes(typeof message)

/** False when there is nobody who could get it. */
const signalGroup = (child: ChildProcess, pid: number, name: NodeJS.Signals | 0): boolean => {
  try {
    return process.platform === "win32" ? child.kill(name) : process.kill(-pid, name)
  } catch {
    return false
  }
}

/** Waits until nobody of the group is left, and kills those who are after the grace. */
const groupGone = async (child: ChildProcess, pid: number, graceEndsAt: number | undefined): Promise<void> => {
  if (process.platform === "win32") return
  const since = performance.now()
  const killAt = Math.max(since, graceEndsAt ?? since)
  for (let isKilled = graceEndsAt === undefined; ; ) {
    if (!signalGroup(child, pid, 0)) return
    const now = performance.now()
    if (canSee && now - since > closerLookMs && !hasLivingMember(pid)) return
    if (now - killAt > killedMs) return
    if (!isKilled && now >= killAt) isKilled = signalGroup(child, pid, "SIGKILL")
    await sleep(pollMs)
  }
}

const hasLivingMember = (pid: number): boolean => allEntries().some((entry) => entry.group === pid && lives(entry))

/** Waits for the rest of the output. */
const drained = async (child: ChildProcess, closed: Promise<void>, heardAt: () => number): Promise<void> => {
  const since = performance.now()
  const timer = setInterval(() => {
    const now = performance.now()
    if (now - Math.max(since, heardAt()) < silentMs && now - since < drainMs) return
    child.stdout?.destroy()
    child.stderr?.destroy()
    if (child.connected) child.disconnect()
  }, silentMs / 4)
  await closed
  clearInterval(timer)
}
