import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { AgentPath, rootPath } from "../../src/domain/Ids.ts"
import { add, decide, type Note, ofWritten, standing, type Writing, type Written } from "../../src/tool/Board.ts"

const [x, y] = [AgentPath.make(`${rootPath}/x`), AgentPath.make(`${rootPath}/y`)]
const written = (...notes: ReadonlyArray<readonly [key: string, version: number, text: string]>) =>
  ofWritten(notes.map(([key, version, text], index): Written => ({ key, version, text, by: x, call: `c${index}` })))

/** What is said of a writing. */
const answer = (notes: ReturnType<typeof ofWritten>, writing: Writing, by = y, call = "new"): Note | string => {
  const decision = decide(notes, writing, by, call)
  return decision._tag === "Refused" ? `${decision.error.message}. ${decision.error.hint}` : decision.note
}

describe("a note", () => {
  it.each<readonly [string, Writing, string | Partial<Note>]>([
    ["is new with version 1", { key: "b", text: "t", expected: 0 }, { key: "b", version: 1, text: "t", by: y }],
    ["is changed from the version that is there", { key: "a", text: "t", expected: 2 }, { version: 3 }],
    ["is changed whatever is there", { key: "a", text: "t" }, { version: 3 }],
    ["is removed by no text", { key: "a", text: "", expected: 2 }, { version: 3, text: "" }],
    [
      "is not changed from another version, and what is there is said",
      { key: "a", text: "t", expected: 1 },
      "a has version 2, by /root/x: two. Take that into account, and write with expected 2."
    ],
    [
      "is not new where there is one",
      { key: "a", text: "t", expected: 0 },
      "a has version 2, by /root/x: two. Take that into account, and write with expected 2."
    ],
    [
      "is not changed where there is none",
      { key: "b", text: "t", expected: 1 },
      "b is not there. Take that into account, and write with expected 0."
    ],
    ["is not removed where there is none", { key: "b", text: "" }, "b is not there. There is nothing to remove."],
    ["goes on counting when it is made anew", { key: "gone", text: "t", expected: 0 }, { version: 3 }],
    [
      "is not taken for the one that was removed",
      { key: "gone", text: "t", expected: 2 },
      "gone is not there. Take that into account, and write with expected 0."
    ],
    [
      "has a key on one line",
      { key: "a\nb", text: "t" },
      "a key has 1 to 100 characters, on one line. Give a shorter one."
    ],
    ["has a key", { key: "", text: "t" }, "a key has 1 to 100 characters, on one line. Give a shorter one."],
    [
      "has a key of 100 characters at most",
      { key: "k".repeat(101), text: "t" },
      "a key has 1 to 100 characters, on one line. Give a shorter one."
    ],
    ["may have 4,000 characters", { key: "k".repeat(100), text: "t".repeat(4_000) }, { version: 1 }],
    [
      "has no more than 4,000 characters",
      { key: "b", text: "t".repeat(4_001) },
      "the text has 4001 characters, a note at most 4000. Write less; what is long belongs into a file that the note names."
    ]
  ])("%s", (_, writing, expected) => {
    const notes = written(["a", 1, "one"], ["a", 2, "two"], ["gone", 1, "one"], ["gone", 2, ""])
    const found = answer(notes, writing)
    if (typeof expected === "string") expect(found).toBe(expected)
    else expect(found).toMatchObject(expected)
  })

  it("is one of 200 at most; a removed one makes room", () => {
    const notes = written(...Array.from({ length: 200 }, (_, index) => [`k${index}`, 1, "t"] as const))
    expect(answer(notes, { key: "more", text: "t" })).toBe(
      "the board has 200 notes, and takes no more. Change a note, or remove one first."
    )
    expect(answer(notes, { key: "k7", text: "t2" })).toMatchObject({ version: 2 })
    add(notes, { key: "k7", version: 2, text: "", by: x, call: "removes" })
    expect([answer(notes, { key: "more", text: "t" }), standing(notes).length]).toMatchObject([{ version: 1 }, 199])
  })

  it("is written once by a call, whatever became of it since, and by the same id of another agent once more", () => {
    const notes = written(["a", 1, "one"], ["a", 2, "two"])
    const again = { key: "a", text: "one", expected: 0 }
    expect([answer(notes, again, x, "c0"), answer(notes, { ...again, expected: 2 }, y, "c0")]).toStrictEqual([
      { key: "a", version: 1, text: "one", by: x },
      { key: "a", version: 3, text: "one", by: y }
    ])
  })
})

const Step = Schema.Struct({
  who: Schema.Literals(["x", "y"]),
  key: Schema.Literals(["a", "b"]),
  text: Schema.Literals(["", "1", "2"]),
  /** Versions back from the one that the board has. */
  behind: Schema.NullOr(Schema.Literals([0, 0, 0, 1, 2]))
})

it.effect.prop(
  "a board rebuilt from what was written is the same, and gives no version twice",
  [Schema.Array(Step)],
  ([steps]) =>
    Effect.sync(() => {
      const notes = ofWritten([])
      const record: Array<Written> = []
      for (const [index, { behind, key, text, who }] of steps.entries()) {
        const found = standing(notes).find((note) => note.key === key)
        const expected = Math.max(0, (found?.version ?? 0) - (behind ?? 0))
        const writing = { key, text, ...(behind === null ? {} : { expected }) }
        const decision = decide(notes, writing, who === "x" ? x : y, `c${index}`)
        if (decision._tag !== "New") continue
        const made = { ...decision.note, call: `c${index}` }
        add(notes, made)
        record.push(made)
      }
      expect(ofWritten(record)).toStrictEqual(notes)
      const versions = record.map(({ key, version }) => `${key} ${version}`)
      expect(new Set(versions).size).toBe(versions.length)
    })
)
