/**
 * Gives each agent that writes and is to have one a tree of its own. Others work where the agent does that has started
 * them, and those that nobody has started in the workspace itself. A run without isolated agents costs nothing.
 */
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Scope from "effect/Scope"
import type { AgentResult } from "../../agent/AgentResult.ts"
import type { RunId } from "../../domain/Ids.ts"
import { Blobs } from "../../journal/Blobs.ts"
import { Journal } from "../../journal/Journal.ts"
import { Processes } from "../../process/Processes.ts"
import { ConfinedRoot } from "../../workspace/ConfinedRoot.ts"
import { requireTrees } from "../../worktree/RunTrees.ts"
import { shares } from "../plan/Shares.ts"
import type { RunRequest } from "../RunRequest.ts"
import { removeSettled } from "./CommitOwn.ts"
import { type Ground, Grounds, type RunGround, sharedGround } from "./Ground.ts"
import { open } from "./Isolated.ts"
import { isIsolated, needsOf } from "./Isolation.ts"
import { mergeAll, summary } from "./MergeRun.ts"
import { ownGround } from "./OwnGround.ts"

export interface WorktreeOptions {
  /** Where trees stand: outside of every workspace, and the same as long as a run may be taken up. */
  readonly folder: string
  /** Where it stands on record which setup commands were started. */
  readonly processes: string
}

/** Without options, trees last as long as the layer. */
export const layer = (options?: WorktreeOptions): Layer.Layer<never> =>
  Layer.effect(
    Grounds,
    Effect.gen(function* () {
      const scope = yield* Effect.scope
      const { folder, processes } = options ?? (yield* temporary)
      const owner = `deputize setup of trees in ${folder}`
      const started = yield* Effect.cached(
        Effect.map(Layer.buildWithScope(Processes.layer({ folder: processes, owner }), scope), (services) =>
          Context.get(services, Processes)
        )
      )
      return {
        require: Effect.fnUntraced(function* (run: RunId, request: RunRequest) {
          const definitions = request.agents.flatMap((agent) => (isIsolated(request, agent) ? [agent.definition] : []))
          if (definitions.length === 0) return
          yield* requireTrees(request.workspace, needsOf(request, definitions).copy, run)
        }),
        ofRun: (run, request) => ofRun(run, request, folder, started)
      }
    })
  )

// internal

const temporary = Effect.acquireRelease(
  Effect.sync((): WorktreeOptions => {
    const made = mkdtempSync(join(tmpdir(), "deputize-worktrees-"))
    return { folder: made, processes: join(made, "processes") }
  }),
  ({ folder }) => Effect.sync(() => rmSync(folder, { recursive: true, force: true }))
)

const ofRun = Effect.fnUntraced(function* (
  run: RunId,
  request: RunRequest,
  folder: string,
  processes: Effect.Effect<Processes["Service"]>
) {
  const workspace = yield* ConfinedRoot
  // Not the scope: an agent's ground lasts as long as that agent.
  const services = Context.pick(ConfinedRoot, Journal, Blobs)(yield* Effect.context<ConfinedRoot | Journal | Blobs>())
  const scope = yield* Effect.scope
  // With the first agent that is to have a tree, which may be ended while others still want it.
  const opened = yield* Effect.cached(
    open(run, request, folder, processes).pipe(
      Effect.uninterruptible,
      Scope.provide(scope),
      Effect.provideContext(services)
    )
  )
  const named = new Set(
    shares(request).places.flatMap((place) => (isIsolated(request, place.request) ? [place.path] : []))
  )
  let isOpen = named.size > 0
  const of: RunGround["of"] = (place) =>
    isIsolated(request, place.request)
      ? Effect.gen(function* () {
          isOpen = true
          return yield* ownGround(yield* opened, place, null)
        }).pipe(Effect.provideContext(services))
      : Effect.succeed(shared)
  // Whoever is started by an agent that works in the workspace may have a tree all the same.
  const shared: Ground = { ...sharedGround(workspace), below: of }
  const finish = Effect.fnUntraced(function* (
    results: ReadonlyArray<AgentResult>,
    { isCut }: { readonly isCut: boolean }
  ) {
    // Of a run that was taken up, agents may have had trees before.
    if (!isOpen && (yield* (yield* Journal).read(run, 1, ["Based"])).length === 0) return null
    const isolated = yield* opened
    const own = results.filter(({ path }) => named.has(path))
    const merging = Effect.tap(mergeAll(isolated, own, isCut), () => removeSettled(isolated))
    return yield* isolated.lock.withPermits(1)(merging)
  })
  const ground: RunGround = {
    of,
    finish: (results, options) =>
      finish(results, options).pipe(
        // Nothing that agents have left is gone: where it is, is told.
        Effect.catchTag("WorktreeError", (error) => summary(run, request, error)),
        Effect.provideContext(services)
      )
  }
  return ground
})
