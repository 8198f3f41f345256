/**
 * Places to work at: as many agents as there are places are at work at the same time. Plain objects and synchronous
 * functions, so that who holds a place is never in doubt.
 *
 * 1. An agent that waits for others gives its place up, so that those it waits for can have it.
 * 2. Whoever comes back gets a place before any who begins; of those who come back, the first first.
 */

export interface WorkPlaces {
  /** Somebody can begin. */
  readonly hasFree: boolean
  readonly atWork: number
  /** For one agent; it holds no place yet. */
  readonly seat: () => Seat
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
export const make = (count: number, freed: () => void): WorkPlaces => {
  const returning: Array<Wish> = []
  let free = count
  const giveUp = () => {
    const next = returning.shift()
    if (next !== undefined) return next.sit()
    free += 1
    freed()
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
        if (isHeld || free === 0) return isHeld
        free -= 1
        isHeld = true
        return true
      },
      leave: () => {
        const wish = returning.find((each) => each.seat === self)
        if (wish !== undefined) withdraw(wish)
        if (!isHeld) return
        isHeld = false
        giveUp()
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
        returning.push(wish)
        return () => withdraw(wish)
      }
    }
    return self
  }
  return {
    get hasFree() {
      return free > 0
    },
    get atWork() {
      return count - free
    },
    seat
  }
}

// internal

interface Wish {
  readonly seat: Seat
  readonly sit: () => void
}
