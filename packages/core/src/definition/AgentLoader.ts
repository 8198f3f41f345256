/**
 * Finds agents by name: in files of the workspace, files of the user, and the built-in roles, in this order. The first
 * match wins, the others are shadowed. A broken file is an error only for who asks for it.
 */
import { join, resolve, sep } from "node:path"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { nearestNames } from "../domain/NearestNames.ts"
import type { Probe } from "../domain/Probe.ts"
import { type AgentDefinition, agentName } from "./AgentDefinition.ts"
import { DefinitionError, type DefinitionWarning, placed } from "./DefinitionError.ts"
import type { Format } from "./DefinitionFile.ts"
import { type Candidate, fileSource, folderSource, type Source } from "./DefinitionFolder.ts"
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
  /** It came with the workspace: what it grants beyond its artifacts is for the user to trust. */
  readonly isOfRepository: boolean
  readonly format: Format
  readonly warnings: ReadonlyArray<string>
}

/** No source has an agent of this name. */
export class AgentNotFound extends Schema.TaggedError<AgentNotFound>()("AgentNotFound", {
  name: Schema.String,
  nearest: Schema.Array(Schema.String),
  /** Where it was looked for, in order; nowhere for what is no name. */
  looked: Schema.Array(Schema.String)
}) {
  override get message() {
    return `no agent named ${JSON.stringify(this.name)}`
  }
  get hint() {
    if (this.looked.length === 0) {
      return "A name has neither `/`, `\\`, `..` nor NUL in it. `deputize agents list` shows the agents that there are."
    }
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
>()("@deputize/core/definition/AgentLoader") {
  static readonly layer = (options: LoaderOptions): Layer.Layer<AgentLoader> =>
    Layer.sync(AgentLoader, () => {
      const sources = sourcesOf(options)
      const { agentFile } = options
      const find = Effect.fn("AgentLoader.find")(function* (name: string) {
        const wanted = agentName(name)
        if (wanted === "" || /[/\\\0]|\.\./.test(name)) {
          return yield* new AgentNotFound({ name, nearest: [], looked: [] })
        }
        const passed: Array<string> = []
        for (const source of sources) {
          const candidates = yield* source.read
          passed.push(...candidates.map((candidate) => candidate.name))
          const broken = source.place === agentFile ? errorOf(candidates) : undefined
          // Whoever names a file wants it read, whatever the agent is called.
          if (broken !== undefined) return yield* broken
          const [match, other] = candidates.filter((candidate) => candidate.answersTo.includes(wanted))
          if (match === undefined) continue
          if (other !== undefined) return yield* clashOf(name, match, other)
          if (match.parsed instanceof DefinitionError) return yield* match.parsed
          const { definition, warnings } = match.parsed
          return foundOf(match, definition, warnings)
        }
        return yield* new AgentNotFound({
          name,
          nearest: [...new Set(nearestNames(wanted, passed))],
          looked: sources.map((source) => source.label)
        })
      })
      return AgentLoader.of({ list: listOf(sources), find })
    })
}

// internal

const yamls = [".yaml", ".yml"]

const sourcesOf = ({ agentFile, configHome, home, workspace }: LoaderOptions): ReadonlyArray<Source> => {
  const inWorkspace = (label: string, kinds: ReadonlyArray<string>, deep = false) =>
    folderSource({ folder: join(workspace, label), label, kinds, deep, inside: workspace })
  const ofUser = (folder: string, kinds: ReadonlyArray<string>, deep = false) => {
    const label = folder.startsWith(home + sep) ? `~${folder.slice(home.length)}` : folder
    return folderSource({ folder, label, kinds, deep })
  }
  const sources = [
    ...(agentFile === undefined ? [] : [fileSource(agentFile)]),
    inWorkspace(".deputize/agents", [".md", ...yamls]),
    inWorkspace(".codex/agents", yamls),
    ...[".claude", ".gemini", ".cursor", ".opencode"].map((tool) => inWorkspace(`${tool}/agents`, [".md"], true)),
    ofUser(join(configHome ?? join(home, ".config"), "deputize", "agents"), [".md", ...yamls]),
    ofUser(join(home, ".codex", "agents"), yamls),
    ofUser(join(home, ".claude", "agents"), [".md"], true),
    { label: "the built-in roles", place: "built-in", read: Effect.succeed(builtIns) }
  ]
  // In a workspace that is the home folder, the user's folders are the workspace's.
  return sources.filter(
    ({ place }, index) =>
      sources.findIndex((each) => resolve(workspace, each.place) === resolve(workspace, place)) === index
  )
}

const builtIns: ReadonlyArray<Candidate> = builtInRoles.map(({ definition }) => ({
  name: definition.name,
  answersTo: [definition.name],
  source: "built-in",
  isOfRepository: false,
  format: "built-in",
  parsed: { definition, warnings: [] }
}))

const errorOf = (candidates: ReadonlyArray<Candidate>): DefinitionError | undefined =>
  candidates.map(({ parsed }) => parsed).find((parsed) => parsed instanceof DefinitionError)

const clashOf = (name: string, one: Candidate, other: Candidate): DefinitionError =>
  new DefinitionError({
    file: other.source,
    line: 1,
    column: 1,
    field: "name",
    problem: `${JSON.stringify(name)} also means ${one.source}`,
    fix: "Rename one of the two."
  })

const foundOf = (
  { format, isOfRepository, source }: Candidate,
  definition: AgentDefinition,
  warnings: ReadonlyArray<DefinitionWarning>
): Found => ({
  definition,
  probes: probesOf(definition.name),
  source,
  isOfRepository,
  format,
  warnings: warnings.map((warning) => placed(source, warning))
})

const listOf = Effect.fnUntraced(function* (sources: ReadonlyArray<Source>) {
  const taken = new Set<string>()
  const places = yield* Effect.forEach(sources, (source) => source.read)
  return places.flatMap((candidates): ReadonlyArray<Listed> => {
    const listed = candidates.map((candidate) => listedOf(candidate, candidates, taken))
    for (const name of candidates.flatMap((candidate) => candidate.answersTo)) taken.add(name)
    return listed
  })
})

/** `neighbours` are those of the same source, `taken` the names of the sources before it. */
const listedOf = (candidate: Candidate, neighbours: ReadonlyArray<Candidate>, taken: ReadonlySet<string>): Listed => {
  const { format, name, parsed, source } = candidate
  const clash = neighbours.find((each) => each !== candidate && each.answersTo.includes(name))
  const error = parsed instanceof DefinitionError ? parsed : clash && clashOf(name, clash, candidate)
  return {
    name,
    source,
    format,
    description: parsed instanceof DefinitionError ? "" : parsed.definition.description,
    shadowed: taken.has(name),
    warnings: parsed instanceof DefinitionError ? [] : parsed.warnings.map((warning) => placed(source, warning)),
    error: error?.message ?? null
  }
}
