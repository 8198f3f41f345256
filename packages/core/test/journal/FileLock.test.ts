import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { mkdirSync, readdirSync, statSync, writeFileSync } from "node:fs"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { FileLock } from "../../src/journal/FileLock.ts"
import { folder } from "./fixture.ts"

/** Whether the lock could be had, and is given back at once. */
const attempt = (file: string) => Effect.scoped(FileLock.tryHold(file))

interface Other {
  readonly answer: string
  readonly child: ChildProcess
  readonly ended: Promise<unknown>
}

/** Another process that wants the lock; it has answered. */
const other = (file: string): Effect.Effect<Other, never, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.promise(async () => {
      const child = spawn(process.execPath, [fileURLToPath(new URL("lockHolder.ts", import.meta.url)), file], {
        stdio: ["pipe", "pipe", "inherit"]
      })
      const ended = once(child, "close")
      const [answer] = await once(createInterface({ input: child.stdout }), "line")
      return { answer: String(answer), child, ended }
    }),
    ({ child }) => Effect.sync(() => child.kill("SIGKILL"))
  )

describe("a file lock", () => {
  it.effect("is held by one at a time until its scope closes, also within a process", () =>
    Effect.gen(function* () {
      const file = `${yield* folder}/state/lock.db`
      const during = yield* Effect.scoped(
        Effect.gen(function* () {
          const mine = yield* FileLock.tryHold(file)
          return [mine, yield* attempt(file), (yield* other(file)).answer]
        })
      )
      expect(during).toStrictEqual([true, false, "refused"])
      expect(yield* attempt(file)).toBe(true)
      expect((yield* other(file)).answer).toBe("held")
    })
  )

  it.effect("is given back by a process that ends, and by one that is killed", () =>
    Effect.gen(function* () {
      const file = `${yield* folder}/lock.db`
      const first = yield* other(file)
      expect([first.answer, yield* attempt(file)]).toStrictEqual(["held", false])
      first.child.stdin?.end()
      yield* Effect.promise(() => first.ended)
      expect(yield* attempt(file)).toBe(true)
      const second = yield* other(file)
      expect([second.answer, yield* attempt(file)]).toStrictEqual(["held", false])
      second.child.kill("SIGKILL")
      yield* Effect.promise(() => second.ended)
      expect(yield* attempt(file)).toBe(true)
    })
  )

  it.effect("has one empty file that only its owner can read, whatever becomes of the holder", () =>
    Effect.gen(function* () {
      const root = yield* folder
      const holder = yield* other(`${root}/state/lock.db`)
      const left = () => {
        const { mode, size } = statSync(`${root}/state/lock.db`)
        return [readdirSync(`${root}/state`), mode & 0o777, size]
      }
      expect(left()).toStrictEqual([["lock.db"], 0o600, 0])
      holder.child.kill("SIGKILL")
      yield* Effect.promise(() => holder.ended)
      expect([yield* attempt(`${root}/state/lock.db`), left()]).toStrictEqual([true, [["lock.db"], 0o600, 0]])
    })
  )

  it.effect("says why it cannot be made", () =>
    Effect.gen(function* () {
      const root = yield* folder
      writeFileSync(`${root}/file`, "")
      mkdirSync(`${root}/lock.db`)
      const [behindFile, folderInPlace] = yield* Effect.all([
        Effect.flip(attempt(`${root}/file/lock.db`)),
        Effect.flip(attempt(`${root}/lock.db`))
      ])
      expect(behindFile.message).toBe(`journal ${root}/file/lock.db: EEXIST: file already exists, mkdir '${root}/file'`)
      expect(folderInPlace.reason).toStrictEqual({ _tag: "Unavailable", detail: "unable to open database file" })
    })
  )
})
