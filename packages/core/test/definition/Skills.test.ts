import { findSkills, forOneRun, offered, skillsText } from "@deputize/core/definition/Skills"
import { Grant } from "@deputize/core/policy/Grant"
import { ConfinedRoot } from "@deputize/core/workspace/ConfinedRoot"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { canary, type Fixture, fixture } from "../workspace/fixture.ts"

const page = (name: string, description: string): string =>
  `---\nname: ${name}\ndescription: ${description}\n---\nText\n`

const within = <A, E>(prepare: (files: Fixture) => void, body: (files: Fixture) => Effect.Effect<A, E, ConfinedRoot>) =>
  Effect.gen(function* () {
    const files = yield* fixture
    prepare(files)
    return yield* Effect.provide(body(files), ConfinedRoot.layer(files.root))
  }).pipe(Effect.scoped)

const reading = (...read: ReadonlyArray<string>) => [
  new Grant({ read, write: [], net: [], exec: [], mcp: [], spawn: [], label: "test" })
]

describe("skills", () => {
  it.effect("are found in three folders, of one name the first", () =>
    within(
      (files) => {
        files.write(".claude/skills/release/SKILL.md", page("release", "of claude"))
        files.write(".claude/skills/other/SKILL.md", page("other", "of claude"))
        files.write(".agents/skills/release/SKILL.md", page("release", "of agents"))
        files.write(".deputize/skills/unnamed/SKILL.md", "---\ndescription: >\n  over\n  lines\n---\n")
        files.write(".claude/skills/no-skill/README.md", "x")
      },
      Effect.fnUntraced(function* () {
        expect(yield* findSkills).toStrictEqual({
          skills: [
            { name: "release", description: "of agents", path: ".agents/skills/release/SKILL.md" },
            { name: "unnamed", description: "over lines", path: ".deputize/skills/unnamed/SKILL.md" },
            { name: "other", description: "of claude", path: ".claude/skills/other/SKILL.md" }
          ],
          warnings: []
        })
      })
    )
  )

  it.effect("that are broken are told with their place, and the others stay", () =>
    within(
      (files) => {
        files.write(".claude/skills/a/SKILL.md", "no front matter\n")
        files.write(".claude/skills/b/SKILL.md", "---\nname: b\n---\n")
        files.write(".claude/skills/c/SKILL.md", page("../c", "x"))
        files.write(".claude/skills/d/SKILL.md", `---\nname: d\ndescription: used when: "x" fails\n---\n`)
        files.write(".claude/skills/e/SKILL.md", page("e", "fine"))
      },
      Effect.fnUntraced(function* () {
        const { skills, warnings } = yield* findSkills
        expect(skills.map(({ description, name }) => [name, description])).toStrictEqual([
          ["d", 'used when: "x" fails'],
          ["e", "fine"]
        ])
        expect(warnings.map((warning) => warning.replace(/^(\S+:\d+):\d+: (.{0,40}).*/, "$1 $2"))).toStrictEqual([
          ".claude/skills/a/SKILL.md:1 the file does not begin with front matte",
          ".claude/skills/b/SKILL.md:2 description: missing; expected a line on",
          ".claude/skills/c/SKILL.md:2 name: expected letters, digits and hyphe",
          ".claude/skills/d/SKILL.md:3 not valid YAML (nested mappings are not "
        ])
      })
    )
  )

  it.effect("are not read where a link leads out of the workspace", () =>
    within(
      (files) => {
        files.write("../outside/SKILL.md", page("stolen", canary))
        files.link("../../../outside", ".claude/skills/evil")
        files.link("../../outside", ".agents/skills")
      },
      Effect.fnUntraced(function* () {
        const { skills, warnings } = yield* findSkills
        expect([skills, warnings.length]).toStrictEqual([[], 2])
        expect(warnings.join()).not.toContain(canary)
      })
    )
  )

  it.effect("are not read where a link leads into a repository's own folder", () =>
    within(
      (files) => {
        files.write(".git/hidden/SKILL.md", page("hidden", canary))
        files.link("../../.git/hidden", ".claude/skills/evil")
      },
      Effect.fnUntraced(function* () {
        expect(yield* findSkills).toStrictEqual({
          skills: [],
          warnings: [".claude/skills/evil/SKILL.md: it belongs to a repository; this one is not offered"]
        })
      })
    )
  )

  it.effect("are as many as a list can hold, and their descriptions a line", () =>
    within(
      (files) => {
        for (let index = 0; index < 70; index += 1) {
          files.write(`.agents/skills/s${index}/SKILL.md`, page(`s${index}`, `"\\u202e${"long ".repeat(200)}"`))
        }
      },
      Effect.fnUntraced(function* () {
        const { skills, warnings } = yield* findSkills
        expect([skills.length, warnings.length]).toStrictEqual([64, 6])
        expect(skills[0]?.description.length).toBe(301)
        expect(skills[0]?.description.startsWith("\\u{202e}long")).toBe(true)
        expect(skillsText(skills).length).toBeLessThan(8_000)
        expect(skillsText(skills).split("\n").at(-1)).toMatch(/^- s\d+$/)
      })
    )
  )

  it.effect("are looked for once in a run", () =>
    within(
      (files) => files.write(".agents/skills/a/SKILL.md", page("a", "first")),
      Effect.fnUntraced(function* ({ write }) {
        const run = forOneRun()
        const first = yield* run.skills()
        write(".agents/skills/a/SKILL.md", page("a", "second"))
        expect(yield* run.skills()).toBe(first)
        expect(yield* run.warnings()).toStrictEqual([])
      })
    )
  )

  it("are offered as a definition names them and as the policy lets them be read", () => {
    const skills = ["a", "b"].map((name) => ({ name, description: name, path: `.agents/skills/${name}/SKILL.md` }))
    const [a, b] = skills
    expect(offered(skills, undefined, reading("**"))).toStrictEqual({ skills, missing: [] })
    expect(offered(skills, ["b", "c"], reading("**"))).toStrictEqual({ skills: [b], missing: ["c"] })
    expect(offered(skills, undefined, reading(".agents/skills/a"))).toStrictEqual({ skills: [a], missing: [] })
    expect(skillsText(skills)).toBe("Skills, for load_skill:\n- a: a\n- b: b")
    expect(skillsText([])).toBe("")
  })
})
