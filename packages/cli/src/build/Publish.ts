/**
 * What leaves the machine is asked for: steps called `publish` run only after a yes, on a terminal or as a flag.
 */
import type { PlannedStep } from "@deputize/build-tools/runner/DryRun"
import * as Effect from "effect/Effect"
import type { Invocation } from "../command/Invocation.ts"
import { usageError } from "../command/UsageError.ts"
import { Output } from "../render/Output.ts"
import { oneLine } from "../render/Width.ts"
import { ask } from "../values/Ask.ts"

export const isPublish = ({ id }: { readonly id: string }): boolean => id === "publish" || id.endsWith("/publish")

/** Asks before anything runs, so that nobody has to wait for the question. Fails unless the answer is yes. */
export const confirmPublish = Effect.fn("confirmPublish")(function* (
  invocation: Invocation,
  planned: ReadonlyArray<PlannedStep>
) {
  const due = planned.filter((step) => step.willRun && isPublish(step))
  if (due.length === 0 || invocation.has("yes")) return
  const { notes } = yield* Output
  const what = due.map(({ command, id }) => `${oneLine(id)}: ${oneLine(command)}`).join("\n  ")
  if (!notes.isTerminal || process.stdin.isTTY !== true) {
    return yield* usageError(`this build would publish, and nobody can be asked:\n  ${what}`, "Say so with --yes.")
  }
  yield* notes.write(`this build publishes:\n  ${what}\npublish? [y/N] `)
  const answer = yield* ask
  if (!/^y(es)?$/i.test(answer.trim())) {
    return yield* usageError("nothing was started", "Name the steps that are to run, or answer y.")
  }
})
