/** Runs whose agents have trees of their own, and what is brought from them into the workspace. */
import * as fs from "node:fs"
import * as path from "node:path"
import { expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Diff from "../../src/changes/Diff.ts"
import { type AgentPath, rootPath } from "../../src/domain/Ids.ts"
import { sha256 } from "../../src/domain/Sha256.ts"
import { Blobs } from "../../src/journal/Blobs.ts"
import { Journal } from "../../src/journal/Journal.ts"
import { toolEvents } from "../../src/tool/ToolEvent.ts"
import { type WorktreeEvent, WorktreeJournal } from "../../src/worktree/WorktreeEvent.ts"
import type { Fixture } from "../workspace/fixture.ts"
import { agentPath, bytes, change, picture, run, undo, within } from "./fixture.ts"

const [x, y] = [agentPath("x"), agentPath("y")]
const hash = (text: string) => sha256(bytes(text))
const tell = (agent: AgentPath, event: WorktreeEvent) => WorktreeJournal.append(run, agent, rootPath, event)

/** A call of an agent in its own tree. */
const inTree = (agent: AgentPath, file: string, after: string) => {
  const change = { path: file, before: null, after: hash(after) }
  return toolEvents.append(run, agent, rootPath, { _tag: "Changing", callId: "c", change })
}

const merged = (agent: AgentPath, ...files: ReadonlyArray<string>) =>
  tell(agent, {
    _tag: "Merged",
    agent,
    status: "merged",
    ref: "r",
    commit: "2",
    branch: null,
    files,
    conflicts: [],
    why: ""
  })

/** Writes merged files into the workspace, as its top folder `repo/app` of git's stands for it. */
const bring = Effect.fnUntraced(function* (
  { root }: Fixture,
  contents: Readonly<Record<string, string | null>>,
  isTold = true
) {
  const blobs = yield* Blobs
  const changes = []
  for (const [file, content] of Object.entries(contents)) {
    const place = path.join(root, file)
    const before = fs.existsSync(place) ? fs.readFileSync(place) : null
    const mode = before === null || content !== null ? {} : { mode: fs.statSync(place).mode & 0o777 }
    const folder = path.dirname(file)
    const folders = before !== null ? {} : { folders: fs.existsSync(path.join(root, folder)) ? [] : [folder] }
    const hashes = { before: before && (yield* blobs.put(before)), after: content === null ? null : hash(content) }
    changes.push({ change: { path: file, ...hashes }, ...mode, ...folders })
  }
  yield* tell(rootPath, { _tag: "Bringing", changes })
  for (const [file, content] of Object.entries(contents)) {
    const place = path.join(root, file)
    if (content === null) fs.rmSync(place)
    else {
      fs.mkdirSync(path.dirname(place), { recursive: true })
      fs.writeFileSync(place, content)
    }
  }
  const files = Object.keys(contents).map((file) => `app/${file}`)
  if (isTold) yield* tell(rootPath, { _tag: "Brought", from: "1", to: "2", files, left: [] })
})

/** The workspace is the folder `app` of the repository. */
const based = tell(rootPath, { _tag: "Based", commit: "1", prefix: "app/", uncommitted: [], filters: [] })

const isolated = (files: Fixture) =>
  Effect.gen(function* () {
    yield* based
    for (const agent of [x, y]) yield* tell(agent, { _tag: "Made", root: "/tree", start: "1", copied: [] })
    yield* inTree(x, "a", "never brought")
    yield* inTree(agentPath("x/child"), "b", "never brought")
    yield* merged(x, "app/changed", "app/new/x", "app/both")
    yield* merged(y, "app/gone.sh", "app/both")
    yield* bring(files, { changed: "2", "new/x": "x", both: "2", "gone.sh": null })
  })

const prepare = (files: Fixture) => {
  files.write("changed", "1")
  files.write("both", "1")
  files.write("gone.sh", "sh")
  fs.chmodSync(path.join(files.root, "gone.sh"), 0o755)
}

it.effect("what was brought into the workspace is shown and put back, with its folders and rights", () =>
  within(
    prepare,
    Effect.fnUntraced(function* (files) {
      const before = picture(files)
      yield* isolated(files)
      const { patches } = yield* Diff.diff(run, null)
      expect(patches.map(({ agents, kind, path }) => [path, kind, agents])).toStrictEqual([
        ["both", "changed", [rootPath]],
        ["changed", "changed", [x]],
        ["gone.sh", "removed", [y]],
        ["new/x", "created", [x]]
      ])
      expect((yield* undo()).left).toStrictEqual([])
      expect(picture(files)).toStrictEqual(before)
    })
  )
)

it.effect("what one agent left is put back without what another one has left in the same file", () =>
  within(
    prepare,
    Effect.fnUntraced(function* (files) {
      yield* isolated(files)
      yield* change("z", { shared: "by an agent without a tree" })
      yield* undo({ agent: "x" })
      expect(picture(files)).toStrictEqual({
        both: "644 2",
        changed: "644 1",
        shared: "644 by an agent without a tree"
      })
    })
  )
)

it.effect("what was about to be brought is judged by the files", () =>
  within(
    prepare,
    Effect.fnUntraced(function* (files) {
      const before = picture(files)
      yield* based
      yield* merged(x, "app/changed", "app/both")
      yield* bring(files, { changed: "2", both: "2" }, false)
      files.write("both", "1")
      expect((yield* undo()).made.map(({ path }) => path)).toStrictEqual(["changed"])
      expect(picture(files)).toStrictEqual(before)
    })
  )
)

it.effect("what was announced again after a cut was made once", () =>
  within(
    prepare,
    Effect.fnUntraced(function* (files) {
      const before = picture(files)
      yield* based
      yield* merged(x, "app/changed")
      yield* bring(files, { changed: "2" }, false)
      files.write("changed", "1")
      yield* bring(files, { changed: "2" })
      // The ref that says so was not moved before the next cut.
      yield* bring(files, {})
      yield* tell(rootPath, { _tag: "Brought", from: "1", to: "2", files: ["app/changed"], left: [] })
      const { patches } = yield* Diff.diff(run, null)
      expect(patches.map(({ agents, isMixed, path }) => [path, agents, isMixed])).toStrictEqual([
        ["changed", [x], false]
      ])
      expect((yield* undo()).left).toStrictEqual([])
      expect(picture(files)).toStrictEqual(before)
    })
  )
)

it.effect("what was announced and left was not made, unless that was before a cut: then nobody knows", () =>
  within(
    prepare,
    Effect.fnUntraced(function* (files) {
      const journal = yield* Journal
      yield* based
      yield* merged(x, "app/changed", "app/both")
      yield* bring(files, { changed: "2" }, false)
      files.write("changed", "by the user")
      const body = { _tag: "Resumed", request: {}, more: {} }
      yield* journal.append(run, [{ namespace: "run", version: 1, path: rootPath, parent: null, body }])
      yield* bring(files, { both: "2" }, false)
      const left = ["app/both", "app/changed"].map((path) => ({ path, why: "it was changed here" }))
      yield* tell(rootPath, { _tag: "Brought", from: "1", to: "2", files: [], left })
      const contents = Effect.map(Diff.diff(run, null), ({ patches }) =>
        patches.map(({ content, path }) => [path, content])
      )
      const unknown = ["changed", { _tag: "Missing", what: "outcome" }]
      // The system may say that it failed when all was done.
      expect((yield* contents).map(([path]) => path)).toStrictEqual(["both", "changed"])
      files.write("both", "by the user")
      expect(yield* contents).toStrictEqual([unknown])
      files.write("both", "1")
      expect(yield* contents).toStrictEqual([unknown])
    })
  )
)
