/**
 * A bounded queue of messages for one reader. Senders wait while it is full; a message to oneself never waits and is
 * delivered before any from outside.
 */
import type * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Queue from "effect/Queue"
import type * as Scope from "effect/Scope"

export interface Mailbox<Message> {
  /** Waits while the mailbox is full; false once it is closed. */
  readonly offer: (message: Message) => Effect.Effect<boolean>
  /** Puts a message of the actor itself before those from outside. */
  readonly offerSelf: (message: Message) => void
  /** The next message; waits for one. Ends with `Cause.Done` once the mailbox is closed. */
  readonly take: Effect.Effect<Message, Cause.Done>
  /** No further message is accepted; what waits is dropped, and senders that wait get false. */
  readonly close: Effect.Effect<void>
}

/** A mailbox for at most `capacity` messages from outside, closed with the scope. */
export const make = Effect.fnUntraced(function* <Message>(
  capacity: number
): Effect.fn.Return<Mailbox<Message>, never, Scope.Scope> {
  const queue = yield* Effect.acquireRelease(Queue.bounded<Message, Cause.Done>(capacity), Queue.shutdown)
  const own: Array<Message> = []
  const take = Effect.suspend(() => {
    const message = own.shift()
    return message === undefined ? Queue.take(queue) : Effect.succeed(message)
  })
  return {
    offer: (message) => Queue.offer(queue, message),
    offerSelf: (message) => {
      own.push(message)
    },
    take,
    close: Effect.asVoid(Queue.shutdown(queue))
  }
})
