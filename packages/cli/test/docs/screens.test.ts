/** Screens that documents show are what the views draw: the files that the tests of the views hold them to. */
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, it } from "vitest"

const repository = join(import.meta.dirname, "..", "..", "..", "..")
const guide = join(repository, "docs", "guide")

/** Blocks behind a comment that names a file. */
const screens = readdirSync(guide)
  .filter((name) => name.endsWith(".md"))
  .flatMap((name) =>
    Array.from(
      readFileSync(join(guide, name), "utf8").matchAll(/<!-- (\S+\.txt) -->\n\n```text\n([\s\S]*?)```\n/g),
      ([, file = "", text = ""]) => ({ place: `${name}: ${file}`, file, text })
    )
  )

describe("the screens of the documents", () => {
  it("are found", () => {
    expect(screens.length).toBeGreaterThan(2)
  })

  it.each(screens)("are what the views draw: $place", ({ file, text }) => {
    expect(text).toBe(readFileSync(join(repository, file), "utf8"))
  })
})
