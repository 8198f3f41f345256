import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { AgentLoader } from "@deputize/core/definition/AgentLoader"
import { it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { afterAll, describe, expect } from "vitest"
import { Invocation } from "../../src/command/Invocation.ts"
import { parallelRequest } from "../../src/run/ParallelRequest.ts"

const root = realpathSync(mkdtempSync(join(tmpdir(), "deputize-parallel-")))
mkdirSync(join(root, ".deputize", "agents"), { recursive: true })
writeFileSync(
  join(root, ".deputize", "agents", "writer.md"),
  "---\nname: writer\ndescription: Writes\ntools: Read, Write\nartifacts: [report.md]\n---\nWrite.\n"
)
afterAll(() => rmSync(root, { recursive: true, force: true }))

describe("the request of delegate-parallel", () => {
  it.effect("holds each copy of a repository's agent to the artifacts of that copy", () =>
    Effect.gen(function* () {
      const goals = new Map([["goals", ["one,two,three"]]])
      const { request } = yield* parallelRequest(
        new Invocation("delegate-parallel", ["writer,explorer,Writer"], goals),
        {
          root,
          base: root
        }
      )
      expect(
        request.agents.map(({ ceiling = [], definition }) => [definition.name, ceiling.map(({ write }) => write)])
      ).toStrictEqual([
        ["writer", [["report.md"]]],
        ["explorer", []],
        ["writer", [["report-2.md"]]]
      ])
    }).pipe(Effect.provide(AgentLoader.layer({ workspace: root, home: "/nonexistent" })))
  )
})
