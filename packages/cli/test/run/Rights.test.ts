import { AgentDefinition } from "@deputize/core/definition/AgentDefinition"
import { describe, expect, it } from "vitest"
import { Invocation } from "../../src/command/Invocation.ts"
import { settle } from "../../src/run/Rights.ts"

const found = {
  definition: new AgentDefinition({
    name: "writer",
    instructions: "Write.",
    permissions: { read: ["**"], write: ["docs/**"], net: [], exec: [], mcp: [], spawn: [] },
    artifacts: ["report.md"]
  }),
  isOfRepository: true,
  source: ".deputize/agents/writer.md"
}

const typed = (flags: Readonly<Record<string, ReadonlyArray<string>>> = {}) =>
  new Invocation("delegate-parallel", [], new Map(Object.entries(flags)))

const ceilingOf = (invocation: Invocation, copy?: number) =>
  settle(invocation, found, copy).agent.ceiling?.map(({ label, write }) => ({ label, write }))

describe("what an agent of the repository may do", () => {
  it("is to write the artifacts of its own copy", () => {
    const label = "a definition of the repository"
    expect([ceilingOf(typed()), ceilingOf(typed(), 2)]).toStrictEqual([
      [{ label, write: ["report.md"] }],
      [{ label, write: ["report-2.md"] }]
    ])
    expect(ceilingOf(typed({ trust: [] }), 2)).toStrictEqual([])
  })

  it.each([
    [typed({ trust: [], sandbox: ["read-only"] }), "--sandbox read-only"],
    [
      typed({ trust: [] }).configured(
        new Map([["sandbox", { value: "read-only", source: ".deputize/config.yaml:3:10" }]])
      ),
      "sandbox: read-only (.deputize/config.yaml:3:10)"
    ]
  ])("is nothing in a read-only sandbox, which says where it comes from", (invocation, label) => {
    expect(ceilingOf(invocation)).toStrictEqual([{ label, write: [] }])
  })

  it("is what it asks for where a flag comes before a read-only sandbox that is configured", () => {
    const configured = new Map([["sandbox", { value: "read-only", source: "DEPUTIZE_SANDBOX" }]])
    expect(ceilingOf(typed({ trust: [], sandbox: ["workspace-write"] }).configured(configured))).toStrictEqual([])
  })
})
