/**
 * The first pipeline of an Nx workspace: Nx knows its projects, runs their tasks and caches them.
 */
import type { FirstPipeline } from "./FirstPipeline.ts"
import { foldersIn, jsonIn, memberOf, type Project, textsOf } from "./Project.ts"

export const nxPipeline = (project: Project, name: string): FirstPipeline => {
  const commands = packagesIn(project).filter((folder) => {
    const manifest = jsonIn(project, `${folder}/package.json`)
    return memberOf(manifest, "bin") !== undefined && memberOf(manifest, "private") !== true
  })
  return {
    name,
    about: [
      "Builds and tests all projects with Nx. Run it with: deputize build",
      "Nothing has to be removed first: Nx puts back what a task made as it was."
    ],
    tools: { node: "*" },
    isLarge: false,
    env: [],
    sources: [],
    steps: [
      { id: "build", about: [], needs: [], work: { nx: ["build"] }, inputs: null, outputs: [] },
      { id: "verify", about: [], needs: ["build"], work: { nx: ["test"] }, inputs: null, outputs: [] }
    ],
    install: commands.length === 0 ? null : { npm: commands }
  }
}

// internal

/** Folders of the packages that the workspace names plainly or by `folder/*`. */
const packagesIn = (project: Project): ReadonlyArray<string> =>
  textsOf(memberOf(jsonIn(project, "package.json"), "workspaces")).flatMap((pattern) =>
    pattern.endsWith("/*")
      ? foldersIn(project, pattern.slice(0, -2)).map((folder) => `${pattern.slice(0, -2)}/${folder}`)
      : [pattern]
  )
