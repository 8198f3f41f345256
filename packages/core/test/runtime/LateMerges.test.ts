/** What is done with the agents' work after their time was not over counts for no limit of theirs. */
import { afterAll, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { Grounds, sharedGround } from "../../src/runtime/ground/Ground.ts"
import * as ScriptedModel from "../../src/testing/ScriptedModel.ts"
import { ConfinedRoot } from "../../src/workspace/ConfinedRoot.ts"
import { passing } from "./Lives.ts"
import { begin, makeDisk, processOn } from "./Resuming.ts"
import { asked, makeFolder, worker } from "./Team.ts"

const folder = makeFolder()
afterAll(folder.remove)

it.effect("a run whose merges go on until after its deadline has not reached it", () =>
  Effect.gen(function* () {
    const disk = yield* makeDisk
    const request = {
      workspace: folder.root,
      agents: [asked(worker({ wallMs: 1_000 }), "read")],
      limits: { wallMs: 60_000 }
    }
    const slow = {
      require: () => Effect.void,
      ofRun: () =>
        Effect.map(ConfinedRoot, (root) => ({
          of: () => Effect.succeed(sharedGround(root)),
          finish: () => Effect.as(Effect.sleep("2 minutes"), null)
        }))
    }
    const model = ScriptedModel.layer(() => Effect.never)
    const { agents, limitReached } = yield* passing(
      begin(request).pipe(Effect.provide(processOn(disk, folder.root, model)), Effect.provideService(Grounds, slow))
    )
    expect([agents.map(({ status }) => status), limitReached]).toStrictEqual([["timed_out"], null])
  })
)
