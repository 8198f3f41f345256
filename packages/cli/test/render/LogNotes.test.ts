/** Notes that agents share, and files that were put back, in the log of a run. */
import { expect, it } from "vitest"
import { logLine } from "../../src/render/Log.ts"
import { makeStyle } from "../../src/render/Style.ts"
import { factsOf, type Happening } from "./Events.ts"

const wordsOf = (happenings: ReadonlyArray<Happening>, verbose = false) =>
  factsOf(happenings).map((event) =>
    logLine(event, { style: makeStyle(false, true), verbose, clock: () => "" })?.replace(/^ *[^ ]+: /, "")
  )

it("tells what is written on the shared board", () => {
  expect(
    wordsOf([
      { what: "agent.Noted", body: { key: "plan", version: 2, text: "first\nthis" } },
      { what: "agent.Noted", body: { key: "plan", version: 3, text: "" } }
    ])
  ).toStrictEqual(["notes plan, version 2: first this", "takes the note plan away"])
})

it("tells what was put back, and which files only where all is told", () => {
  const change = { path: "a", before: null, after: "1" }
  const undone: ReadonlyArray<Happening> = [
    { what: "undo.Began", agent: "", body: { undo: 1, agent: null, redoes: null, folders: [] } },
    { what: "undo.Changing", agent: "", body: { undo: 1, files: [{ change }] } },
    { what: "undo.Changed", agent: "", body: { undo: 1, changes: [change] } },
    { what: "undo.Ended", agent: "", body: { undo: 1, files: 1, left: [{ path: "b", why: "Changed" }] } },
    { what: "undo.Began", agent: "", body: { undo: 2, agent: "/root/x", redoes: null, folders: [] } },
    { what: "undo.Began", agent: "", body: { undo: 3, agent: null, redoes: 2, folders: [] } },
    { what: "undo.Ended", agent: "", body: { undo: 3, files: 2, left: [] } }
  ]
  expect(wordsOf(undone)).toStrictEqual([
    "what it changed is put back",
    undefined,
    undefined,
    "1 file changed, left as they are: b",
    "what x changed is put back",
    "what was put back is changed again",
    "2 files changed"
  ])
  expect(wordsOf(undone, true).slice(1, 3)).toStrictEqual(["about to change a", "changed a"])
})
