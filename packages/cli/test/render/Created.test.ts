import { AgentDefinition } from "@deputize/core/definition/AgentDefinition"
import { Limits } from "@deputize/core/domain/Limits"
import type { Created } from "@deputize/core/generate/Creation"
import { describe, expect, it } from "vitest"
import { createdText, creatingText, definitionText, plannedText, wholeText } from "../../src/render/Created.ts"
import { makeStyle } from "../../src/render/Style.ts"
import { widthOf } from "../../src/render/Width.ts"
import { agentResult, runResult } from "./Results.ts"

const plain = makeStyle(false, true)
const golden = (name: string) => new URL(`golden/${name}.txt`, import.meta.url).pathname

const created: Created = {
  definition: new AgentDefinition({
    name: "licence-checker",
    goal: "List the files without a licence header,\nand say which header each has",
    instructions: "…",
    tools: ["read_file", "grep", "write_file", "edit"],
    permissions: { read: ["packages/**"], net: ["https://docs.rs/*"] },
    limits: new Limits({ tokens: 30_000 }),
    artifacts: ["artifacts/licences.md"]
  }),
  taken: [
    {
      right: "shell",
      asked: "npm test *",
      kept: null,
      why: "takes the right to run it",
      flag: "--allow-shell='npm test'"
    },
    { right: "read", asked: "/etc/**", kept: null, why: "is absolute or leads out of the workspace", flag: null },
    {
      right: "budget",
      asked: "90,000 tokens",
      kept: "30,000 tokens",
      why: "is more than the whole budget",
      flag: "--budget AMOUNT"
    },
    {
      right: "name",
      asked: "../\u001b[2Jx",
      kept: "licence-checker",
      why: "is no name that a file can have",
      flag: null
    }
  ]
}

const author = runResult([agentResult({ agent: "agent-author", tokensCharged: 1_820, durationMs: 900 })])

describe("an agent that was created", () => {
  it("is told with what it may, and with what it was not granted", async () => {
    const text = creatingText("Check the licences\nof all files", plain) + createdText(created, 1_820, 30_000, plain)
    await expect(text).toMatchFileSnapshot(golden("created"))
  })

  it("fits into a narrow terminal, and steers none", () => {
    const text = createdText(created, 1_820, 30_000, makeStyle(false, true, 60))
    expect(text.split("\n").filter((line) => widthOf(line) > 60)).toStrictEqual([])
    expect(text).not.toContain("\u001b")
  })

  it("is shown as the file that it becomes, its indents kept", () => {
    expect(definitionText(".deputize/agents/x.yaml", "name: x\ntools:\n  mcp: []\n", plain)).toBe(
      "--- .deputize/agents/x.yaml\nname: x\ntools:\n  mcp: []\n---\n"
    )
  })

  it("is counted together with its definition", () => {
    const creation = {
      limits: { tokens: 40_000 },
      author,
      created,
      note: "",
      saved: ".deputize/agents/licence-checker.yaml",
      result: runResult([agentResult({ tokensCharged: 10_525, durationMs: 2_300 })]),
      error: null
    }
    expect(wholeText(creation, plain)).toBe(
      `both runs  3.2 s, 12,345 / 40,000 tokens (31 %): 1,820 for the definition, 10,525 for the agent
saved      .deputize/agents/licence-checker.yaml
record     run r0mh8k3x2q7f4a, head 3f2a9c0d (the definition)
`
    )
    expect(wholeText({ ...creation, limits: {}, saved: null, result: null }, plain)).toBe(
      `both runs  0.9 s, 1,820 tokens: 1,820 for the definition, 0 for the agent
record     run r0mh8k3x2q7f4a, head 3f2a9c0d (the definition)
`
    )
  })

  it("is forecast with what flags open", () => {
    expect(plannedText({ exec: ["npm test *"], net: [], write: ["docs/**"] }, plain)).toBe(
      "\nThen the agent that is defined runs with what is left of it. It may read the workspace; write new files, files below artifacts/, docs/**; run npm test *; fetch nothing.\n"
    )
  })
})
