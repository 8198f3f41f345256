import { describe, expect, it } from "vitest"
import { recordFile } from "../../src/config/RecordFile.ts"

const at = (variables: Record<string, string>, workspace = "/work/my project") =>
  recordFile({ platform: "linux", variables, home: "/home/me" }, workspace) ?? ""

describe("the file of a workspace's records", () => {
  it("is in the state folder, DEPUTIZE_HOME before XDG_STATE_HOME", () => {
    expect(at({ XDG_STATE_HOME: "/state" })).toMatch(/^\/state\/deputize\/my_project-[0-9a-f]{16}\/journal\.db$/)
    expect(at({ XDG_STATE_HOME: "/state", DEPUTIZE_HOME: "/d" })).toMatch(/^\/d\/state\/my_project-/)
  })
  it("passes over an XDG_STATE_HOME that is not absolute, as its specification asks", () => {
    expect(at({ XDG_STATE_HOME: "state" })).toMatch(/\/\.local\/state\/deputize\/my_project-/)
  })
  it("is another one for another path with the same name", () => {
    expect(at({ DEPUTIZE_HOME: "/d" }, "/a/x")).not.toBe(at({ DEPUTIZE_HOME: "/d" }, "/b/x"))
  })
  it("has a name that file systems take, whatever the workspace is called", () => {
    const name =
      at({ DEPUTIZE_HOME: "/d" }, `/a/${"作業".repeat(60)}`)
        .split("/")
        .at(-2) ?? ""
    expect(Buffer.byteLength(name)).toBeLessThanOrEqual(255)
  })
})
