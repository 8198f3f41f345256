/**
 * The shared board of a run, kept in its record: what was written before, in this process or another, is read when
 * somebody asks for the first time.
 *
 * 1. One writing at a time is compared and recorded; what was told as written is on record.
 * 2. A writing that is under way is finished when its agent is ended: on record and on the board, or neither.
 */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Semaphore from "effect/Semaphore"
import { AgentJournal } from "../../agent/AgentEvent.ts"
import type { AgentPath, RunId } from "../../domain/Ids.ts"
import { Journal, type JournalError } from "../../journal/Journal.ts"
import * as Board from "../../tool/Board.ts"
import type { ToolError } from "../../tool/ToolError.ts"

/** The board as each agent has it. */
export type SharedBoard = (path: AgentPath, parent: AgentPath | null) => Board.Board

export const make = Effect.fnUntraced(function* (run: RunId): Effect.fn.Return<SharedBoard, never, Journal> {
  const journal = yield* Journal
  const turnstile = Semaphore.makeUnsafe(1)
  let known: Board.Notes | undefined
  const notes = Effect.gen(function* () {
    known ??= Board.ofWritten((yield* journal.read(run, 1, ["Noted"])).flatMap(writtenIn))
    return known
  })
  const write = Effect.fnUntraced(function* (
    path: AgentPath,
    parent: AgentPath | null,
    writing: Board.Writing,
    call: string
  ): Effect.fn.Return<Board.Note, ToolError | JournalError> {
    const before = yield* notes
    const decision = Board.decide(before, writing, path, call)
    if (decision._tag === "Refused") return yield* decision.error
    if (decision._tag === "Written") return decision.note
    const { key, text, version } = decision.note
    const noted = { _tag: "Noted", key, version, text, call } as const
    yield* Effect.provideService(AgentJournal.append(run, path, parent, noted), Journal, journal)
    Board.add(before, { ...decision.note, call })
    return decision.note
  })
  return (path, parent) => ({
    read: Effect.map(turnstile.withPermits(1)(notes), Board.standing),
    write: (writing, call) => turnstile.withPermits(1)(Effect.uninterruptible(write(path, parent, writing, call)))
  })
})

// internal

const writtenIn = (event: Parameters<typeof AgentJournal.decode>[0]): ReadonlyArray<Board.Written> => {
  const fact = Option.getOrUndefined(AgentJournal.decode(event))
  if (fact?._tag !== "Noted") return []
  const { call, key, text, version } = fact
  return [{ key, version, text, call, by: event.path }]
}
