import { expect, it } from "@effect/vitest"
import type { Freshness } from "../../src/fingerprint/Fingerprint.ts"
import { reason } from "../../src/fingerprint/Reason.ts"

const paths = (count: number) => Array.from({ length: count }, (_, at) => `src/${at}`)

const cases: ReadonlyArray<readonly [Freshness, string]> = [
  [{ _tag: "Fresh" }, "up to date"],
  [{ _tag: "NeverFinished" }, "it has not finished before"],
  [{ _tag: "CommandChanged" }, "its command changed"],
  [{ _tag: "EnvChanged" }, "its environment changed"],
  [{ _tag: "ToolsChanged" }, "a tool has another version"],
  [{ _tag: "NeedsChanged" }, "a step that it needs made something else"],
  [{ _tag: "NotCached" }, "it always runs"],
  [{ _tag: "InputsChanged", added: [], changed: ["src/a.ts"], removed: [] }, "src/a.ts changed"],
  [{ _tag: "InputsChanged", added: [], changed: paths(4), removed: [] }, "src/0 and 3 more changed"],
  [{ _tag: "InputsChanged", added: paths(20), changed: [], removed: [] }, "src/0 and at least 19 more added"],
  [
    { _tag: "InputsChanged", added: ["b"], changed: ["a"], removed: paths(2) },
    "a changed, b added, src/0 and 1 more removed"
  ],
  [{ _tag: "OutputsDamaged", missing: ["dist/a.js"], changed: [] }, "dist/a.js missing"],
  [{ _tag: "OutputsDamaged", missing: [], changed: paths(2) }, "src/0 and 1 more not as it was made"]
]

it.each(cases)("%j is told as %s", (freshness, words) => {
  expect(reason(freshness)).toBe(words)
})
