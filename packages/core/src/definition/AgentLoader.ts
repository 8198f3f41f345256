/**
 * Finds agents by name: in files of the workspace, files of the user, and the built-in roles, in this order. The first
 * match wins, the others are shadowed. A broken file is an error only for who asks for it.
 */
import { resolve } from "node:path"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { placed } from "../document/PlacedProblem.ts"
import { nearestNames } from "../domain/NearestNames.ts"
import type { AgentDefinition } from "./AgentDefinition.ts"
import { agentName } from "./AgentName.ts"
import type { CacheOptions } from "./DefinitionCache.ts"
import { DefinitionError } from "./DefinitionError.ts"
import { type Candidate, fileSource, folderSource, type Source } from "./DefinitionFolder.ts"
import { type Bases, placesOf } from "./Places.ts"
import { roleTexts } from "./roles/RoleTexts.ts"

export interface Listed {
  readonly name: string
  /** The file, relative to the workspace where it is in it; `built-in` for a role of ours. */
  readonly source: string
  readonly format: Candidate["format"]
  readonly description: string
  /** Another agent of this name comes before it. */
  readonly shadowed: boolean
  /** `FILE:LINE:COL: …`, one each. */
  readonly warnings: ReadonlyArray<string>
  readonly error: string | null
  /** All that is wrong with the file; null for one that can be read. */
  readonly failure: DefinitionError | null
}

export interface Found {
  readonly definition: AgentDefinition
  readonly source: string
  /** It came with the workspace: what it grants beyond its artifacts is for the user to trust. */
  readonly isOfRepository: boolean
  readonly format: Candidate["format"]
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

export interface LoaderOptions extends Bases {
  /** A file that comes before all others. */
  readonly agentFile?: string
  /** Where definitions that were parsed are kept; nowhere when absent. */
  readonly cache?: CacheOptions
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
          return match.parsed instanceof DefinitionError ? yield* match.parsed : foundOf(match, yield* match.parsed)
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

const sourcesOf = ({ agentFile, cache, ...bases }: LoaderOptions): ReadonlyArray<Source> => {
  const sources = [
    ...(agentFile === undefined ? [] : [fileSource(agentFile)]),
    ...placesOf(bases).map((place) => folderSource(place, cache)),
    { label: "the built-in roles", place: "built-in", read: Effect.succeed(builtIns) }
  ]
  // In a workspace that is the home folder, the user's folders are the workspace's.
  return sources.filter(
    ({ place }, index) =>
      sources.findIndex((each) => resolve(bases.workspace, each.place) === resolve(bases.workspace, place)) === index
  )
}

const builtIns: ReadonlyArray<Candidate> = roleTexts.map(({ description, name }) => ({
  name,
  answersTo: [name],
  source: "built-in",
  isOfRepository: false,
  format: "built-in",
  description,
  warnings: [],
  parsed: Effect.flatMap(
    Effect.promise(() => import("./roles/Roles.ts")),
    ({ builtInRole }) => Effect.fromNullishOr(builtInRole(name)).pipe(Effect.orDie)
  )
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

const foundOf = ({ format, isOfRepository, source, warnings }: Candidate, definition: AgentDefinition): Found => ({
  definition,
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
  const { description, format, name, parsed, source, warnings } = candidate
  const clash = neighbours.find((each) => each !== candidate && each.answersTo.includes(name))
  const clashing = clash === undefined ? null : clashOf(name, clash, candidate)
  const failure = parsed instanceof DefinitionError ? parsed : clashing
  return {
    name,
    source,
    format,
    description,
    shadowed: taken.has(name),
    warnings: warnings.map((warning) => placed(source, warning)),
    error: failure?.message ?? null,
    failure
  }
}
