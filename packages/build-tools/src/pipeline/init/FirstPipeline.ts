/**
 * A first pipeline as a draft, and as the commented text that is written for it.
 */

export interface FirstPipeline {
  readonly name: string
  /** Lines above everything. */
  readonly about: ReadonlyArray<string>
  /** Version ranges by tool. */
  readonly tools: Readonly<Record<string, string>>
  /** Whether it makes as much as native builds do. */
  readonly isLarge: boolean
  readonly env: ReadonlyArray<Variable>
  /** What the steps read, unless they say so themselves. */
  readonly sources: ReadonlyArray<string>
  readonly steps: ReadonlyArray<FirstStep>
  readonly install: FirstInstall | null
}

export interface Variable {
  readonly name: string
  readonly value: string
  readonly why: string
}

export interface FirstStep {
  readonly id: string
  readonly about: ReadonlyArray<string>
  readonly needs: ReadonlyArray<string>
  readonly work: { readonly run: string } | { readonly nx: ReadonlyArray<string> }
  /** "sources" for those of the pipeline. */
  readonly inputs: "sources" | ReadonlyArray<string> | null
  readonly outputs: ReadonlyArray<string>
}

export type FirstInstall =
  /** Folders of packages. */
  | { readonly npm: ReadonlyArray<string> }
  /** Built files by the name of a command. */
  | { readonly bin: Readonly<Record<string, string>> }

export const textOf = (pipeline: FirstPipeline): string => {
  const { about, env, install, isLarge, name, steps, tools } = pipeline
  let isNamed = false
  const inputsOf = (step: FirstStep): ReadonlyArray<string> => {
    if (step.inputs === null) return []
    if (step.inputs !== "sources") return [`inputs: ${list(step.inputs)}`]
    if (isNamed) return ["inputs: *sources"]
    isNamed = true
    return [`inputs: &sources ${list(pipeline.sources)}`]
  }
  return [
    ...about.map((line) => `# ${line}`),
    `name: ${scalar(name)}`,
    "",
    "checks:",
    "  tools:",
    ...Object.entries(tools).map(([tool, range]) => `    ${scalar(tool)}: ${scalar(range)}`),
    ...(isLarge ? ["  disk: { least: 10GB, severity: warning }"] : []),
    ...(env.length === 0 ? [] : ["", "env:"]),
    ...env.flatMap(({ name, value, why }) => [`  # ${why}`, `  ${name}: ${scalar(value)}`]),
    "",
    "steps:",
    ...steps.flatMap((step, index) => [
      ...(index === 0 ? [] : [""]),
      ...step.about.map((line) => `  # ${line}`),
      `  - id: ${step.id}`,
      ...[
        ...(step.needs.length === 0 ? [] : [`needs: ${list(step.needs)}`]),
        "nx" in step.work ? `nx: ${list(step.work.nx)}` : `run: ${scalar(step.work.run)}`,
        ...inputsOf(step),
        ...(step.outputs.length === 0 ? [] : [`outputs: ${list(step.outputs)}`])
      ].map((line) => `    ${line}`)
    ]),
    ...(install === null ? [] : installLines(install)),
    ""
  ].join("\n")
}

/** What is left to compare where a step reads all that git would keep: not what the steps make. */
export const allBut = (made: ReadonlyArray<string>): ReadonlyArray<string> => [
  "**",
  ...made.map((path) => `!${path}`),
  "!deputize.build.yaml"
]

// internal

const installLines = (install: FirstInstall): ReadonlyArray<string> => [
  "",
  "# Into ~/.deputize/bin, or elsewhere with --prefix DIR; deputize build rollback goes back.",
  "install:",
  ...("npm" in install
    ? [`  npm: ${list(install.npm)}`]
    : ["  bin:", ...Object.entries(install.bin).map(([command, path]) => `    ${scalar(command)}: ${scalar(path)}`)])
]

const list = (texts: ReadonlyArray<string>): string => `[${texts.map(scalar).join(", ")}]`

/** Plain where no reader of YAML could take it for anything else. */
const scalar = (text: string): string => {
  const isWord = /^(?:true|false|null|yes|no|on|off|y|n)$/i.test(text)
  if (!isWord && /^[A-Za-z][\w./-]*(?: [\w./=-]+)*$/.test(text)) return text
  // JSON is YAML; single quotes spare what has quotes and backslashes of its own from more of them.
  return /["\\]/.test(text) && !/[^\x20-\x7e]/.test(text) ? `'${text.replaceAll("'", "''")}'` : JSON.stringify(text)
}
