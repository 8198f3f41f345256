import { existsSync, rmSync } from "node:fs"
import { join } from "node:path"
import { JournalError } from "@deputize/core/journal/JournalError"
import { describe, expect, it } from "@effect/vitest"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import { BuildRecord } from "../../src/record/BuildRecord.ts"
import { build } from "../../src/runner/Build.ts"
import type { BuildNotice } from "../../src/runner/BuildNotice.ts"
import { dryRun } from "../../src/runner/DryRun.ts"
import { pipelineOf, shell } from "../testing/steps.ts"
import { outcomes, type Place, run, services, withPlace } from "./place.ts"

const compile = shell("compile", "echo compile >>$STARTS; tr a-z A-Z <source >product", {
  inputs: ["source"],
  outputs: ["product"],
  cache: "content"
})
const check = shell("check", "echo check >>$STARTS; test -s product", { needs: ["compile"] })

describe("Build", () => {
  it.live("runs what changed, and answers that there is nothing to do where nothing did", () =>
    withPlace((place) =>
      Effect.gen(function* () {
        place.write("source", "one")
        const first = yield* run(place, [compile, check])
        expect({ status: first.status, steps: outcomes(first), starts: place.starts() }).toStrictEqual({
          status: "completed",
          steps: { compile: "Ran", check: "Ran" },
          starts: ["compile", "check"]
        })
        expect(place.read("product")).toBe("ONE")
        const second = yield* run(place, [compile, check])
        expect({ status: second.status, session: second.session, starts: place.starts() }).toStrictEqual({
          status: "nothing-to-do",
          session: null,
          starts: []
        })
        place.write("source", "other")
        const third = yield* run(place, [compile, check])
        expect({ steps: third.steps.map(({ id, why }) => [id, why]), starts: place.starts() }).toStrictEqual({
          steps: [
            ["compile", "source changed"],
            ["check", "a step that it needs made something else"]
          ],
          starts: ["compile", "check"]
        })
      })
    )
  )

  it.live("runs nothing behind a step whose new inputs made the same as before", () =>
    withPlace((place) =>
      Effect.gen(function* () {
        const steps = [
          { ...compile, command: { _tag: "Shell", line: "echo compile >>$STARTS; head -c3 source >product" } },
          check
        ] as const
        place.write("source", "one")
        yield* run(place, steps)
        place.starts()
        place.write("source", "one more")
        const result = yield* run(place, steps)
        expect({ steps: outcomes(result), starts: place.starts() }).toStrictEqual({
          steps: { compile: "Ran", check: "UpToDate" },
          starts: ["compile"]
        })
      })
    )
  )

  for (const [name, damage] of [
    ["truncated", (place: Place) => place.write("product", "O")],
    ["deleted", (place: Place) => rmSync(join(place.workspace, "product"))]
  ] as const)
    it.live(`makes again what was ${name} after success`, () =>
      withPlace((place) =>
        Effect.gen(function* () {
          place.write("source", "one")
          yield* run(place, [compile, check])
          place.starts()
          damage(place)
          const result = yield* run(place, [compile, check])
          expect({ steps: outcomes(result), starts: place.starts(), product: place.read("product") }).toStrictEqual({
            steps: { compile: "Ran", check: "UpToDate" },
            starts: ["compile"],
            product: "ONE"
          })
        })
      )
    )

  it.live("takes nothing partial for whole, whether the edit that broke it was kept or reverted", () =>
    withPlace((place) =>
      Effect.gen(function* () {
        place.write("source", "one")
        yield* run(place, [compile])
        const partial = shell(
          "compile",
          "cat source >product; test $(cat source) != bad && tr a-z A-Z <source >product",
          {
            inputs: ["source"],
            outputs: ["product"],
            cache: "content",
            retry: { ...compile.retry, retries: 0 }
          }
        )
        place.write("source", "two")
        yield* run(place, [partial])
        place.write("source", "bad")
        const broken = yield* run(place, [partial])
        expect({ status: broken.status, product: place.read("product") }).toStrictEqual({
          status: "failed",
          product: "bad"
        })
        expect((yield* run(place, [partial])).status).toBe("failed")
        place.write("source", "two")
        const reverted = yield* run(place, [partial])
        expect({ steps: outcomes(reverted), product: place.read("product") }).toStrictEqual({
          steps: { compile: "Ran" },
          product: "TWO"
        })
      })
    )
  )

  it.live("tries again what can pass next time, and tells how often", () =>
    withPlace((place) =>
      Effect.gen(function* () {
        const flaky = shell("flaky", "echo flaky >>$STARTS; test $(wc -l <$STARTS) -ge 3")
        const notices: Array<BuildNotice> = []
        const result = yield* run(place, [flaky], {}, (notice) => notices.push(notice))
        expect({ status: result.status, attempts: result.steps[0]?.attempts, counts: result.counts }).toStrictEqual({
          status: "completed",
          attempts: 3,
          counts: { cached: 0, ran: 1, retried: 2, failed: 0 }
        })
        const ends = notices.flatMap((notice) =>
          notice._tag === "Recorded" && notice.event._tag === "AttemptEnded" ? [notice.event] : []
        )
        expect(ends.map(({ outcome, retryInMs }) => [outcome, retryInMs === null])).toStrictEqual([
          [{ _tag: "Exited", code: 1 }, false],
          [{ _tag: "Exited", code: 1 }, false],
          [{ _tag: "Passed" }, true]
        ])
        expect(place.starts()).toStrictEqual(["flaky", "flaky", "flaky"])
      })
    )
  )

  it.live("ends what hangs, and says that it took too long", () =>
    withPlace((place) =>
      Effect.gen(function* () {
        const hung = shell("hung", "sleep 60", { timeoutMs: 200, retry: { ...compile.retry, retries: 1 } })
        const { status, steps } = yield* run(place, [hung])
        expect({ status, attempts: steps[0]?.attempts, outcome: steps[0]?.outcome }).toStrictEqual({
          status: "failed",
          attempts: 2,
          outcome: {
            _tag: "Failed",
            problem: "it took longer than 0.2 s",
            hint: expect.stringContaining("hung.2.log")
          }
        })
      })
    )
  )

  it.live("runs what does not need the failed step, blocks what does, and goes on behind what may fail", () =>
    withPlace((place) =>
      Effect.gen(function* () {
        const once = { retry: { ...compile.retry, retries: 0 } }
        const steps = [
          shell("bad", "exit 3", once),
          shell("behind", "true", { needs: ["bad"] }),
          shell("further", "true", { needs: ["behind"] }),
          shell("beside", "true"),
          shell("shaky", "exit 1", { ...once, continueOnError: true }),
          shell("after", "true", { needs: ["shaky"] })
        ]
        const result = yield* run(place, steps)
        expect({ status: result.status, steps: outcomes(result) }).toStrictEqual({
          status: "failed",
          steps: { bad: "Failed", behind: "Blocked", further: "Blocked", beside: "Ran", shaky: "Failed", after: "Ran" }
        })
      })
    )
  )

  it.live("fails a step that passed but did not make what it states", () =>
    withPlace((place) =>
      Effect.gen(function* () {
        const { steps } = yield* run(place, [shell("lazy", "true", { outputs: ["product"] })])
        expect(steps[0]?.outcome).toStrictEqual({
          _tag: "Failed",
          problem: "it passed, but did not make product",
          hint: "Correct its outputs in the pipeline."
        })
      })
    )
  )

  it.live("leaves out a step whose condition does not hold, and what needs it goes on", () =>
    withPlace((place) =>
      Effect.gen(function* () {
        const steps = [
          shell("deploy", "echo deploy >>$STARTS", { skipUnless: { _tag: "Env", name: "DEPLOY", value: null } }),
          shell("report", "echo report >>$STARTS", { needs: ["deploy"] })
        ]
        const result = yield* run(place, steps)
        expect({ steps: result.steps.map(({ outcome }) => outcome), starts: place.starts() }).toStrictEqual({
          steps: [{ _tag: "Skipped", why: "DEPLOY is not set" }, { _tag: "Ran" }],
          starts: ["report"]
        })
      })
    )
  )

  it.live("goes on with a stopped session: what passed in it does not run again", () =>
    withPlace((place) =>
      Effect.gen(function* () {
        const clean = shell("clean", "echo clean >>$STARTS; rm -f product")
        const steps = (line: string) => [
          clean,
          { ...compile, needs: ["clean"] },
          shell("slow", `echo slow >>$STARTS; ${line}`, { needs: ["compile"] })
        ]
        place.write("source", "one")
        const started = yield* Deferred.make<void>()
        const fiber = yield* Effect.forkChild(
          run(place, steps("test -e go || sleep 60"), {}, (notice) => {
            const isSlow =
              notice._tag === "Recorded" && notice.event._tag === "ProcessStarted" && notice.event.step === "slow"
            if (isSlow) Deferred.doneUnsafe(started, Effect.void)
          })
        )
        yield* Deferred.await(started)
        yield* Fiber.interrupt(fiber)
        expect(place.starts().slice(0, 2)).toStrictEqual(["clean", "compile"])
        place.write("go", "")
        const differs = yield* Effect.flip(run(place, steps("true"), { resume: true }))
        expect(differs.message).toMatch(/^session \d{8}_\d{6} cannot go on: the pipeline was changed$/)
        const result = yield* run(place, steps("test -e go || sleep 60"), { resume: true })
        expect({ status: result.status, steps: outcomes(result), starts: place.starts() }).toStrictEqual({
          status: "completed",
          steps: { clean: "UpToDate", compile: "UpToDate", slow: "Ran" },
          starts: ["slow"]
        })
      })
    )
  )

  it.live("waits for another build in the workspace and finds its work done, or says who is at it", () =>
    withPlace((place) =>
      Effect.gen(function* () {
        place.write("source", "one")
        const slow = {
          ...compile,
          command: { _tag: "Shell", line: "echo compile >>$STARTS; sleep 0.5; cp source product" }
        } as const
        const started = yield* Deferred.make<void>()
        const first = yield* Effect.forkChild(
          run(place, [slow], {}, (notice) => {
            if (notice._tag === "Recorded" && notice.event._tag === "ProcessStarted")
              Deferred.doneUnsafe(started, Effect.void)
          })
        )
        yield* Deferred.await(started)
        const refused = yield* Effect.flip(run(place, [slow], { wait: false }))
        expect(refused.message).toBe(`another build runs in this workspace: process ${process.pid}`)
        const notices: Array<BuildNotice["_tag"]> = []
        const second = yield* run(place, [slow], {}, ({ _tag }) => notices.push(_tag))
        expect({ status: second.status, notices }).toStrictEqual({ status: "nothing-to-do", notices: ["Waiting"] })
        yield* Fiber.join(first)
        expect(place.starts()).toStrictEqual(["compile"])
      })
    )
  )

  it.live("says so when its end could not be put on record", () =>
    withPlace((place) =>
      Effect.gen(function* () {
        const full = new JournalError({ path: "builds.db", reason: { _tag: "DiskFull" } })
        const withoutEnd = Layer.effect(
          BuildRecord,
          Effect.map(BuildRecord, (record) =>
            BuildRecord.of({
              ...record,
              record: (event) => (event._tag === "SessionEnded" ? Effect.fail(full) : record.record(event))
            })
          )
        ).pipe(Layer.provideMerge(services(place)))
        const result = yield* build(
          pipelineOf(place.workspace, [shell("one", "true")]),
          place.options,
          () => undefined
        ).pipe(Effect.provide(withoutEnd, { local: true }))
        expect([result.status, result.warnings]).toStrictEqual([
          "completed",
          [
            `the end of this build is not on record, and it will be listed as interrupted: the record of builds in ${place.options.folder} cannot be used: journal builds.db: the disk is full`
          ]
        ])
      })
    )
  )

  it.live("says in a dry run what would run and why, and does nothing", () =>
    withPlace((place) =>
      Effect.gen(function* () {
        const steps = [shell("clean", "rm -f product"), { ...compile, needs: ["clean"] }, check]
        const planned = Effect.provide(dryRun(pipelineOf(place.workspace, steps), place.options), services(place), {
          local: true
        })
        const told = Effect.map(planned, (all) => all.map(({ id, why, willRun }) => [id, willRun, why]))
        place.write("source", "one")
        expect(yield* told).toStrictEqual([
          ["clean", true, "it prepares for compile"],
          ["compile", true, "it has not finished before"],
          ["check", true, "it has not finished before"]
        ])
        expect(existsSync(join(place.options.folder, "record.db"))).toBe(false)
        yield* run(place, steps)
        expect((yield* told).map(([, willRun]) => willRun)).toStrictEqual([false, false, false])
        place.write("source", "two")
        expect((yield* told).map(([, , why]) => why)).toStrictEqual([
          "it prepares for compile",
          "source changed",
          "compile runs before it"
        ])
      })
    )
  )
})
