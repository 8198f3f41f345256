/**
 * A bounded queue of messages for one reader. Senders wait while it is full; a message to oneself never waits and is
 * delivered before any from outside.
 */
import * as Effect from "effect/Effect"
import * as Queue from "effect/Queue"
import type * as Scope from "effect/Scope"

export interface Mailbox<Message> {
  /** Waits while the mailbox is full; false once it is closed. */
  readonly offer: (message: Message) => Effect.Effect<boolean>
  /** Puts a message of the actor itself before those from outside. */
  readonly offerSelf: (message: Message) => void
  /** The next message; waits for one. Interrupts its reader once the mailbox is closed. */
  readonly take: Effect.Effect<Message>
}

/**
 * A mailbox for at most `capacity` messages from outside, at least one. It closes with the scope: then no further
 * message is accepted, what waits is dropped, and senders that wait get false.
 */
export const make = Effect.fnUntraced(function* <Message>(
  capacity: number
): Effect.fn.Return<Mailbox<Message>, never, Scope.Scope> {
  const queue = yield* Effect.acquireRelease(Queue.bounded<Message>(Math.max(1, capacity)), Queue.shutdown)
  // Wrapped, so that `undefined` is a message like any other.
  const own: Array<{ readonly message: Message }> = []
  const take = Effect.suspend(() => {
    const next = own.shift()
    return next === undefined ? Queue.take(queue) : Effect.succeed(next.message)
  })
  return {
    offer: (message) => Queue.offer(queue, message),
    offerSelf: (message) => {
      own.push({ message })
    },
    take
  }
})
