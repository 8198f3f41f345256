import { toolbox } from "@deputize/core/tool/Toolbox"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { canary, type Fixture } from "../workspace/fixture.ts"
import { call, reading, recorded, within } from "./fixture.ts"

const { tools } = toolbox(["load_skill"])
const path = ".claude/skills/release/SKILL.md"
const skills = [{ name: "release", description: "how to release", path }]

const project = (files: Fixture): void => {
  files.write(path, "---\nname: release\ndescription: how to release\n---\n\n# Release\n\nTag, then push.\n")
  files.write(".claude/skills/release/check.sh", "true\n")
  files.write(".claude/skills/release/key.pem", "x\n")
  files.write(".claude/skills/release/notes/a.md", "x\n")
}

describe("load_skill", () => {
  it.effect("gives the page of a skill without its front matter, and names what may be read beside it", () =>
    within(
      project,
      Effect.fnUntraced(function* () {
        const text =
          "# Release\n\nTag, then push.\n\nBeside it: .claude/skills/release/check.sh, .claude/skills/release/notes/"
        expect(yield* call("load_skill", { name: "release" }, { tools, skills })).toBe(text)
        expect((yield* recorded)[0]).toMatchObject({ _tag: "Decided", action: { _tag: "Read", path } })
      })
    )
  )

  it.effect("says where it ends before the page does", () =>
    within(
      (files) => files.write(path, `---\nname: release\n---\n${"a line of it\n".repeat(30_000)}`),
      Effect.fnUntraced(function* () {
        const both = { tools: toolbox(["load_skill", "read_file"]).tools, skills, results: new Map() }
        expect(yield* call("load_skill", { name: "release" }, both)).toMatch(/\(… .*read_file \{"path":"@result\/1",/)
        const rest = yield* call("read_file", { path: "@result/1", offset: 20_163 }, both)
        expect(rest).toBe(`20163\ta line of it\n20164\ta l\n20165\t\n20166\t(… more; read ${path} with read_file)`)
      })
    )
  )

  it.effect("names the skills that there are when one does not exist", () =>
    within(
      project,
      Effect.fnUntraced(function* () {
        expect(yield* call("load_skill", { name: "deploy" }, { tools, skills })).toBe(
          "! error: there is no skill deploy. Skills: release."
        )
      })
    )
  )

  it.effect("reads no skill that the policy hides, and none that was swapped for a link that leads out", () =>
    within(
      (files) => {
        project(files)
        files.link("../outside/secret.txt", "SKILL.md")
      },
      Effect.fnUntraced(function* () {
        const narrow = { tools, skills, policy: reading("src") }
        expect(yield* call("load_skill", { name: "release" }, narrow)).toMatch(/^! denied by the policy: /)
        const swapped = [{ name: "release", description: "", path: "SKILL.md" }]
        const text = yield* call("load_skill", { name: "release" }, { tools, skills: swapped })
        expect(text).toMatch(/^! denied: /)
        expect(text).not.toContain(canary)
      })
    )
  )
})
