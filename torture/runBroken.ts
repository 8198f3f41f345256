/**
 * Models of the ledger and of the journal that are broken on purpose: a torture that does not find them is worth nothing.
 * They are put in the place of the whole ones in the workload's process alone.
 *
 *   ledger          grants twice what there is
 *   journal-writer  says that it has written a little before it writes
 *   intent          forgets that a tool was about to run
 *   done            forgets now and then how a tool ended
 *   lease           lets everybody have a run
 */
import { type Amounts, Budget } from "@deputize/core/budget/Budget"
import { Journal, type JournalEntry, type JournalService } from "@deputize/core/journal/Journal"
import { SqliteJournal } from "@deputize/core/journal/SqliteJournal"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"

export const brokenModels = ["ledger", "journal-writer", "intent", "done", "lease"] as const
export type Broken = (typeof brokenModels)[number]

export const breakModel = (broken: Broken): void => breaks[broken]()

// internal

/** Before the services are built. */
const replaceJournal = (change: (whole: JournalService) => JournalService): void => {
  const { layer } = SqliteJournal
  const broken: typeof layer = (options) =>
    Layer.effect(Journal, Effect.map(Journal, change)).pipe(Layer.provide(layer(options)))
  Object.assign(SqliteJournal, { layer: broken })
}

const forgetting = (isForgotten: (entry: JournalEntry) => boolean) => (whole: JournalService) => {
  const append: JournalService["append"] = (run, entries) => {
    const kept = entries.filter((entry) => !isForgotten(entry))
    return kept.length === 0 ? Effect.succeed(0) : whole.append(run, kept)
  }
  return { ...whole, append }
}

const hasty = (whole: JournalService): JournalService => {
  const waiting: Array<() => void> = []
  const flush = Effect.sync(() => {
    for (const write of waiting.splice(0)) write()
  })
  const append: JournalService["append"] = (run, entries) =>
    Effect.sync(() => {
      waiting.push(() => Effect.runSync(whole.append(run, entries)))
      setTimeout(() => Effect.runSync(flush), lateMs)
      return 0
    })
  return {
    ...whole,
    append,
    read: (...args) => Effect.andThen(flush, whole.read(...args)),
    close: (run) => Effect.andThen(flush, whole.close(run))
  }
}

const lateMs = 200

const twice = (limits: Amounts): Amounts =>
  limits.tokens === undefined ? limits : { ...limits, tokens: 2 * limits.tokens }

const breaks: Readonly<Record<Broken, () => void>> = {
  ledger: () => {
    const { make } = Budget
    const broken: typeof make = (limits, ...rest) => make(twice(limits), ...rest)
    Object.assign(Budget, { make: broken })
  },
  "journal-writer": () => replaceJournal(hasty),
  intent: () => replaceJournal(forgetting(({ body, namespace }) => namespace === "tool" && body._tag === "Intent")),
  done: () => {
    let count = 0
    const isTenth = () => ++count % 10 === 0
    replaceJournal(forgetting(({ body, namespace }) => namespace === "tool" && body._tag === "Done" && isTenth()))
  },
  lease: () => replaceJournal((whole) => ({ ...whole, hold: (run) => whole.open(run) }))
}
