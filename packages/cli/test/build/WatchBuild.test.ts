import { describe, expect, it } from "@effect/vitest"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import { watchBuild } from "../../src/build/WatchBuild.ts"
import { Output } from "../../src/render/Output.ts"
import { ends, failed, mostTries, session, starts } from "../render/Notices.ts"
import { invoke, makeFront } from "./Front.ts"

/** What is written of a build that tells all that and ends. */
const written = (...flags: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const { output, texts } = makeFront()
    const result = yield* watchBuild(invoke("build", ...flags), mostTries, (onNotice) =>
      Effect.sync(() => {
        for (const { notice } of failed) onNotice(notice)
        return "the result"
      })
    ).pipe(Effect.provideService(Output, output))
    return { result, texts }
  })

describe("a build in front of the user", () => {
  it.effect("tells everything, in order, before its result is handed on", () =>
    Effect.gen(function* () {
      const { result, texts } = yield* written()
      expect(result).toBe("the result")
      expect([texts[0], texts[1], texts.at(-1)]).toStrictEqual([
        "notes: session 20261121_103000 of release: 6 steps, 8 jobs, for any x64, sccache\nlogs in /home/ada/.local/state/deputize/shop-3f1c/build/logs/20261121_103000\n",
        "notes: ● [1/6] Clean: starts because it prepares for compile\n",
        "notes: ○ [6/6] Install into ~/.deputize: not run: test did not pass\n"
      ])
    })
  )

  it.effect("tells only failures with -q, and nothing with --json", () =>
    Effect.gen(function* () {
      const quiet = yield* written("-q")
      expect(quiet.texts.map((text) => text.split("\n")[0])).toStrictEqual([
        "notes: ✗ [5/6] Test: failed after 3.2 s: it ended with exit code 1"
      ])
      expect(yield* written("--json")).toStrictEqual({ result: "the result", texts: [] })
    })
  )

  it.effect("says how to go on when it is interrupted, after all that its end has told", () =>
    Effect.gen(function* () {
      const { output, texts } = makeFront()
      const begun = yield* Deferred.make<void>()
      const fiber = yield* watchBuild(invoke("build"), mostTries, (onNotice) =>
        Effect.gen(function* () {
          onNotice(session(["test", "Test"]).notice)
          onNotice(starts(0, "test", "it always runs").notice)
          yield* Deferred.succeed(begun, undefined)
          yield* Effect.never
        }).pipe(Effect.onInterrupt(() => Effect.sync(() => onNotice(ends(9, "test", { _tag: "Stopped" }, 9).notice))))
      ).pipe(Effect.provideService(Output, output), Effect.forkChild)
      yield* Deferred.await(begun)
      yield* Fiber.interrupt(fiber)
      expect(texts.slice(2)).toStrictEqual([
        "notes: ‖ [1/1] Test: stopped after 0.0 s\n",
        "notes: session 20261121_103000 is stopped; deputize build --resume goes on with it\n"
      ])
    })
  )
})
