/**
 * Ids of calls. A model may use one twice; the second call gets another id, by which it is known that it is not to be
 * made, in the loop as in the record.
 */
import type { Message, ToolCall } from "../domain/Message.ts"

/** The calls of the turn that comes next, each with an id that no other call of the agent has had. */
export const withOwnIds = (
  calls: ReadonlyArray<ToolCall>,
  { forgottenIds, messages }: { readonly messages: ReadonlyArray<Message>; readonly forgottenIds: ReadonlySet<string> }
): ReadonlyArray<ToolCall> => {
  if (calls.length === 0) return calls
  const taken = new Set([...forgottenIds, ...idsIn(messages)])
  return calls.map((call) => {
    const id = freeId(call.id, taken)
    taken.add(id)
    return id === call.id ? call : { ...call, id }
  })
}

/** Of the calls in a conversation. */
export const idsIn = (messages: ReadonlyArray<Message>): ReadonlyArray<string> =>
  messages.flatMap((message) => (message._tag === "Assistant" ? message.calls.map(({ id }) => id) : []))

/** The id that the model gave a call that was used before; undefined for a call with an id of its own. */
export const usedBefore = ({ id }: ToolCall): string | undefined => /^(.*)_reused_\d+$/s.exec(id)?.[1]

// internal

/** In characters; providers take 64. */
const longest = 48

const freeId = (id: string, taken: ReadonlySet<string>): string => {
  for (let count = 0; ; count++) {
    const free = count === 0 ? id : `${id.slice(0, longest)}_reused_${count}`
    if (!taken.has(free)) return free
  }
}
