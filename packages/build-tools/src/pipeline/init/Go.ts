/**
 * The first pipeline of a Go module.
 */
import { basename } from "node:path"
import { allBut, type FirstPipeline } from "./FirstPipeline.ts"
import { foldersIn, has, type Project, removing, textIn } from "./Project.ts"

export const goPipeline = (project: Project, name: string): FirstPipeline => {
  const module = textIn(project, "go.mod")
  const version = /^go\s+(\d+\.\d+)/m.exec(module)?.[1]
  const path = /^module\s+(\S+)/m.exec(module)?.[1] ?? name
  const ending = project.platform === "win32" ? ".exe" : ""
  const atRoot = /^package\s+main\b/m.test(textIn(project, "main.go")) ? [basename(path.replace(/\/v\d+$/, ""))] : []
  const programs = [...atRoot, ...foldersIn(project, "cmd").filter((folder) => has(project, `cmd/${folder}/main.go`))]
  const built = programs.map((program) => `bin/${program}${ending}`)
  return {
    name,
    about: ["Builds, tests and installs with Go. Run it with: deputize build"],
    tools: { go: version === undefined ? "*" : `>=${version}` },
    isLarge: true,
    env: [],
    sources: allBut(["bin/**"]),
    steps: [
      ...(built.length === 0
        ? []
        : [{ id: "clean", about: [], needs: [], work: { run: removing(project, built) }, inputs: null, outputs: [] }]),
      {
        id: "build",
        about: built.length === 0 ? ["Packages without a program: compiled, and nothing is kept."] : [],
        needs: built.length === 0 ? [] : ["clean"],
        work: { run: built.length === 0 ? "go build ./..." : "go build -trimpath -o bin/ ./..." },
        inputs: "sources",
        outputs: built
      },
      {
        id: "verify",
        about: [],
        needs: ["build"],
        work: { run: "go vet ./... && go test ./..." },
        inputs: "sources",
        outputs: []
      }
    ],
    install:
      built.length === 0
        ? null
        : { bin: Object.fromEntries(programs.map((program, index) => [program, built[index] ?? ""])) }
  }
}
