/**
 * An actor: a mailbox, a state, and a `receive` that turns a message and a state into the next state. One fiber an
 * actor, owned by the scope it was started in.
 *
 * 1. Messages are received one at a time, in the order sent; messages to itself come before those from outside.
 * 2. The mailbox closes before `join` ends, so that a `tell` that returned true was received or dropped by then.
 * 3. Every ask ends: by its reply, at its deadline, or with ActorStopped.
 * 4. What `receive` acquires lives until the actor ends; of an ended actor nothing stays in the scope it was started in.
 */
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Scope from "effect/Scope"
import { type ActorRef, ActorStopped, AskTimedOut } from "./ActorRef.ts"
import * as Mailbox from "./Mailbox.ts"

/** What `receive` decides: go on with a state, or end with a result. */
export type Next<State, Message, Result> =
  | { readonly _tag: "Proceed"; readonly state: State; readonly toSelf: ReadonlyArray<Message> }
  | { readonly _tag: "Stop"; readonly result: Result }

/** Goes on with `state`, after `toSelf` has been put before all other messages. */
export const proceed = <State, Message = never>(
  state: State,
  ...toSelf: ReadonlyArray<Message>
): Next<State, Message, never> => ({ _tag: "Proceed", state, toSelf })

/** Ends the actor; `join` gives the result. */
export const stop = <Result>(result: Result): Next<never, never, Result> => ({ _tag: "Stop", result })

export interface Behaviour<State, Message, Result, E, R> {
  readonly name: string
  /** Messages from outside that may wait before a sender has to. */
  readonly capacity: number
  readonly initial: State
  readonly receive: (state: State, message: Message) => Effect.Effect<Next<State, Message, Result>, E, R>
}

/** Starts an actor in the surrounding scope; closing the scope interrupts it and waits for its finalizers. */
export const start = Effect.fnUntraced(function* <State, Message, Result, E, R>(
  behaviour: Behaviour<State, Message, Result, E, R>
): Effect.fn.Return<ActorRef<Message, Result, E>, never, R | Scope.Scope> {
  const { capacity, initial, name, receive } = behaviour
  const scope = yield* Effect.flatMap(Effect.scope, (outer) => Scope.fork(outer))
  const mailbox = yield* Scope.provide(Mailbox.make<Message>(capacity), scope)
  const loop = Effect.gen(function* () {
    let state = initial
    for (;;) {
      const message = yield* mailbox.take
      const next = yield* receive(state, message)
      if (next._tag === "Stop") return next.result
      state = next.state
      for (const own of next.toSelf) mailbox.offerSelf(own)
    }
  })
  const fiber = yield* loop.pipe(Scope.use(scope), Effect.forkScoped({ startImmediately: true }))
  const stopped = Effect.andThen(Fiber.await(fiber), Effect.fail(new ActorStopped({ actor: name })))
  const ask = Effect.fnUntraced(function* <A>(make: (reply: Deferred.Deferred<A>) => Message, within: Duration.Input) {
    const reply = yield* Deferred.make<A>()
    const answered = Effect.flatMap(mailbox.offer(make(reply)), (accepted) =>
      accepted ? Deferred.await(reply) : stopped
    )
    return yield* Effect.raceFirst(answered, stopped).pipe(
      // A reply that came with the actor's last message still counts.
      Effect.catchTag("ActorStopped", (error) =>
        Effect.flatMap(Deferred.isDone(reply), (done) => (done ? Deferred.await(reply) : Effect.fail(error)))
      ),
      Effect.timeoutOrElse({
        duration: within,
        orElse: () => Effect.fail(new AskTimedOut({ actor: name, withinMs: Duration.toMillis(within) }))
      })
    )
  })
  return {
    name,
    tell: mailbox.offer,
    ask,
    join: Fiber.join(fiber),
    interrupt: Effect.asVoid(Fiber.interrupt(fiber))
  }
})
