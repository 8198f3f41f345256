import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { stringify } from "yaml"
import { plan, startOrder } from "../../src/pipeline/Plan.ts"
import { parsePipeline } from "../../src/pipeline/ReadPipeline.ts"
import { resolvePipeline } from "../../src/pipeline/Resolve.ts"
import { pipelineOf, plain } from "../testing/steps.ts"

const orderOf = (planned: ReturnType<typeof plan>) =>
  planned._tag === "Planned" ? planned.order.map(({ id }) => id) : planned

const small = Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 9 }))
const Drawn = Schema.Array(Schema.Struct({ needs: Schema.Array(small), group: small, at: small, left: Schema.Boolean }))

/** Any steps without a circle, some in groups, in any order in the file. */
const fileOf = (drawn: typeof Drawn.Type): string => {
  const steps = drawn.map(({ at, group, left, needs }, index) => ({
    at,
    group,
    step: {
      id: `s${index}`,
      run: "make",
      needs: [...new Set(needs.filter((need) => need < index))].map((need) => pathOf(drawn, need)),
      ...(left ? { on: { linux: null } } : {})
    }
  }))
  const grouped = [0, 1].flatMap((group) => {
    const members = steps.filter((each) => each.group === group).map(({ step }) => step)
    return members.length === 0 ? [] : [{ at: group * 5, step: { id: `g${group}`, steps: members } }]
  })
  const all = [...steps.filter(({ group }) => group > 1), ...grouped].sort((a, b) => a.at - b.at)
  return stringify({ steps: [...all.map(({ step }) => step), { id: "last", run: "make" }] })
}

const pathOf = (drawn: typeof Drawn.Type, index: number): string => {
  const group = drawn[index]?.group ?? 9
  return group > 1 ? `s${index}` : `g${group}/s${index}`
}

describe("a plan", () => {
  it.effect.prop(
    "of any pipeline that loads has what a step needs before it, and every step once",
    [Drawn],
    ([drawn]) =>
      Effect.gen(function* () {
        const written = yield* parsePipeline(fileOf(drawn), "f")
        const pipeline = resolvePipeline(written, { workspace: "/w", file: "/w/f", platform: "linux", home: "/h" })
        const past = Object.fromEntries(drawn.map(({ at }, index) => [pathOf(drawn, index), at]))
        const planned = plan(pipeline, [])
        const order = startOrder(planned._tag === "Planned" ? planned.order : [], past)
        expect(order.map(({ id }) => id).sort()).toStrictEqual(pipeline.steps.map(({ id }) => id).sort())
        const before = new Set<string>()
        for (const { id, needs } of order) {
          expect(needs.filter((need) => !before.has(need))).toStrictEqual([])
          before.add(id)
        }
        const kept = drawn.flatMap(({ left }, index) => (left ? [] : [pathOf(drawn, index)]))
        expect(pipeline.steps.map(({ id }) => id).sort()).toStrictEqual(["last", ...kept].sort())
      })
  )

  const steps = pipelineOf("/w", [plain("short"), plain("long"), plain("test", "short"), plain("ship", "test", "long")])

  it("starts the longest chain of work first, by past durations", () => {
    const idsIn = (past: Readonly<Record<string, number>>) => startOrder(steps.steps, past).map(({ id }) => id)
    expect([idsIn({}), idsIn({ long: 9_000 })]).toStrictEqual([
      ["short", "long", "test", "ship"],
      ["long", "short", "test", "ship"]
    ])
  })

  it("of a step has all that the step needs and nothing else", () => {
    expect([plan(steps, ["test"]), plan(steps, ["long", "short"])].map(orderOf)).toStrictEqual([
      ["short", "test"],
      ["short", "long"]
    ])
  })

  it("of a group has its members", () => {
    const grouped = pipelineOf("/w", [plain("a"), plain("g/x", "a"), plain("g/y"), plain("gh")])
    expect(orderOf(plan(grouped, ["g"]))).toStrictEqual(["a", "g/x", "g/y"])
  })

  it("names the nearest steps of one that does not exist", () => {
    expect(plan(steps, ["testt"])).toStrictEqual({ _tag: "UnknownStep", step: "testt", nearest: ["test"] })
  })
})
