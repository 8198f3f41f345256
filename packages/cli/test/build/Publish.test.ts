import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { confirmPublish, isPublish } from "../../src/build/Publish.ts"
import { usageError } from "../../src/command/UsageError.ts"
import { Output } from "../../src/render/Output.ts"
import { invoke, makeFront } from "./Front.ts"

const planned = (id: string, willRun: boolean) => ({
  id,
  title: id,
  willRun,
  why: "",
  command: "npm publish",
  needs: []
})

const confirm = (flags: ReadonlyArray<string>, ...steps: ReadonlyArray<ReturnType<typeof planned>>) =>
  confirmPublish(invoke("build", ...flags), steps).pipe(Effect.provideService(Output, makeFront().output))

describe("what leaves the machine", () => {
  it("is known by the name of its step", () => {
    const ids = ["publish", "release/publish", "publish/npm", "republish"]
    expect(ids.map((id) => isPublish({ id }))).toStrictEqual([true, true, false, false])
  })

  it.effect("is refused where nobody can be asked", () =>
    Effect.gen(function* () {
      expect(yield* Effect.flip(confirm([], planned("test", true), planned("publish", true)))).toStrictEqual(
        usageError("this build would publish, and nobody can be asked:\n  publish: npm publish", "Say so with --yes.")
      )
    })
  )

  it.effect("is not asked about with --yes, nor where it would not run", () =>
    Effect.gen(function* () {
      yield* confirm(["--yes"], planned("publish", true))
      yield* confirm([], planned("publish", false), planned("test", true))
    })
  )
})
