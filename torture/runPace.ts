/**
 * How fast the machine is just now, so that no row fails because it has other things to do.
 */
import { spawnSync } from "node:child_process"
import { cpus } from "node:os"
import process from "node:process"

/** How many times longer than at rest a start of Node takes; 1 at least. */
export const slowness = (): number => {
  const all = [1, 2, 3].map(() => {
    const from = performance.now()
    spawnSync(process.execPath, ["-e", "0"])
    return performance.now() - from
  })
  return Math.max(1, (all.toSorted((a, b) => a - b)[1] ?? 0) / startMs)
}

/** Milliseconds that all processors have worked since the machine was started. */
export const workedMs = (): number =>
  cpus().reduce((sum, { times }) => sum + times.user + times.nice + times.sys + times.irq, 0)

// internal

/** Of Node, on a machine that has nothing else to do. */
const startMs = 50
