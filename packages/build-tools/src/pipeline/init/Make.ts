/**
 * The first pipeline of a project with a Makefile: what can be read from it without running it.
 */
import { allBut, type FirstPipeline, type FirstStep } from "./FirstPipeline.ts"
import { has, type Project, removing, textIn } from "./Project.ts"

export const makefiles = ["GNUmakefile", "makefile", "Makefile"]

export const makePipeline = (project: Project, name: string): FirstPipeline => {
  const text = textIn(project, makefiles.find((file) => has(project, file)) ?? "Makefile")
  const targets = targetsIn(text)
  const programs = programsIn(targets)
  const test = ["check", "test"].find((target) => targets.has(target))
  const clean: ReadonlyArray<FirstStep> =
    programs.length === 0
      ? []
      : [
          {
            id: "clean",
            about: ["Takes away the programs that were built before. Object files stay, which keeps rebuilds quick."],
            needs: [],
            work: { run: removing(project, programs) },
            inputs: null,
            outputs: []
          }
        ]
  return {
    name,
    about: ["Builds and tests with make. Run it with: deputize build"],
    tools: { make: "*" },
    isLarge: false,
    env: [],
    sources: allBut(["**/*.o", "**/*.d", "**/*.a", ...programs]),
    steps: [
      ...clean,
      {
        id: "build",
        about:
          programs.length === 0
            ? ["State as outputs what it makes: then it is made again when that is missing or damaged."]
            : [],
        needs: clean.map(({ id }) => id),
        work: { run: "make" },
        inputs: "sources",
        outputs: programs
      },
      ...(test === undefined
        ? []
        : [
            {
              id: "verify",
              about: [],
              needs: ["build"],
              work: { run: `make ${test}` },
              inputs: "sources" as const,
              outputs: []
            }
          ])
    ],
    install:
      programs.length === 0
        ? null
        : { bin: Object.fromEntries(programs.map((path) => [path.slice(path.lastIndexOf("/") + 1), path])) }
  }
}

// internal

const targetsIn = (text: string): ReadonlyMap<string, string> =>
  new Map(
    [...text.matchAll(/^([A-Za-z0-9_./$(){} -]+?)\s*:(?!=)[ \t]*([^\n#]*)/gm)].flatMap(([, names = "", needs = ""]) =>
      names.split(/\s+/).map((target) => [expanded(target, text), expanded(needs, text)] as const)
    )
  )

/** What the first target, or all, is made of, if those are plain names with a rule of their own. */
const programsIn = (targets: ReadonlyMap<string, string>): ReadonlyArray<string> => {
  const phony = new Set((targets.get(".PHONY") ?? "").split(/\s+/))
  const first = [...targets.keys()].find((target) => !target.startsWith("."))
  if (first === undefined) return []
  const made = first === "all" || phony.has(first) ? (targets.get(first) ?? "").split(/\s+/) : [first]
  const isPlain = (target: string) => /^[A-Za-z0-9_][A-Za-z0-9_.+/-]*$/.test(target) && !/\.(?:o|a|so)$/.test(target)
  return made.every((target) => isPlain(target) && targets.has(target) && !phony.has(target)) ? made : []
}

/** With the variables that the Makefile sets to plain words. */
const expanded = (text: string, file: string): string =>
  text
    .replace(/\$[({](\w+)[)}]/g, (whole, name: string) => {
      const set = new RegExp(`^${name}\\s*[:?]?=[ \\t]*([^\\n#]*)`, "m").exec(file)?.[1]?.trim()
      return set === undefined || /[$%]/.test(set) ? whole : set
    })
    .trim()
