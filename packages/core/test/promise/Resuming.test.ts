import { afterAll, describe, expect, it } from "@effect/vitest"
import { Deputize } from "../../src/promise/Deputize.ts"
import * as ScriptedModel from "../../src/testing/ScriptedModel.ts"
import { collect, folderWith, neverAnswers, open, readsThenAnswers, removeFolders, seen } from "./fixture.ts"

afterAll(removeFolders)

const readApp = { id: "a", name: "read_file", args: JSON.stringify({ path: "app.ts" }) }

/** Goes by the conversation, not by how often it was asked: so also where it takes over from another. */
const answers = ScriptedModel.layer(({ messages }) => {
  const last = messages.at(-1)
  if (last?._tag === "Tool") return { text: "read it" }
  return messages.length === 1 ? { calls: [readApp] } : { text: `heard ${last?.text.split("\n").at(-1)}` }
})

describe("a run that goes on", () => {
  it("comes to its end in another process's place, from what is on disk", async () => {
    const [workspace, state] = [folderWith({ "app.ts": "export const answer = 42\n" }), folderWith()]
    const first = await Deputize.open({ workspace, state, model: neverAnswers })
    const begun = first.delegate("explorer", "look")
    for await (const { fact } of begun.events) if (fact._tag === "tool.Done") break
    await first.close()
    const cancelled = await begun.result()
    expect(cancelled.status).toBe("cancelled")
    await using second = await Deputize.open({ workspace, state, model: answers })
    const run = second.resume(cancelled.run)
    const result = await run.result()
    expect([result.run, result.status, result.agents[0]?.answer, result.agents[0]?.turns]).toStrictEqual([
      cancelled.run,
      "completed",
      "read it",
      2
    ])
    const tags = (await collect(run.events)).map(({ fact }) => fact._tag)
    expect([tags[0], tags.filter((tag) => tag === "run.Resumed").length, tags.at(-1)]).toStrictEqual([
      "run.Started",
      1,
      "run.Ended"
    ])
  })

  it("hears what is said to it", async () => {
    await using deputize = await open({ model: answers })
    const { run } = await deputize.delegate("explorer", "look").result()
    const first = await deputize.resume(run, { say: "be brief" }).result()
    expect(first.agents[0]?.answer).toBe("heard be brief")
    const second = await deputize.resume(run, { say: [{ to: "/root/explorer", text: "in French" }] }).result()
    expect(second.agents[0]?.answer).toBe("heard in French")
  })

  it("is refused where nothing is left to do, and where the options make no sense", async () => {
    await using deputize = await open({ model: readsThenAnswers })
    const { run } = await deputize.delegate("explorer", "look").result()
    await expect(deputize.resume(run).result().catch(seen)).resolves.toStrictEqual({
      _tag: "NotResumable",
      message: `run ${run} is complete: nothing of it is left to do`,
      hint: `Say what else is to be done: deputize send ${run} "TEXT".`
    })
    await expect(deputize.resume("yesterday").result().catch(seen)).resolves.toStrictEqual({
      _tag: "RequestInvalid",
      message: '"yesterday" is no run',
      hint: "Runs have names such as r0mh8k3x2q7f4a; runs() lists them."
    })
    await expect(deputize.resume(run, { more: -1 }).result()).rejects.toThrow("what comes: tokens is -1")
    await expect(deputize.resume(run, { say: [{ to: "explorer", text: "x" }] }).result()).rejects.toThrow(
      '"explorer" is no path of an agent'
    )
    await expect(deputize.resume("r0mh8k3x2q7f4a").result().catch(seen)).resolves.toMatchObject({
      _tag: "JournalError",
      message: "journal memory: there is no run r0mh8k3x2q7f4a"
    })
  })

  it("is refused once everything is closed", async () => {
    const deputize = await open()
    const { run } = await deputize.delegate("explorer", "look").result()
    await deputize.close()
    await expect(deputize.resume(run).result().catch(seen)).resolves.toMatchObject({ _tag: "DeputizeClosed" })
  })
})
