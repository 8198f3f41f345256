/**
 * The text of a stream as its events, each of them JSON. `eventsource-parser` takes the lines apart as the standard says;
 * here stands what these APIs add to it.
 *
 * 1. `data: [DONE]` is the end: what follows is not looked at.
 * 2. An event named `error`, or with an `error` in it, is thrown.
 * 3. The last event counts without the blank line behind it: some servers leave that out.
 */
import { createParser, type EventSourceMessage } from "eventsource-parser"
import { ProviderError } from "./ProviderError.ts"
import type { StreamedAnswer } from "./StreamedAnswer.ts"

/** `Event` is what the API says that it sends; its readers rely on nothing of it that servers leave out. */
export class ServerEvents<Event> {
  /** `data: [DONE]` came. */
  isDone = false
  readonly #headers: StreamedAnswer["headers"]
  readonly #take: (event: Event) => boolean
  readonly #parser = createParser({ onEvent: (message) => this.#read(message) })
  #isOpen = true

  /** `take` is given each event and says whether more of them are wanted. */
  constructor(headers: StreamedAnswer["headers"], take: (event: Event) => boolean) {
    this.#headers = headers
    this.#take = take
  }

  /** Throws what the provider reports, and a SyntaxError for an event that is no JSON. */
  feed(text: string): void {
    this.#parser.feed(text)
  }

  end(): void {
    this.#parser.feed("\n\n")
  }

  #read({ data, event: name }: EventSourceMessage): void {
    if (!this.#isOpen) return
    if (data === "[DONE]") {
      this.isDone = true
      this.#isOpen = false
      return
    }
    const event: Event = jsonOf(data)
    const error = typeof event === "object" && event !== null && "error" in event ? event.error : undefined
    if (name === "error" || error) throw new ProviderError(null, this.#headers, error ?? event)
    this.#isOpen = this.#take(event)
  }
}

// internal

const jsonOf = (data: string) => {
  try {
    return JSON.parse(data)
  } catch {
    throw new SyntaxError("an event of the stream is not JSON")
  }
}
