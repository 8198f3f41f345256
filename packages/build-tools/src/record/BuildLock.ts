/**
 * One runner a workspace. The lock itself is the system's (core's FileLock), so a dead holder never blocks; who holds it
 * is written beside it for those who wait.
 */

import { readFileSync, rmSync } from "node:fs"
import { join } from "node:path"
import process from "node:process"
import { codeOf } from "@deputize/core/internal/domain/SystemCode"
import { FileLock } from "@deputize/core/internal/journal/FileLock"
import type { JournalError } from "@deputize/core/journal/JournalError"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Schema from "effect/Schema"
import * as Scope from "effect/Scope"
import { writeAtomically } from "../fingerprint/StateFile.ts"

export interface LockHolder {
  readonly pid: number
  /** Milliseconds since 1970. */
  readonly since: number
}

export class LockHeld extends Schema.TaggedError<LockHeld>()("LockHeld", {
  /** Null where the holder has not said yet who it is, or belongs to another container. */
  pid: Schema.NullOr(Schema.Int),
  since: Schema.NullOr(Schema.Number)
}) {
  override get message(): string {
    const who = this.pid === null ? "" : ` (process ${this.pid})`
    return `another build is at work in this workspace${who}`
  }
  get hint(): string {
    return "Wait until it has finished, or leave out --no-wait to have this build wait for it."
  }
}

export interface HoldOptions {
  readonly wait: boolean
  /** Told once who is waited for. */
  readonly onWait: (holder: LockHolder) => void
}

/** Holds the workspace's lock until the scope closes. */
export const hold = Effect.fn("BuildLock.hold")(function* (
  folder: string,
  { onWait, wait }: HoldOptions
): Effect.fn.Return<void, LockHeld | JournalError, Scope.Scope> {
  const side = join(folder, "lock.json")
  let isTold = false
  for (let attempt = 1; ; attempt++) {
    if (yield* take(join(folder, "lock.db"))) break
    const holder = holderIn(side)
    if (!wait && (holder !== undefined || attempt > introductions)) {
      return yield* new LockHeld({ pid: holder?.pid ?? null, since: holder?.since ?? null })
    }
    if (holder !== undefined && !isTold) {
      isTold = true
      onWait(holder)
    }
    yield* Effect.sleep(lookAgainMs)
  }
  const since = yield* Clock.currentTimeMillis
  yield* Effect.acquireRelease(
    Effect.sync(() => introduce(side, { pid: process.pid, since })),
    () => Effect.sync(() => rmSync(side, { force: true }))
  )
})

// internal

const lookAgainMs = 100

/** How often a holder that has just taken the lock is given the time to say who it is. */
const introductions = 5

/** A refused attempt leaves nothing in the caller's scope. */
const take = Effect.fnUntraced(function* (file: string) {
  const owner = yield* Effect.scope
  return yield* Effect.uninterruptible(
    Effect.gen(function* () {
      const own = yield* Scope.fork(owner)
      const isHeld = yield* FileLock.tryHold(file).pipe(Scope.provide(own))
      if (!isHeld) yield* Scope.close(own, Exit.void)
      return isHeld
    })
  )
})

/** Only a courtesy to others: the lock holds without it. */
const introduce = (file: string, holder: LockHolder): void => {
  try {
    writeAtomically(file, JSON.stringify(holder))
  } catch {
    // The disk is full; those who wait are not told for whom.
  }
}

/** Undefined while nobody has said so, and where a dead holder did. */
const holderIn = (file: string): LockHolder | undefined => {
  try {
    const holder = decodeHolder(readFileSync(file, "utf8"))
    return isAlive(holder.pid) ? holder : undefined
  } catch {
    return undefined
  }
}

const decodeHolder = Schema.decodeUnknownSync(
  Schema.fromJsonString(Schema.Struct({ pid: Schema.Int, since: Schema.Number }))
)

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch (thrown) {
    return codeOf(thrown) === "EPERM"
  }
}
