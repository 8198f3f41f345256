import { spawn } from "node:child_process"
import { once } from "node:events"
import { existsSync, readFileSync, writeFileSync } from "node:fs"
import process from "node:process"
import { fileURLToPath } from "node:url"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import { TestClock } from "effect/testing"
import { hold, LockHeld, type LockHolder } from "../../src/record/BuildLock.ts"
import { folder } from "./fixture.ts"

const atOnce = { wait: false, onWait: () => undefined }

/** Another process that holds the lock. */
const holder = (root: string) =>
  Effect.acquireRelease(
    Effect.promise(async () => {
      // The packages' sources, as the tests themselves have them.
      const args = ["--conditions=@deputize/source", fileURLToPath(new URL("lockHolder.ts", import.meta.url)), root]
      const child = spawn(process.execPath, args, { stdio: ["pipe", "pipe", "inherit"] })
      await once(child.stdout, "data")
      return child
    }),
    (child) => Effect.sync(() => child.kill("SIGKILL"))
  )

describe("the lock of a workspace's builds", () => {
  it.effect("is held by one, who says who it is, and given back with the scope", () =>
    Effect.gen(function* () {
      const root = yield* folder
      yield* TestClock.setTime(5000)
      const refused = yield* Effect.scoped(
        Effect.gen(function* () {
          yield* hold(root, atOnce)
          expect(JSON.parse(readFileSync(`${root}/lock.json`, "utf8"))).toStrictEqual({ pid: process.pid, since: 5000 })
          return yield* Effect.flip(Effect.scoped(hold(root, atOnce)))
        })
      )
      expect(refused).toStrictEqual(new LockHeld({ pid: process.pid, since: 5000 }))
      expect([refused.message, refused.hint]).toStrictEqual([
        `another build is at work in this workspace (process ${process.pid})`,
        "Wait until it has finished, or leave out --no-wait to have this build wait for it."
      ])
      expect(existsSync(`${root}/lock.json`)).toBe(false)
      expect(yield* Effect.exit(Effect.scoped(hold(root, atOnce)))).toStrictEqual(Exit.void)
    })
  )

  it.live("lets the one that waits in when its holder is killed", () =>
    Effect.gen(function* () {
      const root = yield* folder
      const child = yield* holder(root)
      const waitedFor: Array<LockHolder> = []
      const waiting = yield* Effect.forkChild(
        Effect.scoped(
          hold(root, {
            wait: true,
            onWait: (found) => {
              waitedFor.push(found)
              child.kill("SIGKILL")
            }
          })
        )
      )
      yield* Fiber.join(waiting)
      expect(waitedFor.map(({ pid }) => pid)).toStrictEqual([child.pid])
    })
  )

  it.live("is refused to another process with the holder's number", () =>
    Effect.gen(function* () {
      const root = yield* folder
      const child = yield* holder(root)
      const refused = yield* Effect.flip(Effect.scoped(hold(root, atOnce)))
      expect([refused._tag, refused._tag === "LockHeld" && refused.pid]).toStrictEqual(["LockHeld", child.pid])
    })
  )

  it.effect("is refused without a number where its holder has not said who it is, or a dead one did", () =>
    Effect.gen(function* () {
      const root = yield* folder
      const refuse = Effect.gen(function* () {
        const refused = yield* Effect.forkChild(Effect.flip(Effect.scoped(hold(root, atOnce))), {
          startImmediately: true
        })
        for (let look = 0; look < 10; look++) yield* TestClock.adjust("100 millis")
        return yield* Fiber.join(refused)
      })
      yield* Effect.scoped(
        Effect.gen(function* () {
          yield* hold(root, atOnce)
          for (const text of ["", '{"pid":4194305,"since":1}', "[]"]) {
            writeFileSync(`${root}/lock.json`, text)
            expect(yield* refuse).toStrictEqual(new LockHeld({ pid: null, since: null }))
          }
        })
      )
    })
  )

  it.effect("leaves nothing behind when the one that waits gives up", () =>
    Effect.gen(function* () {
      const root = yield* folder
      yield* Effect.scoped(
        Effect.gen(function* () {
          yield* hold(root, atOnce)
          const waiting = yield* Effect.forkChild(Effect.scoped(hold(root, { ...atOnce, wait: true })), {
            startImmediately: true
          })
          yield* TestClock.adjust("1 second")
          yield* Fiber.interrupt(waiting)
        })
      )
      expect(yield* Effect.exit(Effect.scoped(hold(root, atOnce)))).toStrictEqual(Exit.void)
    })
  )
})
