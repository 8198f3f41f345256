/**
 * Many writers at once.
 */
import * as fs from "node:fs"
import * as path from "node:path"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { faults, requestOf, rig, services, userState, wholeRun, write } from "./fixture.ts"

const names = Array.from({ length: 8 }, (_, index) => `writer-${index + 1}`)

const lines = (changed: ReadonlyArray<number>): string =>
  Array.from({ length: 80 }, (_, line) => (changed.includes(line) ? `changed ${line}\n` : `line ${line}\n`)).join("")

describe("eight writers at once", () => {
  it.live("make, commit and merge side by side, each its own lines of the same file", () =>
    Effect.gen(function* () {
      const files = yield* rig((rig) => {
        rig.write("shared.txt", lines([]))
        for (let index = 0; index < 200; index += 1) rig.write(`src/${index % 9}/file-${index}.ts`, `${index}\n`)
        rig.commit("first")
      })
      const before = userState(files)
      const acts = Object.fromEntries(
        names.map((name, index) => [name, write({ "shared.txt": lines([index * 10]), [`${name}.txt`]: name })])
      )
      const { merges } = yield* wholeRun(requestOf(files.root, names), acts).pipe(Effect.provide(services(files)))
      expect(merges?.merges.map(({ agent, status }) => [agent, status])).toStrictEqual(
        names.map((name) => [`/root/${name}`, "merged"])
      )
      expect(merges?.left).toStrictEqual([])
      expect(files.read("shared.txt")).toBe(lines(names.map((_, index) => index * 10)))
      expect(names.map((name) => files.read(`${name}.txt`))).toStrictEqual(names)
      expect(userState(files)).toStrictEqual(before)
      expect([fs.readdirSync(files.trees), faults(files.root)]).toStrictEqual([[], ""])
      expect(fs.readdirSync(path.join(files.root, ".git/worktrees"))).toStrictEqual([])
    })
  )
})
