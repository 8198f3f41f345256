import { describe, expect, it } from "vitest"
import { type Finding, findingsJson, findingsText } from "../../src/render/Doctor.ts"
import { makeStyle } from "../../src/render/Style.ts"

const plain = makeStyle(false, true)
const golden = (name: string) => new URL(`golden/${name}.txt`, import.meta.url).pathname

const node: Finding = { name: "node", status: "ok", text: "Node 24.21.0 at /usr/bin/node", next: "" }
const disk: Finding = { name: "disk", status: "warning", text: "512 MiB free", next: "Free space." }
const folder: Finding = {
  name: "state folder",
  status: "problem",
  text: "the records of runs cannot be kept in /state: permission denied",
  next: "Make it a folder that you may write to."
}

describe("what was found of the surroundings", () => {
  it("says line by line what is wrong and what to do, then whether runs can start", async () => {
    await expect(findingsText([node, folder, disk], plain)).toMatchFileSnapshot(golden("doctor"))
  })
  it("ends with whether runs can start", () => {
    const endOf = (findings: ReadonlyArray<Finding>) => findingsText(findings, plain).trimEnd().split("\n").at(-1)
    expect([endOf([node]), endOf([node, disk])]).toStrictEqual(["runs can start", "1 warning: runs can start"])
  })
  it("is data with names that stay", () => {
    expect([findingsJson([node, disk]), findingsJson([folder]).ok]).toStrictEqual([
      {
        schema_version: 1,
        ok: true,
        findings: [
          { name: "node", status: "ok", text: "Node 24.21.0 at /usr/bin/node", next: null },
          { name: "disk", status: "warning", text: "512 MiB free", next: "Free space." }
        ]
      },
      false
    ])
  })
})
