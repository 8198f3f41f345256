/**
 * Checks what is merged of a run, by the user's commands, in a tree of its own.
 */
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import type { AgentResult } from "../../agent/AgentResult.ts"
import { runCheck } from "../../agent/Checks.ts"
import { isNamed } from "../../domain/Ids.ts"
import { visibleLine } from "../../domain/VisibleText.ts"
import type { CheckMerged, Verdict } from "../../worktree/RunMerges.ts"
import { checkingSlug } from "../../worktree/RunNames.ts"
import { prepareTree } from "../../worktree/RunTrees.ts"
import { findOrMake } from "../../worktree/Tree.ts"
import type { WorktreeError } from "../../worktree/WorktreeError.ts"
import { type Isolated, removeTree, treeNeeds } from "./Isolated.ts"

/** The tree is kept for those who are merged next. What an agent has passed in its own is not run again. */
export const checkOf =
  (isolated: Isolated, { path, verified }: AgentResult): CheckMerged<WorktreeError, never> =>
  (merged, theirs) =>
    Effect.gen(function* () {
      const { request, trees } = isolated
      const { commands = [], environment = {} } = request.checks ?? {}
      if (commands.length === 0 || !isNamed(path) || (verified && merged === theirs)) return passed
      const needs = treeNeeds(
        isolated,
        request.agents.map(({ definition }) => definition)
      )
      const prepare = prepareTree(trees, needs, `setup of the merged tree of ${isolated.run}`)
      const tree = yield* findOrMake(trees, checkingSlug, Effect.succeed(merged), prepare)
      yield* trees.repository.git.run(["read-tree", "--reset", "-u", merged], { index: tree.index, worktree: tree.top })
      for (const command of commands) {
        const { exitCode, ok, output } = yield* runCheck(command, tree.root, environment)
        if (ok) continue
        const how = exitCode === null ? "did not end in time" : `ended with ${exitCode}`
        yield* discardChecked(isolated)
        const last = visibleLine(output.trimEnd().split("\n").at(-1) ?? "")
        const why = `the check \`${command}\` ${how} on the merged tree${last === "" ? "" : `: ${last}`}`
        return { _tag: "Failed", why } satisfies Verdict
      }
      return passed
    }).pipe(
      // A run that is cancelled ends at once, and without what was not checked.
      Effect.interruptible,
      Effect.catchCause((cause) => {
        if (!Cause.hasInterruptsOnly(cause)) return Effect.failCause(cause)
        isolated.state.isCut = true
        return Effect.succeed<Verdict>({ _tag: "Cut" })
      })
    )

/** What checks have made of work that is not merged is nothing for those of the next. */
export const discardChecked = (isolated: Isolated) => removeTree(isolated, checkingSlug)

// internal

const passed: Verdict = { _tag: "Passed" }
