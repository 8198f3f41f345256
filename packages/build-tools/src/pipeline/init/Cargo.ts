/**
 * The first pipeline of a Cargo project: by what Cargo itself says of its packages, with the settings that make its
 * builds fast. They are variables of the pipeline, so that nobody's Cargo.toml or config.toml is changed.
 */
import { isAbsolute, relative } from "node:path"
import { run } from "@deputize/core/process/ChildProcess"
import * as Effect from "effect/Effect"
import { allBut, type FirstPipeline, type FirstStep, type Variable } from "./FirstPipeline.ts"
import { hasTool, memberOf, type Project, removing } from "./Project.ts"

/** Null where Cargo does not take it for a project; then `problem` is what it says. */
export const cargoPipeline = Effect.fn("Cargo.firstPipeline")(function* (project: Project, name: string) {
  const said = yield* ask(project, "cargo", ["metadata", "--no-deps", "--format-version", "1"])
  const metadata = said.code === 0 ? parsed(said.stdout) : undefined
  if (metadata === undefined) return { pipeline: null, problem: firstLine(said.stderr) }
  const versions = hasTool(project, "rustc") ? yield* ask(project, "rustc", ["-vV"]) : undefined
  const triple = /^host: (\S+)$/m.exec(versions?.stdout ?? "")?.[1]
  return { pipeline: draft(project, name, metadata, triple), problem: "" }
})

/** The settings, by the variables that Cargo reads. Pure. */
export const cargoVariables = (triple: string | undefined, hasLld: boolean): ReadonlyArray<Variable> => [
  {
    name: "CARGO_PROFILE_DEV_INCREMENTAL",
    value: "true",
    why: "Builds for tests compile only what changed."
  },
  {
    name: "CARGO_PROFILE_RELEASE_LTO",
    value: "thin",
    why: "Release builds are optimised across crates, as one unit each, and without symbols."
  },
  { name: "CARGO_PROFILE_RELEASE_CODEGEN_UNITS", value: "1", why: "One unit: slower to compile, faster to run." },
  { name: "CARGO_PROFILE_RELEASE_STRIP", value: "symbols", why: "Without symbols: a smaller program." },
  ...(hasLld && triple?.includes("linux")
    ? [
        {
          name: `CARGO_TARGET_${triple.toUpperCase().replaceAll(/[-.]/g, "_")}_RUSTFLAGS`,
          value: "-Clink-arg=-fuse-ld=lld",
          why: "A faster linker. Added to what the configuration of Cargo sets; RUSTFLAGS, also those of --native, replace it."
        }
      ]
    : [])
]

// internal

interface Metadata {
  readonly packages: ReadonlyArray<{ readonly bins: ReadonlyArray<string>; readonly rust: string | undefined }>
  readonly target: string
}

const ask = (project: Project, tool: string, args: ReadonlyArray<string>) =>
  run({
    command: project.tools[tool] ?? tool,
    args,
    cwd: project.workspace,
    env: project.env,
    maxStdoutBytes: 16 * 1024 * 1024,
    timeoutMs: 60_000
  }).pipe(
    Effect.map(({ code, stderr, stdout }) => ({ code, stderr, stdout: new TextDecoder().decode(stdout) })),
    Effect.catch(({ message }) => Effect.succeed({ code: 1, stderr: message, stdout: "" }))
  )

const parsed = (text: string): Metadata | undefined => {
  try {
    const json: unknown = JSON.parse(text)
    const target = memberOf(json, "target_directory")
    const packages = listOf(memberOf(json, "packages")).map((each) => {
      const rust = memberOf(each, "rust_version")
      return {
        bins: listOf(memberOf(each, "targets")).flatMap((target) => {
          const name = memberOf(target, "name")
          return listOf(memberOf(target, "kind")).includes("bin") && typeof name === "string" ? [name] : []
        }),
        rust: typeof rust === "string" ? rust : undefined
      }
    })
    return typeof target === "string" ? { packages, target } : undefined
  } catch {
    return undefined
  }
}

const listOf = (value: unknown): ReadonlyArray<unknown> => (Array.isArray(value) ? value : [])

const firstLine = (text: string): string => text.trim().split("\n")[0] ?? ""

const draft = (project: Project, name: string, metadata: Metadata, triple: string | undefined): FirstPipeline => {
  const folder = relative(project.workspace, metadata.target).replaceAll("\\", "/")
  const isInside = folder !== "" && !folder.startsWith("..") && !isAbsolute(folder)
  const ending = project.platform === "win32" ? ".exe" : ""
  const bins = metadata.packages.flatMap(({ bins }) => bins)
  const built = isInside ? bins.map((bin) => `${folder}/release/${bin}${ending}`) : []
  const rust = metadata.packages
    .flatMap(({ rust }) => (rust === undefined ? [] : [`>=${rust}`]))
    .sort()
    .at(-1)
  const clean: ReadonlyArray<FirstStep> =
    built.length === 0
      ? []
      : [
          {
            id: "clean",
            about: [
              "Takes away what was built before, so that nothing old is installed. What Cargo compiled stays, which keeps",
              "rebuilds quick: `cargo clean` takes that away, too."
            ],
            needs: [],
            work: { run: removing(project, built) },
            inputs: null,
            outputs: []
          }
        ]
  return {
    name,
    about: [
      "Builds, tests and installs with Cargo. Run it with: deputize build",
      "With --native it is compiled for this machine's processor and no other."
    ],
    tools: { cargo: rust ?? "*" },
    isLarge: true,
    env: cargoVariables(triple, hasTool(project, "ld.lld")),
    sources: allBut(isInside ? [`${folder}/**`] : []),
    steps: [
      ...clean,
      {
        id: "fetch",
        about: ["The only step that needs the network. It also writes Cargo.lock, where there is none yet."],
        needs: [],
        work: { run: "cargo fetch" },
        inputs: null,
        outputs: []
      },
      {
        id: "build",
        about: built.length === 0 ? ["Cargo itself knows what it has built: no outputs are stated."] : [],
        needs: [...clean.map(({ id }) => id), "fetch"],
        work: { run: `cargo build --release --offline${metadata.packages.length > 1 ? " --workspace" : ""}` },
        inputs: "sources",
        outputs: built
      },
      {
        id: "verify",
        about: [],
        needs: ["build"],
        work: { run: `cargo test --offline${metadata.packages.length > 1 ? " --workspace" : ""}` },
        inputs: "sources",
        outputs: []
      }
    ],
    install:
      built.length === 0 ? null : { bin: Object.fromEntries(bins.map((bin, index) => [bin, built[index] ?? ""])) }
  }
}
