/**
 * What a run goes on from: its record and nothing else. Another owner, another folder, another model, other files of
 * definitions, a record of another version.
 */
import { mkdirSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { afterAll, describe, expect, it } from "@effect/vitest"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import { AgentPath, type RunId, rootPath } from "../../src/domain/Ids.ts"
import { Journal, JournalError } from "../../src/journal/Journal.ts"
import * as MemoryStore from "../../src/journal/MemoryStore.ts"
import * as StoredJournal from "../../src/journal/StoredJournal.ts"
import { Model, type ModelRequest } from "../../src/model/Model.ts"
import { RunJournal } from "../../src/runtime/RunEvent.ts"
import { NotResumable, Runtime } from "../../src/runtime/Runtime.ts"
import * as ScriptedModel from "../../src/testing/ScriptedModel.ts"
import { begin, cutAt, type Disk, eventsOf, goOn, makeDisk, processOn } from "./Resuming.ts"
import { asked, lead, makeFolder, otherCall, type Script, spawnCall, turnOf, waitCall, worker } from "./Team.ts"

const folder = makeFolder()
const other = makeFolder()
afterAll(() => {
  folder.remove()
  other.remove()
})

const reads: Script = (request) =>
  turnOf(request) === 0 ? { calls: [otherCall("read_file", { path: "a.txt" })] } : { text: "read" }

const on = (disk: Disk, script: Script, root = folder.root) => processOn(disk, root, ScriptedModel.layer(script))

/** A run of one agent that reads, cut after its first turn, and its events. */
const cutInTheMidst = Effect.gen(function* () {
  const disk = yield* makeDisk
  const request = { workspace: folder.root, agents: [asked(worker(), "read")] }
  const { events, run } = yield* Effect.gen(function* () {
    const { run } = yield* begin(request)
    return { run, events: yield* eventsOf(run) }
  }).pipe(Effect.provide(on(disk, reads)))
  const done = events.find(({ type }) => type === "Done")?.seq ?? 0
  return { run, disk: cutAt(disk, run, done), events }
})

describe("a run that goes on", () => {
  it.effect("has one owner: a second one is refused while the first lives, and not after", () =>
    Effect.gen(function* () {
      const disk = yield* makeDisk
      const reached = yield* Deferred.make<void>()
      const waits: Script = () => Effect.andThen(Deferred.succeed(reached, undefined), Effect.never)
      const request = { workspace: folder.root, agents: [asked(worker(), "read")] }
      const run = yield* Effect.gen(function* () {
        const handle = yield* (yield* Runtime).start(request)
        yield* Deferred.await(reached)
        const refused = yield* Effect.flip(goOn(handle.run)).pipe(Effect.provide(on(disk, reads)))
        expect(refused).toBeInstanceOf(JournalError)
        expect(refused).toMatchObject({ reason: { _tag: "Held", run: handle.run, pid: process.pid } })
        yield* handle.cancel
        return handle.run
      }).pipe(Effect.scoped, Effect.provide(on(disk, waits)))
      const result = yield* goOn(run).pipe(Effect.provide(on(disk, reads)))
      expect(result.agents.map(({ answer }) => answer)).toStrictEqual(["read"])
    })
  )

  it.effect("may be taken up again while its caller still has the result of before", () =>
    Effect.gen(function* () {
      const disk = yield* makeDisk
      const request = { workspace: folder.root, agents: [asked(worker(), "read")] }
      const answers = yield* Effect.gen(function* () {
        const runtime = yield* Runtime
        const handle = yield* runtime.start(request)
        const first = yield* handle.wait
        const again = yield* runtime.resume(handle.run, { say: [{ to: null, text: "once more" }] })
        return [first, yield* again.wait].map(({ agents }) => agents[0]?.turns)
      }).pipe(Effect.scoped, Effect.provide(on(disk, reads)))
      expect(answers).toStrictEqual([2, 3])
    })
  )

  it.effect("stays in its folder", () =>
    Effect.gen(function* () {
      const { disk, run } = yield* cutInTheMidst
      const refused = yield* Effect.flip(goOn(run)).pipe(Effect.provide(on(disk, reads, other.root)))
      expect(refused).toStrictEqual(
        new NotResumable({ run, reason: { _tag: "OtherWorkspace", workspace: folder.root, here: other.root } })
      )
      expect(refused.message).toBe(`run ${run} was begun in ${folder.root}, and this is ${other.root}`)
    })
  )

  it.effect("is refused with a clear word where its record does not say what it was asked for", () =>
    Effect.gen(function* () {
      const { disk, run } = yield* cutInTheMidst
      const old = yield* withBodies(disk, run, (type, body) => {
        if (type !== "Started" || !("request" in body)) return body
        const { request: _, ...rest } = body
        return rest
      })
      const refused = yield* Effect.flip(goOn(run)).pipe(Effect.provide(on(old, reads)))
      expect(refused).toStrictEqual(new NotResumable({ run, reason: { _tag: "NoRequest" } }))
      expect(refused.message).toBe(
        `run ${run} cannot go on: it was begun by a version of deputize that did not record what it was asked for`
      )
    })
  )

  it.effect("is refused where an event cannot be read that says what an agent has done", () =>
    Effect.gen(function* () {
      const { disk, events, run } = yield* cutInTheMidst
      const strange = yield* withBodies(disk, run, (type, body) =>
        type === "TurnCompleted" ? { ...body, charged: "a lot" } : body
      )
      const refused = yield* Effect.flip(goOn(run)).pipe(Effect.provide(on(strange, reads)))
      const seq = events.find(({ type }) => type === "TurnCompleted")?.seq ?? 0
      expect(refused).toStrictEqual(
        new NotResumable({ run, reason: { _tag: "Unreadable", path: "/root/worker", seq, type: "TurnCompleted" } })
      )
    })
  )

  it.effect(
    "asks another model and provider where there is one now, says so, and sends it nothing that was sealed",
    () =>
      Effect.gen(function* () {
        const { disk, run } = yield* cutInTheMidst
        const sealed = yield* withBodies(disk, run, (type, body) =>
          type === "TurnCompleted" ? { ...body, keepsakes: ["sealed"] } : body
        )
        const requests: Array<ModelRequest> = []
        const script: Script = (request) => {
          requests.push(request)
          return reads(request, 0)
        }
        const otherModel = Layer.effect(
          Model,
          Effect.map(Model, (model) => Model.of({ ...model, provider: "elsewhere", model: "newer" }))
        ).pipe(Layer.provide(ScriptedModel.layer(script)))
        const { record, warnings } = yield* Effect.gen(function* () {
          const handle = yield* (yield* Runtime).resume(run)
          const { agents } = yield* handle.wait
          expect(agents.map(({ model, status }) => [model, status])).toStrictEqual([["newer", "completed"]])
          return { warnings: handle.warnings, record: yield* eventsOf(run) }
        }).pipe(Effect.scoped, Effect.provide(processOn(sealed, folder.root, otherModel)))
        expect(warnings).toStrictEqual(["goes on with newer of elsewhere; until now it was scripted of scripted"])
        expect(record.find(({ type }) => type === "Resumed")?.body).toMatchObject({
          provider: "elsewhere",
          model: "newer"
        })
        expect(
          requests.flatMap(({ messages }) => messages.flatMap((each) => ("keepsakes" in each ? each.keepsakes : [])))
        ).toStrictEqual([])
        expect(requests.map(({ model }) => model)).toStrictEqual(["newer"])
      })
  )

  it.effect("has the definitions that it was begun with, whatever became of their files", () =>
    Effect.gen(function* () {
      const disk = yield* makeDisk
      const place = makeFolder()
      yield* Effect.addFinalizer(() => Effect.sync(place.remove))
      const systems: Array<string> = []
      const script: Script = (request) => {
        const turn = turnOf(request)
        if (request.brief.goal === "part") {
          systems.push(request.system)
          return turn === 0 ? { calls: [otherCall("read_file", { path: "a.txt" })] } : { text: "a part" }
        }
        if (turn === 0) return { calls: [spawnCall("worker", "part")] }
        return turn === 1 ? { calls: [waitCall()] } : { text: "whole" }
      }
      const { events, run } = yield* Effect.gen(function* () {
        const { run } = yield* begin({ workspace: place.root, agents: [asked(lead(), "top")] })
        return { run, events: yield* eventsOf(run) }
      }).pipe(Effect.provide(on(disk, script, place.root)))
      const [before = ""] = systems.splice(0)
      const changed = join(place.root, ".deputize", "agents")
      for (const type of ["Spawned", "Done"]) {
        const cut = events.find((event) => event.type === type && event.path === "/root/lead/worker")?.seq ?? 0
        for (const isThere of [true, false]) {
          rmSync(changed, { recursive: true })
          mkdirSync(changed)
          if (isThere) {
            writeFileSync(
              join(changed, "worker.md"),
              "---\nname: worker\ndescription: Idles\ntools: glob\n---\nIdle.\n"
            )
          }
          const result = yield* goOn(run).pipe(Effect.provide(on(cutAt(disk, run, cut), script, place.root)))
          expect(result.agents.map(({ answer, status }) => [status, answer])).toStrictEqual([
            ["completed", "whole"],
            ["completed", "a part"]
          ])
          const seen = systems.splice(0)
          expect(seen.length).toBeGreaterThan(0)
          for (const system of seen) expect(system).toBe(before)
        }
      }
    }).pipe(Effect.scoped)
  )

  it.effect("was given orders while nobody had it: what was said is heard, and to stop is void", () =>
    Effect.gen(function* () {
      const { disk, run } = yield* cutInTheMidst
      yield* Effect.flatMap(Journal, (journal) =>
        Effect.andThen(
          journal.post(run, { _tag: "Stop" }),
          journal.post(run, { _tag: "Say", to: null, text: "be brief" })
        )
      ).pipe(Effect.provide(on(disk, reads)))
      const heard: Array<string> = []
      const listens: Script = (request) => {
        heard.push(request.messages.at(-1)?.text ?? "")
        return { text: "brief" }
      }
      const { left, result } = yield* Effect.gen(function* () {
        const result = yield* goOn(run)
        return { result, left: yield* (yield* Journal).orders(run) }
      }).pipe(Effect.provide(on(disk, listens)))
      expect([result.status, left]).toStrictEqual(["completed", []])
      expect(heard.length).toBe(1)
      expect(heard[0]).toContain("be brief")
    })
  )

  it.effect("does an order once, also where its process was killed before it had taken it off", () =>
    Effect.gen(function* () {
      const { disk, run } = yield* cutInTheMidst
      const heard: Array<string> = []
      const listens: Script = (request) => {
        heard.push(...request.messages.filter(({ text }) => text.includes("be brief")).map(({ text }) => text))
        return { text: "brief" }
      }
      const { said } = yield* Effect.gen(function* () {
        const journal = yield* Journal
        yield* journal.post(run, { _tag: "Say", to: null, text: "be brief" })
        const [posted] = yield* journal.orders(run)
        yield* RunJournal.append(run, rootPath, null, {
          _tag: "Said",
          id: "m1",
          to: AgentPath.make("/root/worker"),
          text: "be brief",
          order: posted?.id ?? 0
        })
        yield* goOn(run)
        return { said: (yield* eventsOf(run)).filter(({ type }) => type === "Said") }
      }).pipe(Effect.provide(on(disk, listens)))
      expect([said.length, heard.length]).toStrictEqual([1, 1])
    })
  )
})

describe("a run that is under way", () => {
  const begun = Effect.fnUntraced(function* (script: Script) {
    const { blobs, store } = yield* makeDisk
    // Other processes write to it.
    const disk = { blobs, store: { ...store, isShared: true } }
    const fiber = yield* begin({ workspace: folder.root, agents: [asked(worker(), "read")] }).pipe(
      Effect.provide(on(disk, script)),
      Effect.forkChild({ startImmediately: true })
    )
    const elsewhere = <A, E>(effect: (run: RunId, journal: Journal["Service"]) => Effect.Effect<A, E>) =>
      Effect.gen(function* () {
        const journal = yield* Journal
        const [found] = yield* journal.list
        if (found === undefined) return yield* Effect.die(new Error("there is no run"))
        return yield* effect(found.run, journal)
      }).pipe(Effect.provide(on(disk, reads)))
    return { elsewhere, fiber }
  })

  it.live("ends when another process wants it to", () =>
    Effect.gen(function* () {
      const reached = yield* Deferred.make<void>()
      const { elsewhere, fiber } = yield* begun(() =>
        Effect.andThen(Deferred.succeed(reached, undefined), Effect.never)
      )
      yield* Deferred.await(reached)
      yield* elsewhere((run, journal) => journal.post(run, { _tag: "Stop" }))
      const { agents, status } = yield* Fiber.join(fiber)
      expect([status, agents[0]?.status]).toStrictEqual(["cancelled", "cancelled"])
    })
  )

  it.live("hears what another process says to it before its next turn", () =>
    Effect.gen(function* () {
      const reached = yield* Deferred.make<void>()
      const said = yield* Deferred.make<void>()
      const { elsewhere, fiber } = yield* begun((request) =>
        turnOf(request) === 0
          ? Effect.gen(function* () {
              yield* Deferred.succeed(reached, undefined)
              yield* Deferred.await(said)
              return { calls: [otherCall("read_file", { path: "a.txt" })] }
            })
          : { text: request.messages.at(-1)?.text ?? "" }
      )
      yield* Deferred.await(reached)
      yield* elsewhere((run, journal) => journal.post(run, { _tag: "Say", to: null, text: "be brief" }))
      yield* elsewhere((run, journal) => Effect.repeat(journal.orders(run), { until: (orders) => orders.length === 0 }))
      yield* Deferred.succeed(said, undefined)
      const { agents } = yield* Fiber.join(fiber)
      expect(agents[0]?.answer).toContain("be brief")
    })
  )
})

// internal

/** The same record with other bodies of events, as another version would have written it. */
const withBodies = (
  { blobs, store }: Disk,
  run: RunId,
  change: (type: string, body: { readonly _tag: string }) => { readonly _tag: string }
) =>
  Effect.gen(function* () {
    const changed = MemoryStore.make()
    const journal = yield* StoredJournal.make(changed, Effect.void)
    yield* journal.open(run)
    for (const { body, namespace, parent, path, type, version } of store.events(run, 1, Number.MAX_SAFE_INTEGER)) {
      const entry = { namespace, version, path, parent, body: change(type, JSON.parse(body)) }
      yield* journal.append(run, [entry])
    }
    return { blobs, store: changed } satisfies Disk
  }).pipe(Effect.scoped)
