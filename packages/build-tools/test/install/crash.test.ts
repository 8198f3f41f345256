import * as fs from "node:fs"
import * as path from "node:path"
import { fileURLToPath } from "node:url"
import { install, installed, rollback } from "@deputize/build-tools/install/Installer"
import { placeOf } from "@deputize/build-tools/install/Place"
import { holdPrefix } from "@deputize/build-tools/install/PrefixLock"
import { run } from "@deputize/core/process/ChildProcess"
import { describe, expect, it } from "@effect/vitest"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import { environment, fixture, leftovers, sessionFiles, toolOf } from "./fixture.ts"
import { killInstallers } from "./kill.ts"

/** Runs the tool until it is told to stop; fails when it does not run, or as two versions at once. */
const reading = `
count=0
while [ ! -e "$1" ]; do
  said=$("$0") || { echo "did not run: $said"; exit 1; }
  set -- "$1" $said
  [ $# = 3 ] && [ "$2" = "$3" ] || { echo "torn: $said"; exit 1; }
  count=$((count + 1))
done
echo $count`

describe("a prefix in use", () => {
  it.live("never lacks a command, and never runs half a version, while versions come and go", () =>
    Effect.gen(function* () {
      const files = yield* fixture
      const stop = path.join(files.base, "stop")
      const change = Effect.fnUntraced(function* (number: number) {
        files.write("dist/tool.sh", toolOf(`v${number}`), 0o755)
        yield* install(files.wanted(), files.options(`v${number}`))
        if (number % 3 === 2) yield* rollback(files.prefix, "tool")
      })
      yield* change(0)
      const reader = yield* Effect.forkChild(
        run({
          command: "/bin/sh",
          args: ["-c", reading, path.join(files.bin, "tool"), stop],
          cwd: "/",
          env: environment,
          maxStdoutBytes: 1 << 16,
          timeoutMs: 25_000
        }),
        { startImmediately: true }
      )
      for (let number = 1; number <= 150; number++) yield* change(number)
      fs.writeFileSync(stop, "")
      const { code, stdout } = yield* Fiber.join(reader)
      expect([code, Buffer.from(stdout).toString()]).toStrictEqual([0, expect.stringMatching(/^[1-9]\d*\n$/)])
    })
  )

  it.live(
    "has the old or the new version after kill -9 of the installer at any moment",
    () =>
      Effect.gen(function* () {
        const { midway, problems } = yield* killInstallers(30, 20_261_121)
        expect(problems).toStrictEqual([])
        expect(midway).toBeGreaterThan(0)
      }),
    120_000
  )

  it.live("takes the installs of two processes one after the other", () =>
    Effect.gen(function* () {
      const files = yield* fixture
      const script = fileURLToPath(new URL("./installing.ts", import.meta.url))
      const installing = (label: string) =>
        run({
          command: process.execPath,
          args: ["--conditions=@deputize/source", script, files.base, label, "12"],
          cwd: "/",
          env: environment,
          maxStdoutBytes: 1 << 16,
          timeoutMs: 25_000
        })
      const ends = yield* Effect.all([installing("a"), installing("b")], { concurrency: 2 })
      expect(ends.map(({ code, stderr }) => [code, stderr])).toStrictEqual([
        [0, ""],
        [0, ""]
      ])
      expect(leftovers(files.prefix)).toStrictEqual([])
      expect((yield* installed(files.prefix)).map(({ name, version }) => `${name} ${version}`)).toStrictEqual([
        expect.stringMatching(/^tool [ab]-10$/)
      ])
    })
  )

  it.live("lets an install wait for another one, and says so once", () =>
    Effect.gen(function* () {
      const files = yield* fixture
      const said = yield* Deferred.make<void>()
      const waiting = yield* Effect.scoped(
        Effect.gen(function* () {
          fs.mkdirSync(path.join(files.prefix, "versions"), { recursive: true })
          yield* holdPrefix(placeOf(files.prefix, "other"), () => {})
          const options = {
            ...files.options("v1"),
            log: (line: string) => {
              files.lines.push(line)
              Deferred.doneUnsafe(said, Effect.void)
            }
          }
          const fiber = yield* Effect.forkChild(install(sessionFiles(files, "v1"), options))
          yield* Deferred.await(said)
          expect(yield* installed(files.prefix)).toStrictEqual([])
          return fiber
        })
      )
      expect(yield* Fiber.join(waiting)).toMatchObject({ version: "v1" })
      expect(files.lines).toStrictEqual([
        `another install works on ${files.prefix}; waiting until it has ended`,
        `${files.bin} is not on PATH; add it there to call tool by name`
      ])
    })
  )
})
