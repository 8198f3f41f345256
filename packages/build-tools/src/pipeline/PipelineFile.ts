/**
 * What users write into `deputize.build.yaml`. The JSON Schema for editors is derived from it, and what is said about a
 * wrong value: `expected`, and as `fix` what to write instead.
 */
import * as Schema from "effect/Schema"
import * as PathValues from "./PathValues.ts"
import * as Values from "./Values.ts"

// internal

const filter = ({ expected, fix, json, problem }: Values.Rule) =>
  Schema.makeFilter(problem, { expected, fix, toJsonSchema: () => [json, true] })

const ruled = (rule: Values.Rule) =>
  Schema.String.annotate({ expected: rule.expected, fix: rule.fix }).check(filter(rule))

const described = (rule: Values.Rule, description: string) => ruled(rule).annotateKey({ description })

/** Also a number or a boolean, which is taken as it is written: `1.80` stays `1.80`. */
const scalar = (rule: Values.Rule) =>
  Schema.Union([ruled(rule), Schema.Finite, Schema.Boolean]).annotate({ expected: rule.expected, fix: rule.fix })

const list = (rule: Values.Rule) => Schema.Array(ruled(rule)).annotate({ expected: `a list of ${plural(rule)}` })

/** A single text stands for a list of one. */
const oneOrMore = (rule: Values.Rule) =>
  Schema.Union([ruled(rule), list(rule)]).annotate({ expected: `${rule.expected}, or a list of them` })

const record = <S extends Schema.Constraint>(key: Values.Rule, value: S, expected: string) =>
  Schema.Record(Schema.String.check(filter(key)), value).annotate({ expected, keyRule: key })

const number = (expected: string, minimum: number, maximum: number) =>
  Schema.Number.annotate({ expected }).check(Schema.isBetween({ minimum, maximum }, { expected }))

const whole = (minimum: number, maximum: number) =>
  number(`a whole number from ${minimum} to ${maximum}`, minimum, maximum).check(
    Schema.isInt({ expected: `a whole number from ${minimum} to ${maximum}` })
  )

const plural = ({ expected }: Values.Rule): string =>
  expected.replace(/^an? /, "").replace(/ (?:such|inside|from) .*/, "")

const flag = Schema.Boolean.annotate({ expected: "true or false" })

const optional = Schema.optionalKey

const severity = Schema.Literals(["warning", "error"]).annotate({ expected: "warning or error" })

const env = record(Values.envName, scalar(Values.word), "variables by name")

// What a step can be.

const Command = Schema.Union([
  ruled(Values.commandLine),
  Schema.NonEmptyArray(scalar(Values.word)).annotate({ expected: "a program and its arguments" })
]).annotate({
  identifier: "Command",
  expected: "a command for the shell, or a list of a program and its arguments"
})
export type CommandText = typeof Command.Type

const Nx = Schema.Struct({
  targets: oneOrMore(Values.name),
  projects: optional(oneOrMore(Values.name)),
  configuration: optional(ruled(Values.name)),
  parallel: optional(whole(1, 1_024))
}).annotate({ expected: "targets, projects, configuration, parallel" })

const NxWork = Schema.Union([ruled(Values.name), list(Values.name), Nx]).annotate({
  expected: "a target, a list of targets, or a mapping with targets"
})

const InstalledFile = Schema.Union([
  ruled(PathValues.insidePath),
  Schema.Struct({
    from: ruled(PathValues.insidePath),
    to: optional(ruled(PathValues.versionPath)),
    mode: optional(scalar(PathValues.fileMode))
  })
]).annotate({ expected: "a path, or a mapping with from and to" })

const InstallFile = Schema.Struct({
  name: optional(described(PathValues.folderName, "What is installed; the pipeline's name unless stated.")),
  prefix: optional(described(PathValues.anyPath, "~/.deputize unless stated.")),
  files: optional(Schema.Array(InstalledFile).annotate({ expected: "a list of files" })),
  npm: optional(oneOrMore(PathValues.insidePath).annotateKey({ description: "Folders of npm packages." })),
  cargo: optional(
    Schema.Union([
      ruled(PathValues.insidePath),
      Schema.Struct({ path: ruled(PathValues.insidePath), args: optional(Schema.Array(scalar(Values.word))) })
    ]).annotate({ expected: "the folder of a crate, or a mapping with path and args" })
  ),
  bin: optional(
    Schema.Union([
      record(Values.commandName, ruled(PathValues.versionPath), "paths by the name of a command"),
      list(Values.commandName)
    ]).annotate({ expected: "paths by the name of a command" })
  ),
  verify: optional(Command.annotateKey({ description: "Must pass with the new version, before it is in use." })),
  keep: optional(whole(0, 100).annotateKey({ description: "Versions kept for a rollback; 3 unless stated." })),
  agents: optional(described(PathValues.anyPath, "A folder of agent definitions to bring along."))
}).annotate({ identifier: "Install", expected: "a mapping with bin, files, npm or cargo" })
export type InstallFile = typeof InstallFile.Type

// How it is done.

const Backoff = Schema.Union([
  ruled(Values.duration),
  Schema.Struct({
    initial: optional(ruled(Values.duration)),
    factor: optional(number("a number from 1 to 10", 1, 10)),
    max: optional(ruled(Values.duration))
  })
]).annotate({ expected: "a duration such as 1s, or a mapping with initial, factor and max" })

const ConditionFile = Schema.Struct({
  exists: optional(ruled(PathValues.anyPath)),
  env: optional(ruled(Values.envCondition)),
  command: optional(Command)
}).annotate({ expected: "a mapping with exists, env or command" })

const work = {
  nx: optional(NxWork.annotateKey({ description: "Targets of an Nx workspace." })),
  run: optional(
    Command.annotateKey({ description: "A line for the shell, or a list of a program and its arguments." })
  ),
  install: optional(
    InstallFile.annotateKey({ description: "Puts files or packages into a prefix, all at one moment." })
  )
}

const manner = {
  title: optional(described(Values.title, "What the progress shows; the id unless stated.")),
  inputs: optional(oneOrMore(PathValues.inputGlob).annotateKey({ description: "Globs of what the step reads." })),
  outputs: optional(
    oneOrMore(PathValues.outputGlob).annotateKey({ description: "Paths or globs of what the step makes." })
  ),
  cache: optional(
    Schema.Literals(["nx", "content", "never"]).annotate({ expected: "nx, content or never" }).annotateKey({
      description: "nx for an nx step, content for a run step with inputs, otherwise never."
    })
  ),
  retries: optional(whole(0, 100).annotateKey({ description: "2 unless stated: at most 3 attempts." })),
  retry_on: optional(
    Schema.Struct({
      exit_codes: optional(Schema.Array(whole(1, 255)).annotate({ expected: "a list of exit codes" })),
      patterns: optional(oneOrMore(Values.regex))
    }).annotate({ expected: "a mapping with exit_codes and patterns" })
  ),
  backoff: optional(
    Backoff.annotateKey({
      description: "The wait before the next attempt, growing from 1s by the factor 2 up to 30s unless stated."
    })
  ),
  timeout: optional(described(Values.duration, "Of one attempt.")),
  silent_after: optional(
    described(Values.duration, "Without output for so long, the progress says so; 60s unless stated.")
  ),
  env: optional(env.annotateKey({ description: "Variables for its programs." })),
  cwd: optional(described(PathValues.insidePath, "A folder of the workspace.")),
  skip_unless: optional(ConditionFile.annotateKey({ description: "The step runs only if it holds." })),
  continue_on_error: optional(flag.annotateKey({ description: "Whether the build goes on, and passes, without it." }))
}

const Override = Schema.NullOr(Schema.Struct({ ...work, ...manner })).annotate({
  identifier: "OnPlatform",
  expected: "what differs on this platform, or null where the step is left out"
})

/** Which of `nx`, `run`, `steps` and `install` it has is a rule of its own. */
export interface StepFile extends Schema.Struct.Type<typeof stepFields> {
  readonly steps?: ReadonlyArray<StepFile>
}

const stepFields = {
  id: ruled(Values.stepId),
  ...work,
  ...manner,
  needs: optional(oneOrMore(Values.name).annotateKey({ description: "Steps or groups that must have passed before." })),
  on: optional(
    Schema.Struct({ linux: optional(Override), macos: optional(Override), windows: optional(Override) }).annotate({
      expected: "a mapping with linux, macos or windows"
    })
  )
}

const StepFile: Schema.Codec<StepFile> = Schema.Struct({
  ...stepFields,
  steps: optional(
    Schema.NonEmptyArray(Schema.suspend((): Schema.Codec<StepFile> => StepFile)).annotate({
      expected: "a list of steps"
    })
  )
}).annotate({ identifier: "Step", expected: "a step: a mapping with an id" })

const least = Schema.Union([
  ruled(Values.size),
  Schema.Struct({ least: ruled(Values.size), severity: optional(severity) })
]).annotate({ expected: `${Values.size.expected}, or a mapping with least and severity` })

const ChecksFile = Schema.Struct({
  tools: optional(
    record(
      Values.commandName,
      Schema.Union([
        scalar(Values.versionRange),
        Schema.Struct({
          version: optional(scalar(Values.versionRange)),
          args: optional(Schema.Array(scalar(Values.word)).annotate({ expected: "a list of arguments" })),
          severity: optional(severity)
        })
      ]).annotate({ expected: `${Values.versionRange.expected}, or a mapping with version, args and severity` }),
      "version ranges by the name of a tool"
    )
  ),
  disk: optional(least),
  memory: optional(least),
  ports: optional(Schema.Array(whole(1, 65_535)).annotate({ expected: "a list of ports" })),
  network: optional(list(Values.endpoint))
}).annotate({ expected: "a mapping with tools, disk, memory, ports and network" })
export type ChecksFile = typeof ChecksFile.Type

export const PipelineFile = Schema.Struct({
  name: optional(described(Values.title, "The workspace's folder unless stated.")),
  env: optional(env.annotateKey({ description: "Variables for its programs." })),
  checks: optional(ChecksFile.annotateKey({ description: "What must be there before the first step." })),
  logs_dir: optional(described(PathValues.anyPath, "The state folder unless stated.")),
  steps: optional(Schema.Array(StepFile).annotate({ expected: "a list of steps" })),
  install: optional(InstallFile.annotateKey({ description: "A last step of the id install, after all others." }))
}).annotate({ expected: "a mapping with name and steps" })
export type PipelineFile = typeof PipelineFile.Type
