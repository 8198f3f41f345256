/**
 * Plays a script to a client: in order, with its pauses, billed as it goes, and with its fault where it is due.
 */
import type { Answer, Fault } from "./Answer.ts"
import type { Connection } from "./Connection.ts"
import type { Script } from "./Script.ts"

/** Output bytes as they are sent. */
export type Bill = (bytes: number) => void

/** The headers have been sent. Ends when the answer is over or the client has left. */
export const play = async (
  connection: Connection,
  script: Script,
  { chunkDelayMs = 0, fault }: Answer,
  bill: Bill
): Promise<void> => {
  let due = fault
  let waiting = ""
  let bytes = 0
  let hasChunk = false
  // What has no pause inside goes out as one write.
  const flush = async () => {
    if (!connection.isOpen) return
    const text = waiting
    bill(bytes)
    waiting = ""
    bytes = 0
    await connection.send(text)
  }
  const reach = async (point: Fault["at"]) => {
    if (due?.at !== point) return
    const { error = {}, kind } = due
    due = undefined
    await flush()
    await strike(connection, script, kind, error)
  }

  await reach("after-headers")
  for (const step of script.steps) {
    if (!connection.isOpen) return
    if (step._tag === "Point") {
      await reach(step.point)
      continue
    }
    if (step.isChunk && hasChunk && chunkDelayMs > 0) {
      await flush()
      await connection.wait(chunkDelayMs)
    }
    hasChunk ||= step.isChunk
    waiting += step.text
    bytes += step.bytes
    if (waiting.length > writeSize) await flush()
  }
  await flush()
  if (connection.isOpen) connection.end()
}

/** A fault before anything was answered; an error then is an answer of its own, and not played here. */
export const strikeEarly = async (connection: Connection, kind: Fault["kind"]): Promise<void> => {
  if (kind === "stall") await connection.left()
  else connection.cut(kind === "garbage-line" ? "this is not HTTP\r\n\r\n" : "")
}

// internal

const writeSize = 64 * 1024

const strike = async (
  connection: Connection,
  script: Script,
  kind: Fault["kind"],
  error: NonNullable<Fault["error"]>
): Promise<void> => {
  switch (kind) {
    case "reset":
      return connection.cut()
    case "stall":
      return await connection.left()
    case "garbage-line":
      return await connection.send('data: {"type":"resp\n\n')
    case "end":
      return connection.end()
    case "error-event":
    case "failed":
      await connection.send(kind === "failed" ? script.failedEvent(error) : script.errorEvent(error))
      return connection.end()
  }
}
