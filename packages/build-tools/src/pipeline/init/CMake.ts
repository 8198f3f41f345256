/**
 * The first pipeline of a CMake project, with Ninja where it was found.
 */
import { allBut, type FirstPipeline } from "./FirstPipeline.ts"
import { foldersIn, has, hasTool, type Project, textIn } from "./Project.ts"

export const cmakePipeline = (project: Project, name: string): FirstPipeline => {
  const lists = ["CMakeLists.txt", ...foldersIn(project, "").map((folder) => `${folder}/CMakeLists.txt`)]
  const texts = lists.filter((path) => has(project, path)).map((path) => withoutComments(textIn(project, path)))
  const ending = project.platform === "win32" ? ".exe" : ""
  const programs = [...new Set(texts.flatMap(programsIn))]
  const built = programs.map((program) => `build/bin/${program}${ending}`)
  const isTested = texts.some((text) => /^\s*(?:enable_testing\s*\(|include\s*\(\s*CTest\b)/im.test(text))
  const ninja = hasTool(project, "ninja")
  const configure = `cmake -S . -B build${ninja ? " -G Ninja" : ""} -DCMAKE_BUILD_TYPE=Release`
  const folder = project.platform === "win32" ? "%CD%" : "$PWD"
  const building = `${configure} -DCMAKE_RUNTIME_OUTPUT_DIRECTORY="${folder}/build/bin" && cmake --build build`
  return {
    name,
    about: [`Builds and tests with CMake${ninja ? " and Ninja" : ""}. Run it with: deputize build`],
    tools: { cmake: ">=3.20", ...(ninja ? { ninja: "*" } : {}) },
    isLarge: true,
    env: [],
    sources: allBut(["build/**"]),
    steps: [
      {
        id: "clean",
        about: [
          "Takes away the programs that were built before. Object files stay, which keeps rebuilds quick: remove the whole",
          "folder build for a build from the beginning."
        ],
        needs: [],
        work: { run: "cmake -E rm -rf build/bin" },
        inputs: null,
        outputs: []
      },
      {
        id: "build",
        about: ["All programs go into one folder, wherever their CMakeLists.txt stands."],
        needs: ["clean"],
        work: { run: building },
        inputs: "sources",
        outputs: built
      },
      ...(isTested
        ? [
            {
              id: "verify",
              about: [],
              needs: ["build"],
              work: { run: "ctest --test-dir build --output-on-failure" },
              inputs: "sources" as const,
              outputs: []
            }
          ]
        : [])
    ],
    install:
      built.length === 0
        ? null
        : { bin: Object.fromEntries(programs.map((program, index) => [program, built[index] ?? ""])) }
  }
}

// internal

const withoutComments = (text: string): string => text.replace(/#.*$/gm, "")

/** Names that stand there plainly, those of tests and examples left out. */
const programsIn = (text: string): ReadonlyArray<string> =>
  [...text.matchAll(/^\s*add_executable\s*\(\s*([A-Za-z0-9_.+-]+)\s+(?!IMPORTED\b|ALIAS\b)/gim)]
    .map(([, name]) => name ?? "")
    .filter((name) => !/test|bench|example|demo/i.test(name))
