/**
 * Calls as the agent loop makes them: a workspace on disk, a journal in memory, a policy.
 */

import { childPath, makeRunId, rootPath } from "@deputize/core/domain/Ids"
import { Blobs } from "@deputize/core/journal/Blobs"
import { Journal } from "@deputize/core/journal/Journal"
import { Grant } from "@deputize/core/policy/Grant"
import type { Policy } from "@deputize/core/policy/Policy"
import type { Resumed } from "@deputize/core/tool/CutCall"
import type { SeenFiles } from "@deputize/core/tool/FileChanges"
import type { KeptResults } from "@deputize/core/tool/KeptResults"
import type { Skill } from "@deputize/core/tool/Skill"
import type { Team } from "@deputize/core/tool/Team"
import type { AnyTool } from "@deputize/core/tool/Tool"
import { toolbox } from "@deputize/core/tool/Toolbox"
import { toolEvents } from "@deputize/core/tool/ToolEvent"
import { runCall } from "@deputize/core/tool/ToolRunner"
import { ConfinedRoot } from "@deputize/core/workspace/ConfinedRoot"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import { type Fixture, fixture } from "../workspace/fixture.ts"

export const run = makeRunId(1_700_000_000_000, 0.5)
const path = childPath(rootPath, "tester")

export const reading = (...read: ReadonlyArray<string>): Policy => [
  new Grant({ read, write: [], net: [], exec: [], mcp: [], spawn: [], label: "test" })
]

export interface Options {
  readonly policy?: Policy
  readonly tools?: ReadonlyArray<AnyTool>
  /** What was read and written before; nothing unless given. */
  readonly seen?: SeenFiles
  readonly results?: KeptResults
  readonly skills?: ReadonlyArray<Skill>
  readonly refusal?: string
  readonly remark?: (text: string) => string
  readonly outputBytes?: number
  readonly outputTokens?: number
  readonly resumed?: Resumed
  readonly team?: Team
}

export const writing = (...write: ReadonlyArray<string>): Policy => [
  new Grant({ read: ["**"], write, net: [], exec: [], mcp: [], spawn: [], label: "test" })
]

export const allTools = toolbox(["read_file", "list_dir", "glob", "grep"]).tools

/** What the model gets for a call: the text, marked when it is no success. */
export const call = Effect.fnUntraced(function* (name: string, args: unknown, options: Options = {}) {
  const { policy = reading("**"), seen = new Map(), tools = allTools, ...room } = options
  const json = typeof args === "string" ? args : JSON.stringify(args)
  const { message } = yield* runCall({
    run,
    path,
    parent: rootPath,
    policy,
    tools,
    seen,
    call: { id: "c1", name, args: json },
    ...room
  })
  return message.ok ? message.text : `! ${message.text}`
})

/** What the journal has of tools. */
export const recorded = Effect.gen(function* () {
  const events = yield* Effect.flatMap(Journal, (journal) => journal.read(run))
  return events.flatMap((event) => Option.toArray(toolEvents.decode(event)))
})

/** Runs `body` in a workspace that `prepare` has filled. */
export const within = <A, E>(
  prepare: (files: Fixture) => void,
  body: (files: Fixture) => Effect.Effect<A, E, Journal | Blobs | ConfinedRoot>
) =>
  Effect.gen(function* () {
    const files = yield* fixture
    prepare(files)
    const opened = Effect.andThen(
      Effect.flatMap(Journal, (journal) => journal.open(run)),
      Effect.suspend(() => body(files))
    )
    return yield* Effect.provide(
      opened,
      Layer.mergeAll(ConfinedRoot.layer(files.root), Journal.layerMemory, Blobs.layerMemory)
    )
  }).pipe(Effect.scoped)
