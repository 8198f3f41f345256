import { existsSync, readdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { afterAll, describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { AgentDefinition } from "../../src/definition/AgentDefinition.ts"
import { AgentLoader } from "../../src/definition/AgentLoader.ts"
import { Journal } from "../../src/journal/Journal.ts"
import { SqliteReader } from "../../src/journal/SqliteReader.ts"
import { Deputize } from "../../src/promise/Deputize.ts"
import type { DeputizeOptions } from "../../src/promise/Services.ts"
import { RunJournal } from "../../src/runtime/RunEvent.ts"
import { Runtime } from "../../src/runtime/Runtime.ts"
import { startProviderServer } from "../../src/testing/ProviderServer.ts"
import { collect, folderWith, neverAnswers, open, readsThenAnswers, removeFolders, seen } from "./fixture.ts"

afterAll(removeFolders)

describe("an opened Deputize", () => {
  it("delegates to one agent, whose result comes as a promise", async () => {
    await using deputize = await open()
    const { agents, mode, status } = await deputize.delegate("explorer", "look around", { budget: 30_000 }).result()
    expect({
      status,
      mode,
      agents: agents.map(({ answer, path, tokens }) => ({ answer, path, tokens }))
    }).toStrictEqual({
      status: "completed",
      mode: "model",
      agents: [{ answer: "answer to look around", path: "/root/explorer", tokens: 30_000 }]
    })
  })

  it("delegates to several agents under one budget, with results in the order asked", async () => {
    await using deputize = await open()
    const run = deputize.parallel(
      [
        { agent: "explorer", goal: "one" },
        { agent: "code-reviewer", goal: "two", budget: { tokens: 20_000, turns: 9 } },
        { agent: "explorer", goal: "three" }
      ],
      { budget: { tokens: 60_000 }, maxParallel: 2 }
    )
    const { agents, budget } = await run.result()
    expect(agents.map(({ answer, path }) => ({ answer, path }))).toStrictEqual([
      { answer: "answer to one", path: "/root/explorer" },
      { answer: "answer to two", path: "/root/code-reviewer" },
      { answer: "answer to three", path: "/root/explorer#2" }
    ])
    expect(budget.tokens.limit).toBe(60_000)
  })

  it("takes a definition of the caller's in place of a name, and its goal", async () => {
    await using deputize = await open()
    const definition = new AgentDefinition({ name: "poet", instructions: "Rhyme.", goal: "a poem" })
    const { agents } = await deputize.delegate(definition).result()
    expect(agents.map(({ agent, answer }) => ({ agent, answer }))).toStrictEqual([
      { agent: "poet", answer: "answer to a poem" }
    ])
  })

  it("answers offline where no model is named", async () => {
    await using deputize = await Deputize.open({
      workspace: folderWith({ "journal.ts": "export const journal = 1\n" })
    })
    const { agents, mode } = await deputize.delegate("explorer", "Where is the journal?").result()
    expect(mode).toBe("evidence-only")
    expect(agents[0]?.answer).toContain("`journal.ts:1` `export const journal = 1`")
  })

  it("asks a server with an OpenAI-compatible API, named by its address", async () => {
    const server = await startProviderServer(({ goal }) => ({ text: `heard: ${goal}` }))
    await using deputize = await open({ model: { baseUrl: server.url, model: "local", wire: "chat" } })
    const { agents } = await deputize.delegate("explorer", "hello").result()
    await deputize.close()
    expect({
      answers: agents.map(({ answer, model }) => ({ answer, model })),
      open: server.openRequests
    }).toStrictEqual({
      answers: [{ answer: "heard: hello", model: "local" }],
      open: 0
    })
    await server.close()
  })

  it("lists the agents that can be named", async () => {
    await using deputize = await open({
      workspace: folderWith({ ".deputize/agents/poet.md": "---\nname: poet\ndescription: Rhymes\n---\nRhyme.\n" })
    })
    const [first] = await deputize.agents()
    expect(first).toMatchObject({
      name: "poet",
      source: ".deputize/agents/poet.md",
      description: "Rhymes",
      error: null
    })
  })

  it("records in the folder named, and lets go of it when it is closed", async () => {
    const state = join(folderWith(), "state")
    const deputize = await open({ state })
    const { run } = await deputize.delegate("explorer", "look").result()
    await deputize.close()
    expect(existsSync(join(state, "journal.db-wal"))).toBe(false)
    const ended = await Effect.runPromise(
      Effect.flatMap(Journal, (journal) => journal.read(run)).pipe(
        Effect.map((events) => Option.map(RunJournal.decode(events.at(-1) ?? noEvent()), ({ _tag }) => _tag)),
        Effect.provide(SqliteReader.layer({ file: join(state, "journal.db") }))
      )
    )
    expect(ended).toStrictEqual(Option.some("Ended"))
  })

  it("tells of the runs on record, newest first", async () => {
    await using deputize = await open()
    const first = await deputize.delegate("explorer", "one").result()
    const second = await deputize.delegate("explorer", "two").result()
    const runs = await deputize.runs()
    expect(runs.map(({ agents, run, state }) => ({ run, state, goals: agents.map(({ goal }) => goal) }))).toStrictEqual(
      [
        { run: second.run, state: "completed", goals: ["two"] },
        { run: first.run, state: "completed", goals: ["one"] }
      ]
    )
    expect((await deputize.runs(1)).map(({ run }) => run)).toStrictEqual([second.run])
  })

  it("is refused for a workspace that is not there, and for a record that cannot be kept", async () => {
    const workspace = folderWith({ file: "" })
    const refusals = await Promise.allSettled([
      Deputize.open({ workspace: join(workspace, "missing") }),
      Deputize.open({ workspace: join(workspace, "file") }),
      Deputize.open({ workspace, state: join(workspace, "file") })
    ])
    const tags = refusals.map((each) => (each.status === "rejected" ? seen(each.reason)._tag : "opened"))
    expect(tags).toStrictEqual(["WorkspaceNotFound", "WorkspaceNotFound", "JournalError"])
  })

  it.runIf(process.platform === "linux")("lets go of what it had opened when it cannot be opened whole", async () => {
    const workspace = folderWith({ file: "" })
    const refused = () => Deputize.open({ workspace, state: join(workspace, "file") }).catch(seen)
    await refused()
    const before = readdirSync("/proc/self/fd").length
    for (let time = 0; time < 20; time++) await refused()
    expect(readdirSync("/proc/self/fd").length).toBeLessThan(before + 10)
  })
})

describe("closing", () => {
  it("cancels what still runs, keeps what it had, and refuses what comes after", async () => {
    const deputize = await open({ model: neverAnswers })
    const run = deputize.delegate("explorer", "think")
    await firstOf(run.events, "tool.Done")
    await Promise.all([deputize.close(), deputize.close()])
    const { agents, status } = await run.result()
    expect({ status, calls: agents.map(({ toolCalls }) => toolCalls) }).toStrictEqual({
      status: "cancelled",
      calls: [1]
    })
    const late = deputize.delegate("explorer", "more")
    const closed = { _tag: "DeputizeClosed", message: "this Deputize is closed", hint: expect.any(String) }
    for (const asked of [late.result(), late.started(), late.cancel(), deputize.agents()]) {
      expect(seen(await asked.catch((error: unknown) => error))).toStrictEqual(closed)
    }
    expect(await collect(late.events)).toStrictEqual([])
  })

  it("happens at the end of a block that uses it", async () => {
    let run: ReturnType<Deputize["delegate"]>
    {
      await using deputize = await open({ model: neverAnswers })
      run = deputize.delegate("explorer", "think")
      await run.started()
    }
    expect((await run.result()).status).toBe("cancelled")
  })

  it("ends loops over events that nobody goes on with", async () => {
    const deputize = await open({ model: neverAnswers })
    const events = deputize.delegate("explorer", "think").events[Symbol.asyncIterator]()
    expect((await events.next()).value?.fact._tag).toBe("run.Started")
    await deputize.close()
    const rest: Array<string> = []
    for (let next = await events.next(); next.done !== true; next = await events.next()) rest.push(next.value.fact._tag)
    expect(rest).not.toContain("run.Started")
  })
})

describe("the layer", () => {
  const workspace = folderWith({ "app.ts": "export const answer = 42\n" })

  it.effect("gives a program in Effect the runtime and all that it needs", () =>
    Effect.gen(function* () {
      const runtime = yield* Runtime
      const definition = new AgentDefinition({ name: "poet", instructions: "Rhyme." })
      const run = yield* runtime.start({ workspace, agents: [{ definition, goal: "a poem", scope: [] }] })
      expect((yield* run.wait).agents.map(({ answer }) => answer)).toStrictEqual(["answer to a poem"])
    }).pipe(Effect.scoped, Effect.provide(Deputize.layer({ workspace, model: readsThenAnswers })))
  )

  it.effect("keeps definitions that it has parsed in the cache that it is given, and nowhere else", () => {
    const own = folderWith({ ".claude/agents/poet.md": "---\nname: poet\ndescription: Rhymes.\n---\nRhyme.\n" })
    const folder = join(own, "cache")
    const listed = (options: Partial<DeputizeOptions>) =>
      Effect.map(
        Effect.provide(
          Effect.flatMap(AgentLoader, (loader) => loader.list),
          Deputize.layer({ workspace: own, ...options })
        ),
        (all) => [all.map(({ description }) => description)[0], existsSync(folder) ? readdirSync(folder).length : 0]
      )
    return Effect.gen(function* () {
      expect(yield* listed({})).toStrictEqual(["Rhymes.", 0])
      expect(yield* listed({ cache: { folder, version: "1" } })).toStrictEqual(["Rhymes.", 1])
    })
  })

  it.effect("fails for a workspace that is a file", () =>
    Effect.gen(function* () {
      const file = join(workspace, "file")
      writeFileSync(file, "")
      const error = yield* Effect.flip(Effect.provide(Runtime, Deputize.layer({ workspace: file })))
      expect(error.message).toBe(`the workspace ${file} is not a folder that can be opened`)
    })
  )
})

const firstOf = async (events: AsyncIterable<{ readonly fact: { readonly _tag: string } }>, tag: string) => {
  for await (const { fact } of events) if (fact._tag === tag) return
}

const noEvent = (): never => {
  throw new Error("there is no event on record")
}
