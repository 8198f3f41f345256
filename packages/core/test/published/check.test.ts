import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { afterAll, describe, expect, it } from "@effect/vitest"
import { problemsOf } from "../../../../scripts/check-packages.ts"

const base = mkdtempSync(join(tmpdir(), "deputize-check-"))
afterAll(() => rmSync(base, { recursive: true, force: true }))

const sound = {
  LICENSE: "MIT",
  "README.md": "# p",
  "src/index.ts": "export const one = 1\n",
  "dist/index.js": "export const one = 1\n",
  "dist/index.d.ts": "export declare const one: number\n"
}
const entry = { source: "./src/index.ts", types: "./dist/index.d.ts", default: "./dist/index.js" }

const packageWith = (name: string, files: Readonly<Record<string, string>>, exports: object): string => {
  const folder = join(base, name)
  const manifest = { name, version: "1.0.0", license: "MIT", type: "module", files: ["dist", "src"], exports }
  for (const [file, text] of Object.entries({ ...files, "package.json": JSON.stringify(manifest) })) {
    mkdirSync(dirname(join(folder, file)), { recursive: true })
    writeFileSync(join(folder, file), text)
  }
  return folder
}

describe("what is published", () => {
  it.each([
    ["is sound", {}, { ".": entry }, []],
    ["has no licence", { LICENSE: undefined }, { ".": entry }, ["there is no LICENSE in it"]],
    [
      "has a file whose source is gone",
      { "dist/old/gone.js": "export {}\n" },
      { ".": entry },
      ["dist/old/gone.js has no source any more: build again"]
    ],
    [
      "names a module that is not in it",
      {},
      { ".": entry, "./two": { ...entry, default: "./dist/two.js" } },
      [expect.stringContaining('pkg.exports["./two"].default is ./dist/two.js but the file does not exist')]
    ],
    [
      "has types that import what is not there",
      { "dist/index.d.ts": `export { one } from "./one.ts"\n` },
      { ".": entry },
      [expect.stringContaining("dist/index.d.ts imports ./one.ts: ")]
    ]
  ] as const)("%s", async (name, changed, exports, problems) => {
    const files = Object.entries({ ...sound, ...changed }).flatMap(([file, text]) =>
      text === undefined ? [] : [[file, text]]
    )
    const folder = packageWith(name.replaceAll(" ", "-"), Object.fromEntries(files), exports)
    expect(await problemsOf(folder)).toStrictEqual(problems)
  })
})
