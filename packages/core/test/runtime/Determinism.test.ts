/**
 * The same team, with the same seed and a clock of its own, leaves the same record twice: every event in its place, with
 * its time, its charges and its hash. Nothing of it is left to chance but what the seed gives: the name of the run and the
 * waits before requests that are sent again. Only files, other processes and threads may finish in another order, and none
 * of them takes part: agents are found in memory, and tokens are bounded instead of counted.
 */
import { afterAll, describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Random from "effect/Random"
import * as TestClock from "effect/testing/TestClock"
import { upperBound } from "../../src/budget/Estimate.ts"
import { TokenCounter } from "../../src/budget/TokenCounter.ts"
import { AgentLoader, AgentNotFound } from "../../src/definition/AgentLoader.ts"
import { Blobs } from "../../src/journal/Blobs.ts"
import { Journal } from "../../src/journal/Journal.ts"
import * as StoredJournal from "../../src/journal/StoredJournal.ts"
import { ModelError } from "../../src/model/ModelError.ts"
import { Runtime } from "../../src/runtime/Runtime.ts"
import * as ScriptedModel from "../../src/testing/ScriptedModel.ts"
import { ConfinedRoot } from "../../src/workspace/ConfinedRoot.ts"
import { Family, scriptOf } from "./Families.ts"
import { passing } from "./Lives.ts"
import { cutAt, type Disk, makeDisk } from "./Resuming.ts"
import { asked, lead, makeFolder, type Script, turnOf } from "./Team.ts"

const folder = makeFolder()
afterAll(folder.remove)

const leading = (tokens: number) =>
  lead({
    limits: { tokens },
    tools: ["spawn_agent", "wait", "list_agents", "send_message", "interrupt_agent"]
  })

const inMemory = Layer.mergeAll(
  ConfinedRoot.layer(folder.root),
  Layer.succeed(TokenCounter, { count: (texts) => Effect.succeed(texts.map(upperBound)) }),
  Layer.succeed(AgentLoader, {
    list: Effect.succeed([]),
    find: (name) =>
      name === "lead"
        ? Effect.succeed({
            definition: leading(60_000),
            source: "memory",
            isOfRepository: false,
            format: "built-in",
            warnings: []
          })
        : Effect.fail(new AgentNotFound({ name, nearest: [], looked: [] }))
  })
)

const away = new ModelError({
  model: "scripted",
  stage: "answered",
  reason: { _tag: "Unavailable", status: 503, detail: "busy" }
})

/** Of a family: with ids that depend on nothing else, and every third request of an agent is not let in at first. */
const scriptFor = (family: Family): Script => {
  const script = scriptOf(family)
  const turnedAway = new Set<string>()
  return (request, before) => {
    const turn = `${request.brief.goal}.${turnOf(request)}`
    if (turnOf(request) % 3 === 1 && !turnedAway.has(turn)) {
      turnedAway.add(turn)
      return away
    }
    const said = script(request, before)
    if (!Effect.isEffect(said)) return said
    return Effect.map(said, (reply) => ({
      ...reply,
      ...(reply.calls === undefined
        ? {}
        : { calls: reply.calls.map((call, index) => ({ ...call, id: `${turn}.${index}` })) })
    }))
  }
}

/** Plays `work` in a process with this disk and a clock of its own, and gives a line for each event of its run. */
const played = (
  disk: Disk,
  family: Family,
  seed: string,
  work: (runtime: Runtime["Service"]) => ReturnType<Runtime["Service"]["resume"]>
) =>
  Effect.gen(function* () {
    const { run, wait } = yield* work(yield* Runtime)
    yield* wait
    return { run, lines: (yield* (yield* Journal).read(run)).map((event) => JSON.stringify(event)) }
  }).pipe(
    Effect.scoped,
    Effect.provide(
      Runtime.layer.pipe(
        Layer.provideMerge(
          Layer.mergeAll(
            inMemory,
            ScriptedModel.layer(scriptFor(family)),
            Layer.effect(Journal, StoredJournal.make(disk.store, Effect.void)),
            Layer.succeed(Blobs, disk.blobs)
          )
        )
      )
    ),
    passing,
    Random.withSeed(seed),
    Effect.provide(TestClock.layer())
  )

/** The record of a run from its start to its end, and what it is when the run is taken up again in its midst. */
const recordsOf = Effect.fnUntraced(function* (family: Family) {
  const disk = yield* makeDisk
  const tokens = 5_000 + family.budget * 1_000
  const whole = yield* played(disk, family, "start", (runtime) =>
    runtime.start({
      workspace: folder.root,
      agents: Array.from({ length: family.named + 1 }, (_, index) => asked(leading(tokens), `g${index}`)),
      limits: { children: family.agents + 1 },
      maxSpawnedAtOnce: family.places + 1,
      supervision: { strategy: "one-for-one", intensity: 2, periodMs: 3_600_000, silenceMs: 30_000 }
    })
  )
  const cut = cutAt(disk, whole.run, Math.ceil(whole.lines.length / 2))
  const resumed = yield* played(cut, family, "again", (runtime) => runtime.resume(whole.run))
  return { whole: whole.lines, resumed: resumed.lines }
})

describe("the record of a team", () => {
  it.effect.prop(
    "is the same to its last hash when the team is run again with the same seed, also where it is taken up again",
    [Family],
    ([family]) =>
      Effect.gen(function* () {
        const first = yield* recordsOf(family)
        expect(yield* recordsOf(family)).toStrictEqual(first)
        expect(first.resumed.length).toBeGreaterThan(first.whole.length / 2)
      }),
    { arbitrary: { runs: 20, size: 20 }, timeout: 60_000 }
  )
})
