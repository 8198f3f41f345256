/**
 * On a small file system in memory, which only the superuser may mount; without it nothing here can be claimed.
 */
import * as fs from "node:fs"
import * as path from "node:path"
import { install, rollback } from "@deputize/build-tools/install/Installer"
import { run } from "@deputize/core/process/ChildProcess"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { environment, fixture, leftovers, picture, printed, sessionFiles } from "./fixture.ts"

const mount = (...args: ReadonlyArray<string>) =>
  run({ command: "/usr/bin/env", args, cwd: "/", env: environment, maxStdoutBytes: 1 << 16, timeoutMs: 10_000 }).pipe(
    Effect.map(({ code }) => code === 0)
  )

/** The prefix of a fixture on a disk of its own; undefined where that is not allowed. */
const smallDisk = Effect.gen(function* () {
  const files = yield* fixture
  fs.mkdirSync(files.prefix)
  const isMounted = yield* Effect.acquireRelease(
    mount("mount", "-t", "tmpfs", "-o", "size=2m,nr_inodes=200", "tmpfs", files.prefix),
    (isMounted) => (isMounted ? Effect.ignore(mount("umount", "-l", files.prefix)) : Effect.void)
  )
  return isMounted ? files : undefined
})

const isAllowed = process.platform === "linux" && process.getuid?.() === 0

describe.skipIf(!isAllowed)("install on a disk that", () => {
  it.live("has room for every number of pages installs whole or leaves all as it was", () =>
    Effect.gen(function* () {
      const files = yield* smallDisk
      if (files === undefined) return
      const tool = printed(path.join(files.bin, "tool"))
      const filler = path.join(files.prefix, "filler")
      yield* install(sessionFiles(files, "v0"), files.options("v0"))
      let inUse = "v0"
      const outcomes: Array<string> = []
      // A version takes about a hundred pages; every fifth number is tried.
      for (let pages = 0; pages < 130; pages += 5) {
        fs.rmSync(filler, { force: true })
        const { bavail, bsize } = fs.statfsSync(files.prefix)
        fs.writeFileSync(filler, Buffer.alloc(Math.max(0, bavail - pages) * bsize))
        const session = `v${pages}`
        const before = picture(files.prefix)
        const outcome = yield* Effect.result(
          install({ ...sessionFiles(files, session), keep: 1 }, files.options(session))
        )
        if (outcome._tag === "Success") inUse = outcome.success.version
        else expect(picture(files.prefix)).toStrictEqual(before)
        outcomes.push(outcome._tag === "Success" ? "installed" : outcome.failure.message.replace(/^.*: /, ""))
        expect([yield* tool, leftovers(files.prefix)]).toStrictEqual([`${inUse} ${inUse}`.replace("-2", ""), []])
      }
      expect([...new Set(outcomes)].sort()).toStrictEqual(["installed", "no space left on the disk"])
      expect([outcomes[0], outcomes.at(-1)]).toStrictEqual(["no space left on the disk", "installed"])
    }).pipe(Effect.scoped)
  )

  it.live("cannot be written refuses an install and a rollback, and goes on to be used", () =>
    Effect.gen(function* () {
      const files = yield* smallDisk
      if (files === undefined) return
      for (const session of ["v1", "v2"]) yield* install(sessionFiles(files, session), files.options(session))
      yield* mount("mount", "-o", "remount,ro", files.prefix)
      const errors = [
        yield* Effect.flip(install(sessionFiles(files, "v3"), files.options("v3"))),
        yield* Effect.flip(rollback(files.prefix, "tool"))
      ]
      const readOnly = expect.stringMatching(/^\/.*\/versions\/\S+: the file system is read-only$/)
      expect(errors.map(({ message }) => message)).toStrictEqual([readOnly, readOnly])
      expect(yield* printed(path.join(files.bin, "tool"))).toBe("v2 v2")
    }).pipe(Effect.scoped)
  )
})
