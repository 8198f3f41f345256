import { lstatSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, describe, expect, it } from "@effect/vitest"
import { fileHash } from "../../src/fingerprint/FileHash.ts"
import { openTree } from "../../src/fingerprint/Tree.ts"

let workspace = ""
beforeEach(() => {
  workspace = mkdtempSync(join(tmpdir(), "tree-"))
  mkdirSync(join(workspace, "src"))
  writeFileSync(join(workspace, "src/a.ts"), "one")
})
afterEach(() => rmSync(workspace, { recursive: true }))

const withFiles = (...files: ReadonlyArray<string>) => ({ files, folders: [] })

describe("a look at folders", () => {
  it("is whole where what was asked for is not there", () => {
    const tree = openTree(workspace)
    expect([tree.list("src"), tree.list("none"), tree.list("src/a.ts"), tree.kind("src/none")]).toStrictEqual([
      withFiles("a.ts"),
      withFiles(),
      withFiles(),
      "none"
    ])
    expect(tree.isPartial()).toBe(false)
  })

  it("is partial once the system refused one, so that nothing is concluded from it", () => {
    const tree = openTree(workspace)
    expect(tree.list("x".repeat(300))).toStrictEqual(withFiles())
    expect(tree.isPartial()).toBe(true)
  })
})

describe("the hash of a file that cannot be read", () => {
  it("is never that of another time: its content may have changed", async () => {
    const stats = lstatSync(join(workspace, "src/a.ts"))
    const hashes = [await fileHash(join(workspace, "src"), stats), await fileHash(join(workspace, "src"), stats)]
    expect(new Set(hashes).size).toBe(2)
  })

  it("is the same where it is gone", async () => {
    const stats = lstatSync(join(workspace, "src/a.ts"))
    const gone = join(workspace, "src/b.ts")
    expect(await fileHash(gone, stats)).toBe(await fileHash(gone, stats))
  })
})
