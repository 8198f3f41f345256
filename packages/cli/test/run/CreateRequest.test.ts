import { mkdtempSync, realpathSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { afterAll, describe, expect } from "vitest"
import { Invocation } from "../../src/command/Invocation.ts"
import { createRequest } from "../../src/run/CreateRequest.ts"

const root = realpathSync(mkdtempSync(join(tmpdir(), "deputize-create-")))
afterAll(() => rmSync(root, { recursive: true, force: true }))

const asked = (flags: Readonly<Record<string, ReadonlyArray<string>>> = {}, prompt = "Do it") =>
  createRequest(new Invocation("agent-create", [prompt], new Map(Object.entries(flags))), {
    root,
    base: join(root, "sub")
  })

describe("the request of agent-create", () => {
  it.effect("opens nothing and keeps nothing by itself", () =>
    Effect.gen(function* () {
      expect(yield* asked()).toStrictEqual({
        request: {
          workspace: root,
          prompt: "Do it",
          allowed: { exec: [], net: [], write: [] },
          ceiling: [],
          limits: {}
        },
        folder: null
      })
    })
  )

  it.effect("has what the flags say, commands with any arguments, and the earlier of two deadlines", () =>
    Effect.gen(function* () {
      const { folder, request } = yield* asked({
        "allow-shell": ["npm test", "ls *", ""],
        "allow-net": ["docs.rs"],
        "allow-write": ["docs/**"],
        budget: ["20k", "15min"],
        deadline: ["90s"],
        save: [""]
      })
      expect(request.allowed).toStrictEqual({ exec: ["npm test *", "ls *", "*"], net: ["docs.rs"], write: ["docs/**"] })
      expect(request.limits).toStrictEqual({ tokens: 20_000, wallMs: 90_000 })
      expect(folder).toBe(".deputize/agents")
    })
  )

  it.effect("takes a folder from where the user stands", () =>
    Effect.gen(function* () {
      expect((yield* asked({ save: ["agents/"] })).folder).toBe("sub/agents")
      expect((yield* asked({ save: [".."] })).folder).toBe(".")
    })
  )

  it.effect("lets nothing be written in a read-only sandbox", () =>
    Effect.gen(function* () {
      const { request } = yield* asked({ sandbox: ["read-only"], "allow-net": ["docs.rs"] })
      expect(request.ceiling?.map(({ label, net, write }) => ({ label, net, write }))).toStrictEqual([
        { label: "--sandbox read-only", net: ["docs.rs"], write: [] }
      ])
    })
  )

  it.effect.each<[Readonly<Record<string, ReadonlyArray<string>>>, string]>([
    [{ force: [] }, "--force is given without --save"],
    [{ "allow-net": ["not an address"] }, '--allow-net "not an address" is no address'],
    [{ "allow-write": ["../x"] }, '--allow-write "../x" is absolute or leads out of the workspace'],
    [{ "allow-write": [""] }, '--allow-write "" is empty'],
    [{ "allow-write": ["src/.env"] }, "is never written by an agent"],
    [{ "allow-shell": ["a; b"] }, '--allow-shell "a; b" is compared word by word'],
    [{ budget: ["20k", "30k"] }, "the budget limits tokens more than once"],
    [{ save: ["../../x"] }, "is outside the workspace"]
  ])("refuses %j", ([flags, problem]) =>
    Effect.gen(function* () {
      expect((yield* Effect.flip(asked(flags))).message).toContain(problem)
    })
  )

  it.effect("refuses a prompt without a word", () =>
    Effect.gen(function* () {
      expect((yield* Effect.flip(asked({}, "  "))).message).toBe("PROMPT is empty")
    })
  )
})
