import { afterAll, describe, expect, it } from "@effect/vitest"
import type { Run } from "../../src/promise/Run.ts"
import { collect, neverAnswers, open, removeFolders, seen } from "./fixture.ts"

afterAll(removeFolders)

describe("a run", () => {
  it("tells its events in order, all of them to each loop, also after its end", async () => {
    await using deputize = await open()
    const run = deputize.delegate("explorer", "look")
    const [during] = await Promise.all([collect(run.events), run.result()])
    expect(during.map(({ seq }) => seq)).toStrictEqual(during.map((_, index) => index + 1))
    expect(during.map(({ fact, path }) => `${path} ${fact._tag}`)).toStrictEqual(
      expect.arrayContaining(["/root run.Started", "/root/explorer agent.Started", "/root/explorer tool.Done"])
    )
    expect(during.at(-1)?.fact).toMatchObject({ _tag: "run.Ended", status: "completed" })
    expect(await collect(run.events)).toStrictEqual(during)
  })

  it("names itself as soon as it is on record", async () => {
    await using deputize = await open()
    const run = deputize.delegate("explorer", "look")
    const { run: name, warnings } = await run.started()
    expect({ name, warnings }).toStrictEqual({ name: (await run.result()).run, warnings: [] })
  })

  it("has told onEvent everything, one at a time, before the result is there", async () => {
    await using deputize = await open()
    const told: Array<string> = []
    let busy = 0
    const onEvent = async ({ fact }: { readonly fact: { readonly _tag: string } }) => {
      busy += 1
      await Promise.resolve()
      told.push(busy === 1 ? fact._tag : "at the same time as another")
      busy -= 1
    }
    const run = deputize.delegate("explorer", "look", { onEvent })
    await run.result()
    expect([...told]).toStrictEqual(await tags(run))
  })

  it("is cancelled by what onEvent throws, and rejects with it", async () => {
    await using deputize = await open({ model: neverAnswers })
    const run = deputize.delegate("explorer", "think", {
      onEvent: ({ fact }) => {
        if (fact._tag === "tool.Done") throw new RangeError("enough")
      }
    })
    await expect(run.result()).rejects.toThrow(new RangeError("enough"))
    const ended = (await collect(run.events)).at(-1)?.fact
    expect(ended).toMatchObject({ _tag: "run.Ended", status: "cancelled" })
  })

  it("can be cancelled, and everything closed, from within onEvent", async () => {
    const deputize = await open({ model: neverAnswers })
    const run = deputize.delegate("explorer", "think", {
      onEvent: async ({ fact }) => {
        if (fact._tag !== "tool.Done") return
        await run.cancel()
        await deputize.close()
      }
    })
    expect((await run.result()).status).toBe("cancelled")
  })

  it("cancelled keeps what it had; cancelling again, or after the end, changes nothing", async () => {
    await using deputize = await open({ model: neverAnswers })
    const run = deputize.delegate("explorer", "think")
    for await (const { fact } of run.events) if (fact._tag === "tool.Done") break
    const [first, second] = await Promise.all([run.cancel(), run.cancel()])
    expect({ status: first.status, toolCalls: first.agents.map((agent) => agent.toolCalls) }).toStrictEqual({
      status: "cancelled",
      toolCalls: [1]
    })
    expect([second, await run.result(), await run.cancel()]).toStrictEqual([first, first, first])
  })

  it("that has ended stays completed when it is cancelled", async () => {
    await using deputize = await open()
    const run = deputize.delegate("explorer", "look")
    const result = await run.result()
    expect([result.status, await run.cancel()]).toStrictEqual(["completed", result])
  })

  it("is cancelled by its signal, also by one that was aborted before it began", async () => {
    await using deputize = await open({ model: neverAnswers })
    const controller = new AbortController()
    const run = deputize.delegate("explorer", "think", { signal: controller.signal })
    await run.started()
    controller.abort()
    const before = deputize.delegate("explorer", "think", { signal: AbortSignal.abort() })
    expect([(await run.result()).status, (await before.result()).status]).toStrictEqual(["cancelled", "cancelled"])
  })

  it("is cancelled at the end of a block that uses it", async () => {
    await using deputize = await open({ model: neverAnswers })
    let handle: Run
    {
      await using run = deputize.delegate("explorer", "think")
      await run.started()
      handle = run
    }
    expect((await handle.result()).status).toBe("cancelled")
  })

  it("that cannot start rejects everywhere with the same error, and with none where nobody asks", async () => {
    await using deputize = await open()
    // A rejection that nobody handled would fail this file.
    deputize.delegate("nobody", "look")
    await using run = deputize.delegate("explorrer", "look")
    const errors = await Promise.all(
      [run.started(), run.result(), run.cancel(), tags(run)].map((asked) => asked.then(String, seen))
    )
    const notFound = {
      _tag: "AgentNotFound",
      message: 'no agent named "explorrer"',
      hint: expect.stringContaining("Nearest names: explorer.")
    }
    expect(errors).toStrictEqual([notFound, notFound, notFound, notFound])
  })
})

const tags = async ({ events }: Run): Promise<ReadonlyArray<string>> =>
  (await collect(events)).map(({ fact }) => fact._tag)
