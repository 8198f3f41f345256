import { describe, expect, it } from "vitest"
import { removedText, rollbackText } from "../../src/render/BuildInstalled.ts"

describe("what was changed outside of a build", () => {
  it("names both versions of a rollback, and agents that stay", () => {
    const done = { prefix: "/home/ada/.deputize", name: "shop", from: "v2", to: "v1", keptAgents: ["reviewer.md"] }
    expect(rollbackText(done)).toBe(
      "shop in /home/ada/.deputize is version v1 again; it was v2\nagent reviewer.md was edited and stays as it is\n"
    )
  })
  it("names what was removed", () => {
    expect([removedText([]), removedText(["/a", "/b"])]).toStrictEqual([
      "there is nothing to remove\n",
      "removed /a\nremoved /b\n"
    ])
  })
})
