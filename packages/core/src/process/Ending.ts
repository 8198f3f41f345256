/**
 * Ends processes that are not in a group of ours: SIGTERM, and SIGCONT for those that are stopped, then SIGKILL.
 */
import { setTimeout as sleep } from "node:timers/promises"

/**
 * Asks `find` anew before each signal, as processes end and start others meanwhile, until it finds nobody. False when
 * somebody is still there in the end: a process of another user, or one that waits for a device.
 */
export const endAll = async (find: () => ReadonlyArray<number>, graceMs: number): Promise<boolean> => {
  const asked = new Set<number>()
  const since = performance.now()
  for (;;) {
    const found = find().filter((pid) => pid !== process.pid)
    if (found.length === 0) return true
    const passed = performance.now() - since
    if (passed > graceMs + killedMs) return false
    for (const pid of found) {
      if (passed >= graceMs) send(pid, "SIGKILL")
      else if (!asked.has(pid)) {
        asked.add(pid)
        send(pid, "SIGTERM")
        send(pid, "SIGCONT")
      }
    }
    await sleep(pollMs)
  }
}

// internal

const pollMs = 20
/** Killed processes may take a moment to give back what they hold. */
const killedMs = 2_000

const send = (pid: number, name: NodeJS.Signals): void => {
  try {
    process.kill(pid, name)
  } catch {
    // It has just ended, or is somebody else's.
  }
}
