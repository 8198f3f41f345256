/**
 * The parts of one answer, a few at a time, read from the SDK's events only as far as somebody asks.
 */
import type { ModelPart } from "../Model.ts"
import type { Exchange } from "./Exchange.ts"
import { ReportedInStream } from "./Failures.ts"
import type { WireReader } from "./WireReader.ts"

export type Parts = readonly [ModelPart, ...Array<ModelPart>]

export interface PartSource {
  /** The next parts; undefined behind the `Finish`. Rejects when the answer breaks off. */
  readonly next: () => Promise<Parts | undefined>
}

/** `heard` is told of every event, also of those that make no part. */
export const partsOf = <Event>(
  events: AsyncIterable<Event>,
  reader: WireReader<Event>,
  exchange: Exchange,
  heard: () => void
): PartSource => {
  const iterator = events[Symbol.asyncIterator]()
  const settle = async (parts: ReadonlyArray<ModelPart>): Promise<Parts | undefined> => {
    if (reader.state._tag === "Failed") throw new ReportedInStream(reader.state.error)
    if (reader.state._tag === "Ended") {
      exchange.hasEnded = true
      // Nothing more is wanted of it, and nothing that goes wrong behind the end matters.
      await Promise.resolve(iterator.return?.()).catch(() => undefined)
      await exchange.runOut()
    }
    return isFilled(parts) ? parts : undefined
  }
  return {
    next: async () => {
      while (reader.state._tag === "Open") {
        const event = await iterator.next()
        if (event.done === true) {
          const last = await settle(reader.end(exchange.isDone))
          if (last === undefined) throw new EndedEarly()
          return last
        }
        heard()
        const parts = reader.read(event.value)
        if (reader.state._tag !== "Open") return settle(parts)
        if (isFilled(parts)) return parts
      }
      return undefined
    }
  }
}

// internal

/** The stream ended and its answer did not. */
class EndedEarly extends Error {
  constructor() {
    super("the stream ended without its terminal event")
  }
}

const isFilled = (parts: ReadonlyArray<ModelPart>): parts is Parts => parts.length > 0
