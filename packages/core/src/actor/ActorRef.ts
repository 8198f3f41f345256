/**
 * What others hold of an actor: they send, ask and wait for its end; never its fiber, never its state.
 */
import type * as Deferred from "effect/Deferred"
import type * as Duration from "effect/Duration"
import type * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"

export interface ActorRef<in Message, out Result = void, out E = never> {
  readonly name: string
  /** Waits while the mailbox is full; false when the actor has stopped. */
  readonly tell: (message: Message) => Effect.Effect<boolean>
  /** Sends a message that carries a reply slot. Ends by the reply, at the deadline, or when the actor stops. */
  readonly ask: <A>(
    make: (reply: Deferred.Deferred<A>) => Message,
    within: Duration.Input
  ) => Effect.Effect<A, ActorStopped | AskTimedOut>
  /** What the actor stopped with; fails as it failed, also with its defects, and is interrupted if it was. */
  readonly join: Effect.Effect<Result, E>
  /** Stops the actor where it is and waits for its finalizers. */
  readonly interrupt: Effect.Effect<void>
}

/** The actor ended before it replied. */
export class ActorStopped extends Schema.TaggedError<ActorStopped>()("ActorStopped", { actor: Schema.String }) {
  override get message() {
    return `${this.actor} has stopped and will not answer`
  }
  get hint() {
    return "Look at how it ended; start it again to ask it again."
  }
}

/** The actor is there but did not reply in time. */
export class AskTimedOut extends Schema.TaggedError<AskTimedOut>()("AskTimedOut", {
  actor: Schema.String,
  withinMs: Schema.Number
}) {
  override get message() {
    return `${this.actor} did not answer within ${this.withinMs} ms`
  }
  get hint() {
    return "Ask again with more time; it may be busy with an earlier message."
  }
}
