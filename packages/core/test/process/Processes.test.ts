import * as fs from "node:fs"
import * as path from "node:path"
import { ProcessError } from "@deputize/core/process/ProcessError"
import { type ProcessCommand, type ProcessEnd, Processes } from "@deputize/core/process/Processes"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Scope from "effect/Scope"
import { type Fixture, fixture, openDescriptors } from "../workspace/fixture.ts"
import { childrenOf, eventually, eventuallyGone, isRunning, pidsIn } from "./looks.ts"

interface Place extends Fixture {
  /** Where scripts write the numbers of their processes: `$PIDS`. */
  readonly pids: string
  readonly ledger: string
}

/** Runs a test in a folder of its own, with a supervisor of its own. */
const supervised = <A, E>(test: (place: Place) => Effect.Effect<A, E, Processes | Scope.Scope>) =>
  Effect.gen(function* () {
    const files = yield* fixture
    const ledger = path.join(files.base, "ledger")
    const place = { ...files, pids: path.join(files.base, "pids"), ledger }
    const result = yield* Effect.provide(Effect.scoped(test(place)), Processes.layer({ folder: ledger, owner: "test" }))
    expect(fs.existsSync(ledger) ? fs.readdirSync(ledger) : []).toStrictEqual([])
    return result
  }).pipe(Effect.scoped)

const shell = (place: Place, script: string, options?: Partial<ProcessCommand>): ProcessCommand => ({
  command: "/bin/sh",
  args: ["-c", script],
  cwd: place.root,
  env: { PATH: "/usr/bin:/bin", PIDS: place.pids },
  label: "test",
  output: () => {},
  ...options
})

const start = (command: ProcessCommand) => Effect.flatMap(Processes, (processes) => processes.start(command))

/** Starts the script and waits until `count` numbers are written. */
const startWithPids = Effect.fnUntraced(function* (
  place: Place,
  count: number,
  script: string,
  options?: Partial<ProcessCommand>
) {
  const running = yield* start(shell(place, script, options))
  return { running, pids: yield* pidsIn(place.pids, count) }
})

const exited = (code: number): ProcessEnd => ({ _tag: "Exited", code })
const signalled = (signal: string): ProcessEnd => ({ _tag: "Signalled", signal })

const stubborn = "trap '' TERM; while :; do sleep 600; done"

describe.runIf(process.platform === "linux")("a supervised process", () => {
  it.live("delivers its output by stream, and then its exit code", () =>
    supervised(
      Effect.fnUntraced(function* (place) {
        const said = { stdout: "", stderr: "" }
        const output = (chunk: Uint8Array, from: "stdout" | "stderr") => {
          said[from] += new TextDecoder().decode(chunk)
        }
        const { ended } = yield* start(shell(place, "echo out; echo err >&2; pwd; exit 3", { output }))
        expect([yield* ended, said]).toStrictEqual([exited(3), { stdout: `out\n${place.root}\n`, stderr: "err\n" }])
      })
    )
  )

  it.live("tells the signal that ended it", () =>
    supervised(
      Effect.fnUntraced(function* (place) {
        const ends = yield* Effect.forEach(["kill -9 $$", "kill -SEGV $$", "exit 137"], (script) =>
          Effect.flatMap(start(shell(place, script)), ({ ended }) => ended)
        )
        expect(ends).toStrictEqual([signalled("SIGKILL"), signalled("SIGSEGV"), exited(137)])
      })
    )
  )

  it.live("has the environment that it was given and its marker, nothing else", () =>
    supervised(
      Effect.fnUntraced(function* (place) {
        let text = ""
        const output = (chunk: Uint8Array) => {
          text += new TextDecoder().decode(chunk)
        }
        const { ended } = yield* start(shell(place, "", { command: "env", args: [], output }))
        yield* ended
        expect(text.replace(/[0-9a-f]{32}-0000001/, "ID").split("\n")).toStrictEqual([
          "DEPUTIZE_PROCESS=ID",
          "PATH=/usr/bin:/bin",
          `PIDS=${place.pids}`,
          ""
        ])
      })
    )
  )

  it.live("keeps the marker of the supervisor that supervises its own", () =>
    supervised(
      Effect.fnUntraced(function* (place) {
        let text = ""
        const output = (chunk: Uint8Array) => {
          text += new TextDecoder().decode(chunk)
        }
        const env = { PATH: "/usr/bin:/bin", DEPUTIZE_PROCESS: "outer" }
        const { ended } = yield* start(shell(place, "echo $DEPUTIZE_PROCESS", { env, output }))
        yield* ended
        expect(text).toMatch(/^outer:[0-9a-f]{32}-0000001\n$/)
      })
    )
  )

  it.live("is named by its number and its start", () =>
    supervised(
      Effect.fnUntraced(function* (place) {
        const boot = fs.readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim()
        const { pid, startTime } = yield* start(shell(place, "exec sleep 600"))
        const fields = fs
          .readFileSync(`/proc/${pid}/stat`, "utf8")
          .replace(/^.*\) /, "")
          .split(" ")
        expect(startTime).toBe(`${boot}:${fields[19]}`)
        expect(fields[2]).toBe(String(pid))
      })
    )
  )

  it.live("says why it could not be started", () =>
    supervised(
      Effect.fnUntraced(function* (place) {
        fs.writeFileSync(path.join(place.root, "data"), "")
        const refused = yield* Effect.forEach(
          [
            { command: "no-such-program" },
            { command: "./data" },
            { cwd: path.join(place.root, "gone") },
            { args: ["-c", "x".repeat(3_000_000)] }
          ],
          (options) => Effect.flip(start(shell(place, "", options)))
        )
        expect(refused).toStrictEqual([
          new ProcessError({ command: "no-such-program", reason: { _tag: "NotStarted", code: "ENOENT" } }),
          new ProcessError({ command: "./data", reason: { _tag: "NotStarted", code: "EACCES" } }),
          new ProcessError({
            command: "/bin/sh",
            reason: { _tag: "NoFolder", folder: path.join(place.root, "gone") }
          }),
          new ProcessError({ command: "/bin/sh", reason: { _tag: "NotStarted", code: "E2BIG" } })
        ])
        expect(refused.map(({ message }) => message).slice(0, 3)).toStrictEqual([
          "no-such-program could not be started: ENOENT",
          "./data could not be started: EACCES",
          `/bin/sh could not be started: there is no folder ${place.root}/gone`
        ])
      })
    )
  )

  it.live("exchanges messages with a program of Node", () =>
    supervised(
      Effect.fnUntraced(function* (place) {
        const messages: Array<unknown> = []
        const script =
          "process.on('message', (m) => process.send({ answer: m }, () => m === 'last' && process.disconnect()))"
        const { ended, send } = yield* start(
          shell(place, "", {
            command: process.execPath,
            args: ["-e", script],
            ipc: true,
            onMessage: (message) => messages.push(message)
          })
        )
        for (const message of [{ a: [1, null] }, "last"]) send(message)
        expect(yield* ended).toStrictEqual(exited(0))
        send("too late")
        expect(messages).toStrictEqual([{ answer: { a: [1, null] } }, { answer: "last" }])
      })
    )
  )

  it.live("may print more than memory has room for", () =>
    supervised(
      Effect.fnUntraced(function* (place) {
        let bytes = 0
        let peak = 0
        const before = process.memoryUsage.rss()
        const output = (chunk: Uint8Array) => {
          bytes += chunk.length
          if (bytes % 64 === 0) peak = Math.max(peak, process.memoryUsage.rss() - before)
        }
        const { ended } = yield* start(shell(place, "head -c 400000000 /dev/zero", { output }))
        expect([yield* ended, bytes]).toStrictEqual([exited(0), 400_000_000])
        expect(peak).toBeLessThan(150_000_000)
      })
    )
  )

  it.live("is ended when the one who takes its output fails, and passes the failure on", () =>
    supervised(
      Effect.fnUntraced(function* (place) {
        const full = new Error("no room")
        const output = () => {
          throw full
        }
        const { ended, pid } = yield* start(shell(place, "echo one; exec sleep 600", { output }))
        expect(yield* Effect.exit(ended)).toStrictEqual(Exit.die(full))
        expect(isRunning(pid)).toBe(false)
      })
    )
  )
})

describe.runIf(process.platform === "linux")("the end of a supervised process", () => {
  it.live("comes with the end of its scope, for its whole group", () =>
    supervised(
      Effect.fnUntraced(function* (place) {
        const scope = yield* Scope.make()
        const { pids } = yield* Scope.provide(
          startWithPids(place, 3, "echo $$ >> $PIDS; for i in 1 2; do sleep 600 & echo $! >> $PIDS; done; wait"),
          scope
        )
        expect(pids.map(isRunning)).toStrictEqual([true, true, true])
        yield* Scope.close(scope, Exit.void)
        expect(pids.map(isRunning)).toStrictEqual([false, false, false])
      })
    )
  )

  it.live("comes with the interruption of who waits for it", () =>
    supervised(
      Effect.fnUntraced(function* (place) {
        const waiting = Effect.scoped(
          Effect.flatMap(start(shell(place, "echo $$ >> $PIDS; exec sleep 600")), ({ ended }) => ended)
        )
        const fiber = yield* Effect.forkChild(waiting, { startImmediately: true })
        const pids = yield* pidsIn(place.pids, 1)
        yield* Fiber.interrupt(fiber)
        expect(pids.map(isRunning)).toStrictEqual([false])
      })
    )
  )

  it.live("is a SIGKILL after the grace for those that pass over SIGTERM", () =>
    supervised(
      Effect.fnUntraced(function* (place) {
        const script = `(echo a; exec sh -c "echo \\$\\$ >> $PIDS; ${stubborn}") & trap '' TERM; echo $$ >> $PIDS; wait; ${stubborn}`
        const { pids, running } = yield* startWithPids(place, 2, script, { graceMs: 200 })
        const since = performance.now()
        expect(yield* running.terminate).toStrictEqual(signalled("SIGKILL"))
        expect(pids.map(isRunning)).toStrictEqual([false, false])
        expect(performance.now() - since).toBeGreaterThan(190)
      })
    )
  )

  it.live("leaves the group the whole grace to clean up, also when its leader goes first", () =>
    supervised(
      Effect.fnUntraced(function* (place) {
        const tidy = `trap 'sleep 0.2; echo tidied > ${place.base}/tidy; exit' TERM; echo $$ >> $PIDS; while :; do sleep 0.05; done`
        const { running } = yield* startWithPids(place, 1, `sh -c "${tidy.replaceAll("$", "\\$")}" & exec sleep 600`)
        expect(yield* running.terminate).toStrictEqual(signalled("SIGTERM"))
        expect(fs.readFileSync(`${place.base}/tidy`, "utf8")).toBe("tidied\n")
      })
    )
  )

  it.live("reaches a process that is stopped", () =>
    supervised(
      Effect.fnUntraced(function* (place) {
        const { running } = yield* startWithPids(
          place,
          1,
          "trap 'exit 7' TERM; echo $$ >> $PIDS; kill -STOP $$; sleep 600"
        )
        yield* eventually(() =>
          /^State:\s+T/m.test(fs.readFileSync(`/proc/${running.pid}/status`, "utf8")) ? true : undefined
        )
        expect(yield* running.terminate).toStrictEqual(exited(7))
      })
    )
  )

  it.live("kills at once what the leader leaves in its group", () =>
    supervised(
      Effect.fnUntraced(function* (place) {
        const { pids, running } = yield* startWithPids(place, 1, `sh -c "${stubborn}" & echo $! >> $PIDS; exit 4`)
        expect([yield* running.ended, pids.map(isRunning)]).toStrictEqual([exited(4), [false]])
      })
    )
  )

  it.live("ends what left the group for a session of its own", () =>
    supervised(
      Effect.fnUntraced(function* (place) {
        const daemon = "setsid sh -c 'echo $$ >> $PIDS; exec setsid -f sleep 600' > /dev/null 2>&1 &"
        const script = `${daemon} setsid -f sh -c 'echo $$ >> $PIDS; ${stubborn.replaceAll("'", "")}'; while [ "$(wc -l < $PIDS)" -lt 2 ]; do :; done`
        const { pids, running } = yield* startWithPids(place, 2, `: > $PIDS; ${script}`)
        expect(yield* running.ended).toStrictEqual(exited(0))
        expect(pids.map(isRunning)).toStrictEqual([false, false])
        expect(markedBy("sleep\u0000600", place.pids)).toStrictEqual([])
      })
    )
  )

  it.live("does not wait for those who hold its output and cannot be found", () =>
    supervised(
      Effect.fnUntraced(function* (place) {
        // Without the marker, and in another session.
        const script =
          "setsid -f env -i /bin/sh -c 'echo $$ >> $0; exec sleep 600' $PIDS; while [ ! -s $PIDS ]; do :; done"
        const { pids, running } = yield* startWithPids(place, 1, script)
        expect([yield* running.ended, pids.map(isRunning)]).toStrictEqual([exited(0), [true]])
        for (const pid of pids) process.kill(pid, "SIGKILL")
        yield* eventuallyGone(pids)
      })
    )
  )

  it.live("comes with the end of the supervisor, whoever still holds it", () =>
    Effect.gen(function* () {
      const { base, root } = yield* fixture
      const holder = yield* Effect.scope
      const layer = Processes.layer({ folder: path.join(base, "ledger"), owner: "test" })
      const held = start({ command: "sleep", args: ["600"], cwd: root, env: {}, label: "held", output: () => {} })
      const running = yield* held.pipe(Scope.provide(holder), Effect.provide(layer))
      expect([isRunning(running.pid), yield* running.ended]).toStrictEqual([false, signalled("SIGTERM")])
    }).pipe(Effect.scoped)
  )

  it.live("is told to everyone who asks, as often as they do", () =>
    supervised(
      Effect.fnUntraced(function* (place) {
        const { ended, terminate } = yield* start(shell(place, "exit 2"))
        const all = yield* Effect.all([ended, terminate, ended, terminate], { concurrency: "unbounded" })
        expect(all.every((end) => end === all[0])).toBe(true)
        expect(yield* terminate).toBe(all[0])
      })
    )
  )

  it.live("leaves no descriptor and no zombie over many", () =>
    supervised(
      Effect.fnUntraced(function* (place) {
        const one = Effect.scoped(Effect.flatMap(start(shell(place, "echo x")), ({ ended }) => ended))
        // The guardian is there from the first on.
        yield* one
        const before = [openDescriptors(), childrenOf(process.pid).length]
        const ends = yield* Effect.forEach(Array.from({ length: 200 }), () => one, { concurrency: 8 })
        expect(new Set(ends.map(({ _tag }) => _tag))).toStrictEqual(new Set(["Exited"]))
        expect([openDescriptors(), childrenOf(process.pid).length]).toStrictEqual(before)
      })
    )
  )
})

/** Processes with these words as their command and this text in their environment. */
const markedBy = (words: string, text: string): ReadonlyArray<string> =>
  fs.readdirSync("/proc").filter((name) => {
    try {
      const command = fs.readFileSync(`/proc/${name}/cmdline`, "utf8")
      return command.startsWith(words) && fs.readFileSync(`/proc/${name}/environ`, "utf8").includes(text)
    } catch {
      return false
    }
  })
