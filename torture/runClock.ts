/**
 * A clock of the wall that jumps, as when a machine wakes up or somebody sets it: by hours, forth and back.
 */

import { randomOf } from "./buildTruth.ts"

/** From now on in this process; the same jumps for the same seed. */
export const shiftClock = (seed: number): void => {
  const now = Date.now.bind(Date)
  const random = randomOf(seed)
  let ahead = jump(random)
  let next = now() + 100 * random()
  Date.now = () => {
    if (now() >= next) {
      next = now() + 400 * random()
      ahead = jump(random)
    }
    return Math.round(now() + ahead)
  }
}

// internal

const day = 86_400_000

/** Up to a day forth or back, and now and then up to ten years. */
const jump = (random: () => number): number => (random() - 0.5) * 2 * day * (random() < 0.2 ? 3_650 : 1)
