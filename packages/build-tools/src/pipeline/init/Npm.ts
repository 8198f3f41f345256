/**
 * The first pipeline of an npm package. A script that stands for itself is run directly: `npm run` costs more than many
 * a script.
 */
import { allBut, type FirstPipeline, type FirstStep } from "./FirstPipeline.ts"
import { has, hasTool, jsonIn, memberOf, type Project } from "./Project.ts"

export const npmPipeline = (project: Project, name: string): FirstPipeline => {
  const manifest = jsonIn(project, "package.json")
  const manager = managerOf(project)
  const outputs = outputsOf(project, manifest)
  const dependencies = dependencySteps(project, manifest, manager)
  const build = scriptOf(manifest, "build", manager)
  const test = scriptOf(manifest, "test", manager)
  const clean: ReadonlyArray<FirstStep> =
    outputs.length === 0 || build === undefined
      ? []
      : [{ id: "clean", about: [], needs: [], work: { run: removal(outputs) }, inputs: null, outputs: [] }]
  const needs = [...clean, ...dependencies].map(({ id }) => id)
  return {
    name,
    about: [`Builds and tests with ${manager}. Run it with: deputize build`],
    tools: { node: engineOf(manifest), [manager]: "*" },
    isLarge: false,
    env: [],
    sources: allBut(outputs.map((path) => `${path}/**`)),
    steps: [
      ...clean,
      ...dependencies,
      ...buildStep(build, outputs, needs, manifest),
      ...(test === undefined
        ? []
        : [
            {
              id: "verify",
              about: [],
              needs: ["build"],
              work: { run: test },
              inputs: "sources" as const,
              outputs: []
            }
          ])
    ],
    install: memberOf(manifest, "bin") === undefined ? null : { npm: ["."] }
  }
}

/** The names of the top folders that a package publishes and that are not its sources. */
export const outputsOf = (project: Project, manifest: unknown): ReadonlyArray<string> => {
  const tops = new Set(
    ["main", "module", "types", "bin", "exports"].flatMap((field) =>
      pathsIn(memberOf(manifest, field)).flatMap((path) => {
        const [, top] = /^(?:\.\/)?([A-Za-z0-9_-]+)\//.exec(path) ?? []
        return top === undefined || sources.has(top) ? [] : [top]
      })
    )
  )
  const [, out] = /"outDir"\s*:\s*"(?:\.\/)?([A-Za-z0-9_-]+)\/?"/.exec(textOfConfig(project)) ?? []
  return [...new Set([...tops, ...(out === undefined ? [] : [out])])].sort()
}

// internal

const sources: ReadonlySet<string> = new Set(["src", "bin", "scripts", "source", "node_modules", "test"])

const textOfConfig = (project: Project): string => JSON.stringify(jsonIn(project, "tsconfig.json") ?? {})

const pathsIn = (value: unknown): ReadonlyArray<string> => {
  if (typeof value === "string") return [value]
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(pathsIn) : []
}

type Manager = "npm" | "pnpm" | "yarn"

const managerOf = (project: Project): Manager => {
  if (has(project, "pnpm-lock.yaml") && hasTool(project, "pnpm")) return "pnpm"
  return has(project, "yarn.lock") && hasTool(project, "yarn") ? "yarn" : "npm"
}

/** Portable: Node is there in any case. */
const removal = (paths: ReadonlyArray<string>): string =>
  `node -e "for (const path of process.argv.slice(1)) fs.rmSync(path, { recursive: true, force: true })" ${paths.join(" ")}`

const engineOf = (manifest: unknown): string => {
  const range = memberOf(memberOf(manifest, "engines"), "node")
  return typeof range === "string" && /^[\d<>=^~.\s|x*-]+$/.test(range) ? range : "*"
}

const installing: Readonly<
  Record<Manager, { readonly lock: string; readonly run: string; readonly mark: string | null }>
> = {
  npm: { lock: "package-lock.json", run: "npm ci", mark: "node_modules/.package-lock.json" },
  pnpm: { lock: "pnpm-lock.yaml", run: "pnpm install --frozen-lockfile", mark: "node_modules/.modules.yaml" },
  yarn: { lock: "yarn.lock", run: "yarn install --frozen-lockfile", mark: null }
}

/** None where there are no dependencies: then there would be no node_modules either. */
const dependencySteps = (project: Project, manifest: unknown, manager: Manager): ReadonlyArray<FirstStep> => {
  const count = ["dependencies", "devDependencies", "optionalDependencies", "workspaces"].filter((field) => {
    const value = memberOf(manifest, field)
    return typeof value === "object" && value !== null && Object.keys(value).length > 0
  }).length
  if (count === 0) return []
  const { lock, mark, run } = installing[manager]
  const isLocked = has(project, lock)
  return [
    {
      id: "dependencies",
      about: ["The only step that needs the network; it runs when what is depended on changes."],
      needs: [],
      work: { run: isLocked ? run : `${manager} install` },
      inputs: isLocked ? ["package.json", lock] : ["package.json"],
      outputs: mark === null ? [] : [mark]
    }
  ]
}

const buildStep = (
  build: string | undefined,
  outputs: ReadonlyArray<string>,
  needs: ReadonlyArray<string>,
  manifest: unknown
): ReadonlyArray<FirstStep> => {
  if (build !== undefined) {
    const about =
      outputs.length === 0
        ? ["State as outputs what it makes: then it is made again when that is missing or damaged."]
        : []
    return [{ id: "build", about, needs, work: { run: build }, inputs: "sources", outputs }]
  }
  const [entry = "index.js"] = [memberOf(manifest, "bin"), memberOf(manifest, "main")].flatMap(pathsIn)
  const about = ["Nothing has to be built: this looks whether Node can read the program."]
  return [{ id: "build", about, needs, work: { run: `node --check ${entry}` }, inputs: "sources", outputs: [] }]
}

/** The script itself where npm would do nothing else than run it. */
const scriptOf = (manifest: unknown, name: string, manager: Manager): string | undefined => {
  const scripts = memberOf(manifest, "scripts")
  const script = memberOf(scripts, name)
  if (typeof script !== "string" || /no test specified/.test(script)) return undefined
  const isAlone = [`pre${name}`, `post${name}`].every((other) => memberOf(scripts, other) === undefined)
  return isAlone && !/npm_|\$INIT_CWD/.test(script) ? script : `${manager} run ${name}`
}
