/**
 * Tells a view of an attempt's output: every line that matters, and the last line at most ten times a second, the very
 * last of a burst among them.
 */
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { importanceOf } from "../command/ImportantLine.ts"
import type { Step } from "../pipeline/Pipeline.ts"
import type { Attempt } from "./Attempt.ts"

export interface Watching {
  /** `task` is one of Nx. */
  readonly line: (text: string, task?: string | null) => void
  readonly tail: (text: string) => void
  readonly silent: (ms: number) => void
}

/** Nothing is told after the scope has closed. */
export const watching = (step: Step, attempt: Attempt): Effect.Effect<Watching, never, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.sync(() => start(step, attempt)),
    ({ end }) => Effect.sync(end)
  )

// internal

const tailEveryMs = 100

const start = ({ id }: Step, { onWarning, session }: Attempt): Watching & { readonly end: () => void } => {
  let next: string | undefined
  let timer: NodeJS.Timeout | undefined
  const tell = () => {
    timer = undefined
    if (next === undefined) return
    session.notice({ _tag: "Tail", step: id, text: next })
    next = undefined
    timer = setTimeout(tell, tailEveryMs)
  }
  return {
    line: (text, task = null) => {
      const importance = importanceOf(text)
      if (importance === "warning") onWarning()
      if (importance !== "none") session.notice({ _tag: "Line", step: id, task, text })
    },
    tail: (text) => {
      next = text
      if (timer === undefined) tell()
    },
    silent: (ms) => session.notice({ _tag: "Silent", step: id, ms }),
    end: () => clearTimeout(timer)
  }
}
