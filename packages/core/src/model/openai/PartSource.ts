/**
 * The parts of one answer, read from it only as far as somebody asks: all that a piece of it completes at a time.
 */
import type { ModelPart } from "../Model.ts"
import type { Exchange } from "./Exchange.ts"
import { ProviderError } from "./ProviderError.ts"
import { ServerEvents } from "./ServerEvents.ts"
import type { StreamedAnswer } from "./StreamedAnswer.ts"
import type { WireReader } from "./WireReader.ts"

export type Parts = readonly [ModelPart, ...Array<ModelPart>]

export interface PartSource {
  /** The next parts; undefined behind the `Finish`. Rejects when the answer breaks off. */
  readonly next: () => Promise<Parts | undefined>
}

/** `heard` is told of every event, also of those that make no part. */
export const partsOf = <Event>(
  answer: StreamedAnswer,
  reader: WireReader<Event>,
  exchange: Exchange,
  heard: () => void
): PartSource => {
  let parts: Array<ModelPart> = []
  /** What went wrong behind the parts that are not out yet. */
  let failure: { readonly error: unknown } | undefined

  const isOpen = () => failure === undefined && reader.state._tag === "Open"
  const events = new ServerEvents<Event>(answer.headers, (event) => {
    heard()
    parts.push(...reader.read(event))
    return isOpen()
  })
  const read = (text: string | undefined): void => {
    if (text === undefined) events.end()
    else events.feed(text)
    if (isOpen() && (text === undefined || events.isDone)) {
      parts.push(...reader.end(events.isDone))
      if (isOpen()) throw new EndedEarly()
    }
    if (reader.state._tag === "Failed") throw new ProviderError(null, answer.headers, reader.state.error)
  }
  const readNext = async (): Promise<void> => {
    const text = await answer.next()
    try {
      read(text)
    } catch (error) {
      failure = { error }
    }
    // Nothing more is wanted of it, and nothing that goes wrong behind the end matters.
    if (reader.state._tag === "Ended") await exchange.complete()
  }
  return {
    next: async () => {
      while (isOpen()) {
        await readNext()
        const found = parts
        parts = []
        if (isFilled(found)) return found
      }
      if (failure !== undefined) throw failure.error
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
