import type { CommandSpec } from "../command/Command.ts"

export const build: CommandSpec = {
  name: "build",
  summary: "Builds, tests and installs by a pipeline, and runs only what is not up to date",
  details: [
    "The steps stand in deputize.build.yaml of the workspace; without that file an Nx workspace builds all of its projects. A step is skipped while its inputs, command, environment, tools and outputs are as at its last success.",
    "Every step is on record before it starts and after it has ended, so that a build which was killed goes on with --resume where it was. Exit code 1 says that a step failed, 2 that nothing was started."
  ],
  arguments: [
    {
      name: "PIPELINE",
      required: false,
      description: "a file whose name ends in .yaml or .yml; any other first word is a step"
    },
    {
      name: "STEP",
      required: false,
      repeatable: true,
      description: "only these steps and what they need; a group's name means its steps. After -- it may be any word"
    }
  ],
  flags: [
    {
      name: "resume",
      description: "Go on with the last session: only what is not finished, and what has changed since"
    },
    { name: "fresh", description: "Begin a new session in which everything runs, whatever is up to date" },
    { name: "skip-clean", description: "Leave steps out that are called clean" },
    { name: "release", description: "Build for release: the programs of steps find DEPUTIZE_PROFILE=release" },
    { name: "native", description: "Build for this machine's processor and no other" },
    {
      name: "parallel",
      metavar: "N",
      fallback: "auto, by the cores and the memory that are there",
      description: "Steps and tasks at the same time"
    },
    { name: "prefix", metavar: "DIR", description: "Install into DIR instead of what the pipeline says" },
    { name: "no-wait", description: "Exit with code 1 when another build is at work here, instead of waiting for it" },
    { name: "yes", description: "Publish without being asked, where the pipeline has a step called publish" },
    { name: "dry-run", description: "Show each step with the reason why it would run or be skipped, and run nothing" },
    {
      name: "explain",
      metavar: "STEP",
      description: "Show everything that the result of STEP depends on, and run nothing"
    },
    { name: "init", description: "Write a first deputize.build.yaml for what is found here, unless there is one" }
  ],
  examples: [
    { line: "deputize build", what: "Everything that is not up to date" },
    { line: "deputize build --init", what: "Begin with a pipeline for npm, Nx, Cargo, CMake, Go or Make" },
    { line: "deputize build test --release", what: "The step test and what it needs, for release" },
    { line: "deputize build --resume", what: "Go on after a failure, a Ctrl-C or a power cut" },
    { line: "deputize build ci.yaml --fresh --json", what: "Another pipeline from its start, with the result as data" },
    { line: "deputize build --explain compile", what: "Why a step runs" }
  ],
  load: () => import("./build.handler.ts")
}
