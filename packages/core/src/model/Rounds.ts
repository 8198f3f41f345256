/**
 * A line in which parties take turns: one of the first party, one of the second, and so on; within a party first come,
 * first served. Who belongs to a party that has nobody in line waits for one of each other party at most.
 *
 * Synchronous, and as cheap as a plain queue where there is one party only.
 */
export interface Rounds<A> {
  /** Whose turn it is; stays so until it leaves, whoever else comes. */
  readonly head: () => A | undefined
  readonly enter: (party: string, who: A) => void
  /** `hasHadTurn`: it was at the head and went, and with that its party. */
  readonly leave: (party: string, who: A, hasHadTurn: boolean) => void
  readonly all: () => ReadonlyArray<A>
}

export const make = <A>(): Rounds<A> => {
  /** Parties with somebody in line, the one whose turn it is first. */
  const parties: Array<Party<A>> = []
  const partyOf = (name: string) => parties.find((party) => party.name === name)
  return {
    head: () => parties[0]?.line[0],
    enter: (name, who) => {
      const party = partyOf(name)
      if (party === undefined) parties.push({ name, line: [who] })
      else party.line.push(who)
    },
    leave: (name, who, hasHadTurn) => {
      const party = partyOf(name)
      const at = party?.line.indexOf(who) ?? -1
      if (party === undefined || at < 0) return
      party.line.splice(at, 1)
      if (!hasHadTurn && party.line.length > 0) return
      parties.splice(parties.indexOf(party), 1)
      if (party.line.length > 0) parties.push(party)
    },
    all: () => parties.flatMap(({ line }) => line)
  }
}

// internal

interface Party<A> {
  readonly name: string
  readonly line: Array<A>
}
