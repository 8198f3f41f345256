/**
 * The groups of processes that a torture has started and that have not ended. Nobody else ends them: they are out of reach
 * of Ctrl-C, and one that was stopped would stay so for ever.
 */
import process from "node:process"

/** Longer than a process of the usual run takes by far: one that is still there then hangs. */
export const mostMs = 180_000

/** Until it has ended; `folder` lies in its place. */
export const keepGroup = (pid: number, folder: string, ended: Promise<unknown>): void => {
  groups.set(pid, folder)
  const forget = () => void groups.delete(pid)
  ended.then(forget, forget)
}

/** All in a place, at once. */
export const endGroupsIn = (base: string): void => {
  for (const [pid, folder] of groups) if (folder.startsWith(`${base}/`)) signalGroup(pid, "SIGKILL")
}

/** Whether there was one to get it. */
export const signalGroup = (pid: number, signal: NodeJS.Signals): boolean => signalTo(-pid, signal)

/** The same for one process; for a group its number is below 0. */
export const signalTo = (pid: number, signal: NodeJS.Signals): boolean => {
  try {
    return process.kill(pid, signal)
  } catch (cause) {
    // It ended in this moment. A torture that cannot kill shows nothing.
    if (cause instanceof Error && "code" in cause && cause.code === "ESRCH") return false
    throw cause
  }
}

// internal

const groups = new Map<number, string>()
