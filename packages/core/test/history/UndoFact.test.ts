import { expect, it } from "@effect/vitest"
import { runRecord } from "../../src/history/RunRecord.ts"
import type { UndoEvent } from "../../src/history/UndoEvent.ts"
import { factsOf } from "./Events.ts"

const change = { path: "a", before: null, after: "1" }
const events: ReadonlyArray<UndoEvent> = [
  { _tag: "Began", undo: 1, agent: null, redoes: null, folders: ["new"] },
  { _tag: "Changing", undo: 1, files: [{ change, mode: 0o644 }] },
  { _tag: "Changed", undo: 1, changes: [change] },
  { _tag: "Ended", undo: 1, files: 1, left: [{ path: "b", why: "Changed" }] }
]
const recorded = (bodies: ReadonlyArray<{ readonly _tag: string }>) =>
  factsOf(bodies.map((body) => ({ what: `undo.${body._tag}`, agent: "", body })))

it("what is put back is told with its files, and by records that lack something", () => {
  expect(recorded(events).map(({ fact }) => fact)).toStrictEqual([
    { _tag: "undo.Began", undo: 1, agent: null, redoes: null },
    { _tag: "undo.Changing", undo: 1, paths: ["a"] },
    { _tag: "undo.Changed", undo: 1, paths: ["a"] },
    { _tag: "undo.Ended", undo: 1, files: 1, left: ["b"] }
  ])
  const tags = ["Began", "Changing", "Changed", "Ended"].map((_tag) => ({ _tag }))
  expect(recorded(tags).map(({ fact }) => fact)).toStrictEqual([
    { _tag: "undo.Began", undo: 0, agent: null, redoes: null },
    { _tag: "undo.Changing", undo: 0, paths: [] },
    { _tag: "undo.Changed", undo: 0, paths: [] },
    { _tag: "undo.Ended", undo: 0, files: 0, left: [] }
  ])
})

it("what is put back later is no part of what a run did, and makes it no longer", () => {
  const before = factsOf([{ what: "run.Started" }, { what: "run.Ended", body: { status: "completed" } }])
  const record = runRecord("r", 0, before)
  expect(runRecord("r", 0, [...before, ...recorded(events)])).toStrictEqual(record)
})
