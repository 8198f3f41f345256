/**
 * Calls of the tools that change files, cut at each point and taken up again.
 */
import * as fs from "node:fs"
import * as path from "node:path"
import { sha256 } from "@deputize/core/domain/Sha256"
import { Blobs } from "@deputize/core/journal/Blobs"
import type { Resumed } from "@deputize/core/tool/CutCall"
import type { AnyTool } from "@deputize/core/tool/Tool"
import { toolbox } from "@deputize/core/tool/Toolbox"
import type { Change } from "@deputize/core/workspace/ConfinedRoot"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { Fixture } from "../workspace/fixture.ts"
import { call, recorded, within, writing } from "./fixture.ts"

const { tools } = toolbox(["read_file", "write_file", "edit", "delete_file", "apply_patch"])

const patch = (...lines: ReadonlyArray<string>) => ({
  patch: ["*** Begin Patch", ...lines, "*** End Patch"].join("\n")
})

type Contents = Readonly<Record<string, string | null>>

interface Case {
  readonly tool: string
  readonly args: object
  /** What it is to change, from what to what, in order. */
  readonly changes: ReadonlyArray<readonly [file: string, before: string | null, after: string | null]>
  /** What the model reads of a call that ran. */
  readonly ran: string
}

const cases: ReadonlyArray<Case> = [
  {
    tool: "write_file",
    args: { path: "a.txt", content: "new\n" },
    changes: [["a.txt", "old\n", "new\n"]],
    ran: "replaced a.txt, 1 line"
  },
  {
    tool: "write_file",
    args: { path: "deep/n.txt", content: "new\n" },
    changes: [["deep/n.txt", null, "new\n"]],
    ran: "made deep/n.txt, 1 line"
  },
  {
    tool: "edit",
    args: { path: "a.txt", old: "old", new: "new" },
    changes: [["a.txt", "old\n", "new\n"]],
    ran: "edited a.txt at line 1"
  },
  { tool: "delete_file", args: { path: "a.txt" }, changes: [["a.txt", "old\n", null]], ran: "removed a.txt" },
  {
    tool: "apply_patch",
    args: patch("*** Update File: a.txt", "-old", "+new", "*** Add File: n.txt", "+new"),
    changes: [
      ["a.txt", "old\n", "new\n"],
      ["n.txt", null, "new\n"]
    ],
    ran: "changed a.txt, 1 line\nmade n.txt, 1 line"
  },
  {
    tool: "apply_patch",
    args: patch("*** Update File: a.txt", "*** Move to: m.txt", "-old", "+new"),
    changes: [
      ["m.txt", null, "new\n"],
      ["a.txt", "old\n", null]
    ],
    ran: "made m.txt, 1 line\nremoved a.txt"
  }
]

const hashOf = (text: string | null): string | null => (text === null ? null : sha256(Buffer.from(text)))

const changesOf = ({ changes }: Case): ReadonlyArray<Change> =>
  changes.map(([file, before, after]) => ({ path: file, before: hashOf(before), after: hashOf(after) }))

const seenBefore = ({ changes }: Case) =>
  new Map(changes.flatMap(([file, before]) => (before === null ? [] : [[file, sha256(Buffer.from(before))] as const])))

const read = (files: Fixture, file: string): string | null => {
  const place = path.join(files.root, file)
  return fs.existsSync(place) ? fs.readFileSync(place, "utf8") : null
}

/** The workspace with some of the changes made, and what else is given in it. */
const filled =
  ({ changes }: Case, made: number, others: Contents = {}) =>
  (files: Fixture): void => {
    changes.forEach(([file, before, after], index) => {
      const text = index < made ? after : before
      if (text !== null) files.write(file, text)
    })
    for (const [file, text] of Object.entries(others)) {
      if (text !== null) files.write(file, text)
      else fs.rmSync(path.join(files.root, file))
    }
  }

interface Seen {
  readonly text: string
  readonly files: ReadonlyArray<string | null>
  readonly done: unknown
  readonly seen: ReadonlyMap<string, string>
}

/** Takes a call up again that had announced some of its changes. */
const resume = (each: Case, announced: number, made: number, more: Partial<Resumed> = {}, others: Contents = {}) =>
  within(filled(each, made, others), (files) =>
    Effect.gen(function* () {
      for (const [, before] of each.changes) if (before !== null) yield* (yield* Blobs).put(Buffer.from(before))
      const seen = seenBefore(each)
      const resumed: Resumed = {
        isBegun: true,
        changing: changesOf(each).slice(0, announced),
        onUnknown: "ask",
        ...more
      }
      const text = yield* call(each.tool, each.args, { policy: writing("**"), tools, seen, resumed })
      const { ms: _, ...done } = (yield* recorded).flatMap((fact) => (fact._tag === "Done" ? [fact] : []))[0] ?? {
        ms: 0
      }
      return { text, done, seen, files: each.changes.map(([file]) => read(files, file)) } satisfies Seen
    })
  )

const after = ({ changes }: Case) => changes.map(([, , text]) => text)

const seenAfter = ({ changes }: Case) =>
  new Map(changes.flatMap(([file, , text]) => (text === null ? [] : [[file, sha256(Buffer.from(text))] as const])))

const said = ({ changes }: Case, from: number, to: number) =>
  changes
    .slice(from, to)
    .map(([file, before, text]) => `${text === null ? "removed" : before === null ? "made" : "changed"} ${file}`)
    .join(", ")

describe.each(cases)("a call of $tool that was cut ($ran)", (each) => {
  const all = each.changes.length
  const ran = { text: each.ran, files: after(each), seen: seenAfter(each) }
  const done = { _tag: "Done", callId: "c1", changes: changesOf(each) }

  it.effect.each(Array.from({ length: all + 1 }, (_, announced) => announced))(
    "and has changed nothing is made (%s announced)",
    (announced) =>
      Effect.gen(function* () {
        expect(yield* resume(each, announced, 0)).toStrictEqual({ ...ran, done: { ...done, ok: true, text: each.ran } })
      })
  )

  it.effect("and had not begun is made", () =>
    Effect.gen(function* () {
      const { files, text } = yield* resume(each, 0, 0, { isBegun: false })
      expect([text, files]).toStrictEqual([each.ran, after(each)])
    })
  )

  it.effect.each(["ask", "retry", "skip"] as const)("and has changed all is not made again (%s)", (onUnknown) =>
    Effect.gen(function* () {
      const text = `${said(each, 0, all)} (this call was cut before its result was kept, but all of this is done; it was not made again)`
      const settled = { ...done, ok: true, text, settled: "made" }
      expect(yield* resume(each, all, all, { onUnknown })).toStrictEqual({ ...ran, text, done: settled })
    })
  )

  it.effect("and has changed what somebody else has changed since is left to the model", () =>
    Effect.gen(function* () {
      const [first] = each.changes
      if (first === undefined) throw new Error("each changes something")
      const [file] = first
      const taken = { [file]: "somebody else's\n" }
      const asked = yield* resume(each, 1, 1, {}, taken)
      const what = `unknown: this call was cut before its result was kept. Neither as it was before nor as this call would have left it: ${file}.`
      expect(asked.text).toBe(`! ${what} Look how things stand before you repeat anything.`)
      expect([asked.files[0], asked.done]).toStrictEqual([
        "somebody else's\n",
        { _tag: "Done", callId: "c1", ok: false, text: asked.text.slice(2), changes: [], settled: "unknown" }
      ])
      const skipped = yield* resume(each, 1, 1, { onUnknown: "skip" }, taken)
      expect(skipped.text).toBe(`! ${what} Do not repeat it; go on without its result.`)
      // It runs again, and nothing of somebody else's is written over unread.
      const retried = yield* resume(each, 1, 1, { onUnknown: "retry" }, taken)
      expect([retried.text.startsWith("! error: "), retried.files[0]]).toStrictEqual([true, "somebody else's\n"])
    })
  )

  it.effect("leaves no temporary file of a killed process behind", () =>
    Effect.gen(function* () {
      const [file] = each.changes[0] ?? [""]
      const left = path.join(path.dirname(file), ".deputize-0123456789abcdef.tmp")
      yield* within(
        (files) => {
          filled(each, 0, { [left]: "half" })(files)
          fs.utimesSync(path.join(files.root, left), 0, 0)
        },
        (files) =>
          Effect.gen(function* () {
            const resumed: Resumed = { isBegun: true, changing: changesOf(each).slice(0, 1), onUnknown: "ask" }
            const seen = seenBefore(each)
            yield* call(each.tool, each.args, { policy: writing("**"), tools, seen, resumed })
            expect(read(files, left)).toBe(null)
          })
      )
    })
  )
})

describe.each(cases.filter(({ changes }) => changes.length > 1))(
  "a call of $tool that was cut half-way ($ran)",
  (each) => {
    it.effect.each([1, 2])("says what is done and what is not (%s announced)", (announced) =>
      Effect.gen(function* () {
        const { done, files, seen, text } = yield* resume(each, announced, 1)
        const [first, second] = each.changes
        const told = `error: this call was cut before its result was kept. Done: ${said(each, 0, 1)}. Not done: ${second?.[0]}. Make a new call for the rest.`
        expect(text).toBe(`! ${told}`)
        expect(files).toStrictEqual([first?.[2], second?.[1]])
        const changes = changesOf(each).slice(0, 1)
        expect(done).toStrictEqual({ _tag: "Done", callId: "c1", ok: false, text: told, changes, settled: "made" })
        const known = new Map(seenBefore(each)).set("", "")
        known.delete("")
        for (const { after, path } of changes) if (after !== null) known.set(path, after)
        expect(seen).toStrictEqual(known)
      })
    )
  }
)

describe("a call that may have had other effects", () => {
  const act: AnyTool = {
    name: "act",
    description: "",
    parameters: Schema.Struct({}),
    timeLimitMs: 1_000,
    outputCap: 4_096,
    replay: "fenced",
    narrower: "act less",
    actions: () => Effect.succeed([]),
    run: () => Effect.succeed("acted")
  }
  const resumed = (more: Partial<Resumed>): Resumed => ({ isBegun: true, changing: [], onUnknown: "ask", ...more })
  const acting = (more: Partial<Resumed>, tool: Partial<AnyTool> = {}, name = "act") =>
    within(
      () => {},
      () => call(name, {}, { tools: [{ ...act, ...tool }], resumed: resumed(more) })
    )
  const unknown =
    "! unknown: this call was cut before its result was kept. It may have had its effect, all of it or a part."

  it.effect("is unknown once it has begun, unless it may simply run again or is to", () =>
    Effect.gen(function* () {
      expect(yield* acting({ isBegun: false })).toBe("acted")
      expect(yield* acting({})).toBe(`${unknown} Look how things stand before you repeat anything.`)
      expect(yield* acting({ onUnknown: "skip" })).toBe(`${unknown} Do not repeat it; go on without its result.`)
      expect(yield* acting({ onUnknown: "retry" })).toBe("acted")
      expect(yield* acting({}, { replay: "safe" })).toBe("acted")
    })
  )

  it.effect("is so as well where its tool is not there any more, or does not understand it", () =>
    Effect.gen(function* () {
      expect(yield* acting({}, {}, "gone")).toContain(unknown)
      expect(yield* acting({ isBegun: false }, {}, "gone")).toContain("there is no tool gone")
      expect(yield* acting({ onUnknown: "retry" }, {}, "gone")).toContain("there is no tool gone")
      const strict = { parameters: Schema.Struct({ needed: Schema.String }) }
      expect(yield* acting({}, strict)).toContain(unknown)
      expect(yield* acting({}, { ...strict, replay: "safe" })).toContain("needed")
    })
  )
})
