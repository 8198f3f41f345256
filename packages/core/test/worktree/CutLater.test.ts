/** A run that was taken up again and is cancelled then: what became of work before is what still is on record of it. */
import * as fs from "node:fs"
import * as path from "node:path"
import type { AgentResult } from "@deputize/core/agent/AgentResult"
import type { RunRequest } from "@deputize/core/runtime/RunRequest"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { begin, idle, placesOf, requestOf, resultAt, rig, run, services, wholeRun, work, write } from "./fixture.ts"

const environment = { PATH: process.env["PATH"] ?? "" }

const committed = rig((rig) => {
  rig.write("a.txt", "a\n")
  rig.commit("first")
})

/** The run is taken up, `act` comes, and it is cancelled; all agents end as `more` says. */
const cutAgain = <E = never, R = never>(
  request: RunRequest,
  more: Readonly<Record<string, Partial<AgentResult>>>,
  act: (ground: Effect.Success<ReturnType<typeof begin>>) => Effect.Effect<unknown, E, R> = () => Effect.void
) =>
  Effect.gen(function* () {
    const ground = yield* begin(request)
    yield* act(ground)
    const results = placesOf(request).map(({ path, request }) => resultAt(path, more[request.definition.name] ?? {}))
    return yield* ground.finish(results, { isCut: true })
  }).pipe(Effect.scoped)

describe("a run that was taken up again and cancelled", () => {
  it.live("keeps what was merged, what was in conflict and what failed its check", () =>
    Effect.gen(function* () {
      const files = yield* committed
      const request = requestOf(files.root, ["one", "two", "three"], {
        checks: { commands: ["! test -e bad.txt"], environment }
      })
      yield* Effect.gen(function* () {
        const { merges } = yield* wholeRun(request, {
          one: write({ "a.txt": "1\n" }),
          two: write({ "a.txt": "2\n" }),
          three: write({ "bad.txt": "3\n" })
        })
        expect(merges?.merges.map(({ branch, status }) => [status, branch])).toStrictEqual([
          ["merged", null],
          ["conflict", `deputize/${run}/two`],
          ["check_failed", `deputize/${run}/three`]
        ])
        expect(yield* cutAgain(request, {})).toStrictEqual(merges)
      }).pipe(Effect.provide(services(files)))
    })
  )

  it.live("still names the branch of an agent that had not completed", () =>
    Effect.gen(function* () {
      const files = yield* committed
      const request = requestOf(files.root, ["one", "two"])
      yield* Effect.gen(function* () {
        const first = yield* wholeRun(
          request,
          { one: write({ "a.txt": "1\n" }), two: write({ "b.txt": "2\n" }) },
          { two: { status: "paused" } }
        )
        const [one, two] = first.merges?.merges ?? []
        expect([one?.status, two?.status, two?.branch]).toStrictEqual(["merged", "kept", `deputize/${run}/two`])
        const again = yield* cutAgain(request, { two: { status: "cancelled" } })
        expect(again?.merges).toStrictEqual([one, { ...two, why: "the run was cancelled before it was merged" }])
      }).pipe(Effect.provide(services(files)))
    })
  )

  it.live("keeps by that branch also what the agent has done since", () =>
    Effect.gen(function* () {
      const files = yield* committed
      const request = requestOf(files.root, ["one", "two"])
      yield* Effect.gen(function* () {
        yield* wholeRun(request, { two: write({ "b.txt": "2\n" }) }, { two: { status: "paused" } })
        const again = yield* cutAgain(request, { two: { status: "cancelled" } }, ({ of }) =>
          Effect.forEach(placesOf(request).slice(1), (place) =>
            work(of, place, write({ "c.txt": "2\n" }), { status: "cancelled" })
          )
        )
        const two = again?.merges.find(({ agent }) => agent === "/root/two")
        expect([two?.status, two?.files, two?.branch]).toStrictEqual([
          "kept",
          ["b.txt", "c.txt"],
          `deputize/${run}/two`
        ])
        expect(files.git("rev-parse", `refs/heads/deputize/${run}/two`).trim()).toBe(two?.commit)
      }).pipe(Effect.provide(services(files)))
    })
  )

  it.live("says that what is merged has not been brought yet", () =>
    Effect.gen(function* () {
      const files = yield* committed
      const request = requestOf(files.root, ["one"])
      const lock = path.join(files.root, ".git/refs/deputize", run, "brought.lock")
      yield* Effect.gen(function* () {
        const first = yield* wholeRun(request, {
          one: (ground) =>
            Effect.andThen(
              write({ "b.txt": "1\n" })(ground),
              Effect.sync(() => fs.writeFileSync(lock, ""))
            )
        })
        expect(first.merges?.left.map(({ path }) => path)).toStrictEqual(["."])
        const cut = yield* cutAgain(request, {})
        expect(cut).toStrictEqual({
          ...first.merges,
          left: [{ path: ".", why: "the run was cancelled before it was merged" }]
        })
        fs.rmSync(lock)
        const last = yield* wholeRun(request, idle)
        expect([last.merges?.brought, last.merges?.left]).toStrictEqual([["b.txt"], []])
      }).pipe(Effect.provide(services(files)))
    })
  )
})
