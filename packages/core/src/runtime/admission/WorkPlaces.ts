/**
 * Places to work at: as many agents as there are places are at work at the same time. Plain objects and synchronous
 * functions, so that who holds a place is never in doubt.
 *
 * 1. An agent that waits for others gives its place up, so that those it waits for can have it.
 * 2. Whoever comes back gets a place before any who begins; of those who come back, the first first.
 * 3. Where places become fewer nobody is stopped: who leaves leaves no place behind until those at work fit again.
 * 4. Where they become more, those who wait to come back are at work in that very step; the rest is there to begin with.
 */

export interface WorkPlaces {
  /** Places that there are; more agents than that are at work only just after they became fewer. */
  readonly count: number
  /** Somebody can begin. */
  readonly hasFree: boolean
  readonly atWork: number
  /** For one agent; it holds no place yet. */
  readonly seat: () => Seat
  /** From now on there are so many, at least one. */
  readonly resize: (count: number) => void
}

export interface Seat {
  readonly isHeld: boolean
  /** Begins to work; false when there is no place. */
  readonly take: () => boolean
  /** Gives the place up, and with it a wish to come back. */
  readonly leave: () => void
  /** Comes back: calls `seated` once a place is there, which may be at once. Gives the way to withdraw the wish. */
  readonly comeBack: (seated: () => void) => () => void
}

/** `freed` is called when a place has become free that nobody came back to. */
export const make = (initial: number, freed: () => void): WorkPlaces => {
  const returning: Array<Wish> = []
  let count = Math.max(1, initial)
  let atWork = 0
  const hasFree = () => atWork < count
  /** Gives out what is free now. */
  const refill = () => {
    while (hasFree()) {
      const next = returning.shift()
      if (next === undefined) return freed()
      atWork += 1
      next.sit()
    }
  }
  const withdraw = (wish: Wish) => {
    const index = returning.indexOf(wish)
    if (index >= 0) returning.splice(index, 1)
  }
  const seat = (): Seat => {
    let isHeld = false
    const self: Seat = {
      get isHeld() {
        return isHeld
      },
      take: () => {
        if (isHeld || !hasFree()) return isHeld
        atWork += 1
        isHeld = true
        return true
      },
      leave: () => {
        const wish = returning.find((each) => each.seat === self)
        if (wish !== undefined) withdraw(wish)
        if (!isHeld) return
        isHeld = false
        atWork -= 1
        refill()
      },
      comeBack: (seated) => {
        if (self.take()) {
          seated()
          return () => {}
        }
        const wish: Wish = {
          seat: self,
          sit: () => {
            isHeld = true
            seated()
          }
        }
        // Who was restarted while it waited to come back wishes once more, and keeps its turn.
        const before = returning.findIndex((each) => each.seat === self)
        if (before < 0) returning.push(wish)
        else returning[before] = wish
        return () => withdraw(wish)
      }
    }
    return self
  }
  return {
    get count() {
      return count
    },
    get hasFree() {
      return hasFree()
    },
    get atWork() {
      return atWork
    },
    seat,
    resize: (next) => {
      const isMore = next > count
      count = Math.max(1, next)
      if (isMore) refill()
    }
  }
}

// internal

interface Wish {
  readonly seat: Seat
  readonly sit: () => void
}
