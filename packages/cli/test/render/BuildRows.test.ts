import { join } from "node:path"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { buildRows } from "../../src/render/BuildRows.ts"
import { makeStyle } from "../../src/render/Style.ts"
import { widthOf } from "../../src/render/Width.ts"
import { attempt, buildOf, failed, middle, session, start, starts, type Told } from "./Notices.ts"

const golden = (name: string) => join(import.meta.dirname, "golden", `${name}.txt`)
const text = (lines: ReadonlyArray<string>) => `${lines.join("\n")}\n`
const style = makeStyle(false, true)
const view = buildOf(middle)
const now = start + 7_700

describe("the live rows of a build", () => {
  it("are one for each step at work, and one for the whole", async () => {
    await expect(text(buildRows(view, now, { columns: 110, rows: 23 }, style))).toMatchFileSnapshot(
      golden("build-live-wide")
    )
  })

  it("fit 80 columns", async () => {
    await expect(text(buildRows(view, now, { columns: 79, rows: 23 }, style))).toMatchFileSnapshot(golden("build-live"))
  })

  it("leave figures out on a narrow terminal, and marks beyond ASCII where they cannot be shown", async () => {
    await expect(text(buildRows(view, now, { columns: 44, rows: 23 }, makeStyle(false, false)))).toMatchFileSnapshot(
      golden("build-live-narrow")
    )
  })

  it("count the steps that have no line", () => {
    expect(buildRows(view, now, { columns: 60, rows: 3 }, style).slice(1)).toStrictEqual([
      "and 2 more at work",
      "1/6 steps · 7 s · about 1 min 11 s left · 2 tasks cached"
    ])
    expect(buildRows(view, now, { columns: 60, rows: 1 }, style)).toStrictEqual([
      "1/6 steps · 7 s · about 1 min 11 s left · 2 tasks cached"
    ])
  })

  it("say how long a step has been silent, until it says something", () => {
    const silent: ReadonlyArray<Told> = [
      session(["docs", "Docs"]),
      starts(0, "docs", "it always runs"),
      attempt(0, "docs"),
      { at: 120_000, notice: { _tag: "Silent", step: "docs", ms: 120_000 } }
    ]
    const rowOf = (told: ReadonlyArray<Told>, at: number) =>
      buildRows(buildOf(told), start + at, { columns: 79, rows: 9 }, style)[0]
    expect(rowOf(silent, 125_000)).toBe("⠇ [1/1] Docs  2 min 5 s  no output for 2 min 5 s")
    expect(rowOf([...silent, { at: 126_000, notice: { _tag: "Tail", step: "docs", text: "done" } }], 126_000)).toBe(
      "⠦ [1/1] Docs  2 min 6 s  done"
    )
  })

  it("do not promise a time that has passed", () => {
    const late = buildRows(view, start + 90_000, { columns: 79, rows: 1 }, style)
    expect(late).toStrictEqual(["█████░░░░░░░░░░░░░░░  1/6 steps · 1 min 30 s · 2 tasks cached"])
  })

  it("say whom the build waits for before it begins", () => {
    const waiting = buildOf([{ at: 0, notice: { _tag: "Waiting", pid: 4711, since: start - 65_000 } }])
    expect(buildRows(waiting, start + 1_000, { columns: 79, rows: 5 }, style)).toStrictEqual([
      "⠴ waiting: process 4711 has been building here for 1 min 6 s"
    ])
    expect(buildRows(buildOf([]), start, { columns: 79, rows: 5 }, style)).toStrictEqual([])
  })

  it.effect.prop(
    "fit every terminal, whatever is at work",
    [
      Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 130 })),
      Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 8 })),
      Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: failed.length }))
    ],
    ([columns, rows, events]) =>
      Effect.sync(() => {
        const lines = buildRows(buildOf(failed.slice(0, events)), now, { columns, rows }, style)
        expect(lines.length).toBeLessThanOrEqual(rows)
        expect(lines.filter((line) => widthOf(line) > columns)).toStrictEqual([])
      })
  )
})
