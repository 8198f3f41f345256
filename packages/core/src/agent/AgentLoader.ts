/**
 * Finds agents by name: in files of the workspace, files of the user, and the built-in roles, in this order. The first
 * match wins, the others are shadowed. A broken file is an error only for who asks for it.
 */
import { readdirSync } from "node:fs"
import { basename, extname, join, relative, sep } from "node:path"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import type { Probe } from "../domain/Probe.ts"
import { nearestNames } from "../workspace/NearestNames.ts"
import { type AgentDefinition, agentName } from "./AgentDefinition.ts"
import { DefinitionError, type DefinitionWarning } from "./DefinitionError.ts"
import { type Format, formatOf, readDefinition } from "./DefinitionFile.ts"
import { builtInRoles, probesOf } from "./roles/Roles.ts"

export interface Listed {
  readonly name: string
  /** The file, relative to the workspace where it is in it; `built-in` for a role of ours. */
  readonly source: string
  readonly format: Format
  readonly description: string
  /** Another agent of this name comes before it. */
  readonly shadowed: boolean
  /** `FILE:LINE:COL: …`, one each. */
  readonly warnings: ReadonlyArray<string>
  readonly error: string | null
}

export interface Found {
  readonly definition: AgentDefinition
  /** What the offline provider looks for in this role. */
  readonly probes: ReadonlyArray<Probe>
  readonly source: string
  readonly format: Format
  readonly warnings: ReadonlyArray<string>
}

/** No source has an agent of this name. */
export class AgentNotFound extends Schema.TaggedError<AgentNotFound>()("AgentNotFound", {
  name: Schema.String,
  nearest: Schema.Array(Schema.String),
  /** Where it was looked for, in order. */
  looked: Schema.Array(Schema.String)
}) {
  override get message() {
    return `no agent named ${JSON.stringify(this.name)}`
  }
  get hint() {
    const nearest = this.nearest.length === 0 ? "" : `Nearest names: ${this.nearest.join(", ")}. `
    return `${nearest}Looked in ${this.looked.join(", ")}. \`deputize agents list\` shows them all.`
  }
}

export interface LoaderOptions {
  /** Real path of the workspace. */
  readonly workspace: string
  readonly home: string
  /** `$XDG_CONFIG_HOME`; `HOME/.config` without. */
  readonly configHome?: string
  /** A file that comes before all others. */
  readonly agentFile?: string
}

export class AgentLoader extends Context.Service<
  AgentLoader,
  {
    /** Every agent of every source, in the order of search. */
    readonly list: Effect.Effect<ReadonlyArray<Listed>>
    /** By name or file stem; case, spaces and underscores do not matter. */
    readonly find: (name: string) => Effect.Effect<Found, AgentNotFound | DefinitionError>
  }
>()("@deputize/core/agent/AgentLoader") {
  static readonly layer = (options: LoaderOptions): Layer.Layer<AgentLoader> =>
    Layer.sync(AgentLoader, () => {
      const sources = sourcesOf(options)
      const find = Effect.fn("AgentLoader.find")(function* (name: string) {
        const wanted = agentName(name)
        const isName = !/[/\\\0]|\.\./.test(name) && wanted !== ""
        for (const source of isName ? sources : []) {
          const matches = source.read().filter((candidate) => candidate.answersTo.includes(wanted))
          const [match, clash] = matches
          if (match === undefined) continue
          if (clash !== undefined) return yield* clashOf(name, match, clash)
          if (match.parsed instanceof DefinitionError) return yield* match.parsed
          return foundOf(match, match.parsed)
        }
        const names = sources.flatMap((source) => source.read().map((candidate) => candidate.name))
        return yield* new AgentNotFound({
          name,
          nearest: [...new Set(nearestNames(name, names))],
          looked: sources.map((source) => source.label)
        })
      })
      return AgentLoader.of({ list: Effect.sync(() => listOf(sources)), find })
    })
}

// internal

interface Candidate {
  readonly name: string
  /** The definition's name and its file's stem. */
  readonly answersTo: ReadonlyArray<string>
  readonly source: string
  readonly format: Format
  readonly parsed:
    | DefinitionError
    | { readonly definition: AgentDefinition; readonly warnings: ReadonlyArray<DefinitionWarning> }
}

interface Source {
  readonly label: string
  readonly read: () => ReadonlyArray<Candidate>
}

const yamls = [".yaml", ".yml"]

const sourcesOf = ({ agentFile, configHome, home, workspace }: LoaderOptions): ReadonlyArray<Source> => {
  const inWorkspace = (folder: string, kinds: ReadonlyArray<string>, deep = false) =>
    folderSource(join(workspace, folder), folder, kinds, deep, workspace)
  const ofUser = (folder: string, kinds: ReadonlyArray<string>, deep = false) =>
    folderSource(folder, folder.startsWith(home + sep) ? `~${folder.slice(home.length)}` : folder, kinds, deep)
  return [
    ...(agentFile === undefined
      ? []
      : [{ label: agentFile, read: () => [candidateOf(agentFile, agentFile, undefined)] }]),
    inWorkspace(".deputize/agents", [".md", ...yamls]),
    inWorkspace(".codex/agents", yamls),
    ...[".claude", ".gemini", ".cursor", ".opencode"].map((tool) => inWorkspace(`${tool}/agents`, [".md"], true)),
    ofUser(join(configHome ?? join(home, ".config"), "deputize", "agents"), [".md", ...yamls]),
    ofUser(join(home, ".codex", "agents"), yamls),
    ofUser(join(home, ".claude", "agents"), [".md"], true),
    { label: "the built-in roles", read: () => builtIns }
  ]
}

const builtIns: ReadonlyArray<Candidate> = builtInRoles.map(({ definition }) => ({
  name: definition.name,
  answersTo: [definition.name],
  source: "built-in",
  format: "built-in",
  parsed: { definition, warnings: [] }
}))

const folderSource = (
  folder: string,
  label: string,
  kinds: ReadonlyArray<string>,
  deep: boolean,
  inside?: string
): Source => {
  let read: ReadonlyArray<Candidate> | undefined
  return {
    label,
    read: () => {
      read ??= filesBelow(folder, kinds, deep).map((file) =>
        candidateOf(file, `${label}/${relative(folder, file).split(sep).join("/")}`, inside)
      )
      return read
    }
  }
}

const filesBelow = (folder: string, kinds: ReadonlyArray<string>, deep: boolean): ReadonlyArray<string> => {
  try {
    return readdirSync(folder, { recursive: deep, withFileTypes: true })
      .filter((entry) => !entry.isDirectory() && kinds.includes(extname(entry.name).toLowerCase()))
      .map((entry) => join(entry.parentPath, entry.name))
      .sort()
  } catch {
    // A folder that is not there, or may not be listed, holds no agents.
    return []
  }
}

const candidateOf = (file: string, shown: string, inside: string | undefined): Candidate => {
  const stem = agentName(basename(file, extname(file)))
  const format = formatOf(file)
  try {
    const parsed = readDefinition(file, shown, inside)
    const { name } = parsed.definition
    return { name, answersTo: [name, stem], source: shown, format, parsed }
  } catch (error) {
    if (!(error instanceof DefinitionError)) throw error
    return { name: stem, answersTo: [stem], source: shown, format, parsed: error }
  }
}

const clashOf = (name: string, one: Candidate, other: Candidate): DefinitionError =>
  new DefinitionError({
    file: other.source,
    line: 1,
    column: 1,
    field: "name",
    problem: `${JSON.stringify(name)} also means ${one.source}`,
    fix: "Rename one of the two."
  })

const foundOf = (candidate: Candidate, parsed: Exclude<Candidate["parsed"], DefinitionError>): Found => ({
  definition: parsed.definition,
  probes: probesOf(parsed.definition.name),
  source: candidate.source,
  format: candidate.format,
  warnings: warningTexts(candidate.source, parsed.warnings)
})

const listOf = (sources: ReadonlyArray<Source>): ReadonlyArray<Listed> => {
  const seen = new Set<string>()
  return sources.flatMap((source) => {
    const candidates = source.read()
    const listed = candidates.map(({ format, name, parsed, source }) => {
      const broken = parsed instanceof DefinitionError
      return {
        name,
        source,
        format,
        description: broken ? "" : parsed.definition.description,
        shadowed: seen.has(name),
        warnings: broken ? [] : warningTexts(source, parsed.warnings),
        error: broken ? parsed.message : null
      }
    })
    for (const candidate of candidates) seen.add(candidate.name)
    return listed
  })
}

const warningTexts = (file: string, warnings: ReadonlyArray<DefinitionWarning>): ReadonlyArray<string> =>
  warnings.map(
    ({ column, field, line, problem }) => `${file}:${line}:${column}: ${field === "" ? "" : `${field}: `}${problem}`
  )
