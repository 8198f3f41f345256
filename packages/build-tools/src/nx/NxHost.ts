/**
 * Runs Nx in a process of its own and hears what its tasks do.
 *
 * 1. Events are handled in order. Those of one batch that start tasks, or end them, are handled at the same time: so many
 *    tasks that end together, as those that a cache answers do, wait once for the record.
 * 2. A batch is acknowledged when all of it was handled: until then Nx starts nothing that depends on a task in it.
 * 3. The process and all that it started end with the effect, however it ends.
 */
import { fileURLToPath } from "node:url"
import * as Effect from "effect/Effect"
import * as Queue from "effect/Queue"
import { type HostEvent, type HostOutcome, type HostRequest, isFromHost, type ToHost } from "./HostMessage.ts"
import { outcomeOfEnd, startNx } from "./NxProcess.ts"

export interface HostOptions<E, R> {
  readonly request: HostRequest
  /** All of it. */
  readonly env: Readonly<Record<string, string>>
  readonly label: string
  readonly onStart: (process: { readonly pid: number; readonly startTime: string }) => Effect.Effect<void, E, R>
  readonly onEvent: (event: HostEvent) => Effect.Effect<void, E, R>
}

export const runHost = Effect.fn("NxHost.run")(function* <E, R>(options: HostOptions<E, R>) {
  const { request, onEvent } = options
  // The host waits for an answer before it says more; only what Nx itself prints comes unasked.
  const heard = yield* Queue.unbounded<Heard>()
  const { running, lastWords } = yield* startNx({
    workspace: request.workspace,
    args: [program],
    env: options.env,
    label: options.label,
    onText: (text) =>
      Queue.offerUnsafe(heard, { _tag: "HostBatch", number: null, events: [{ _tag: "Output", task: null, text }] }),
    onMessage: (message) => {
      if (isFromHost(message)) Queue.offerUnsafe(heard, message)
    }
  })
  const send = (message: ToHost) => Effect.sync(() => running.send(message))
  yield* options.onStart(running)
  yield* Effect.forkScoped(
    Effect.flatMap(running.ended, (end) =>
      Queue.offer(heard, { _tag: "HostOutcome", outcome: outcomeOfEnd(end, lastWords()) })
    )
  )
  for (;;) {
    const message = yield* Queue.take(heard)
    switch (message._tag) {
      case "HostReady":
        yield* send({ _tag: "Run", request })
        break
      case "HostBatch":
        for (const events of together(message.events))
          yield* Effect.forEach(events, onEvent, { concurrency: "unbounded", discard: true })
        if (message.number !== null) yield* send({ _tag: "Acknowledged", number: message.number })
        break
      case "HostOutcome":
        yield* send({ _tag: "Exit" })
        yield* running.ended
        return message.outcome
    }
  }
}, Effect.scoped)

// internal

type Heard =
  | { readonly _tag: "HostReady" }
  | { readonly _tag: "HostBatch"; readonly number: number | null; readonly events: ReadonlyArray<HostEvent> }
  | { readonly _tag: "HostOutcome"; readonly outcome: HostOutcome }

/** The program stands beside this file, which is TypeScript in the repository and JavaScript in a package or a bundle. */
const isSource = import.meta.url.endsWith(".ts")
const program = fileURLToPath(new URL(isSource ? "./host.ts" : "./host.js", import.meta.url))

/** Neighbours that may be handled at the same time: they are of different tasks. */
const together = (events: ReadonlyArray<HostEvent>): ReadonlyArray<ReadonlyArray<HostEvent>> => {
  const groups: Array<Array<HostEvent>> = []
  for (const event of events) {
    const group = groups.at(-1)
    const isAlike = (event._tag === "Started" || event._tag === "Ended") && group?.[0]?._tag === event._tag
    if (group !== undefined && isAlike) group.push(event)
    else groups.push([event])
  }
  return groups
}
