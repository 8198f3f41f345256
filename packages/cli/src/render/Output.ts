/**
 * Where a command writes: data to standard output, everything else to standard error, each with what it can show.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { environment } from "../config/Environment.ts"
import { type StreamName, streams } from "./Streams.ts"
import { type ColourChoice, canRedraw, makeStyle, type Style, showsUnicode, wantsColour } from "./Style.ts"

export interface Channel {
  readonly write: (text: string) => Effect.Effect<void>
  readonly style: Style
  readonly isTerminal: boolean
  /** A terminal that shows what is drawn over to a person who looks at it. */
  readonly canRedraw: boolean
}

export class Output extends Context.Service<Output, { readonly data: Channel; readonly notes: Channel }>()(
  "@deputize/cli/render/Output"
) {
  /** The process's own streams. */
  static readonly layer = (colour: ColourChoice): Layer.Layer<Output> =>
    Layer.sync(Output, () => {
      const surroundings = environment()
      const channel = (name: StreamName): Channel => {
        const isTerminal = process[name].isTTY === true
        // A terminal without a size says 0.
        const columns = isTerminal ? process[name].columns || 80 : undefined
        return {
          write: (text) => Effect.sync(() => streams.write(name, text)),
          style: makeStyle(wantsColour(colour, surroundings, isTerminal), showsUnicode(surroundings), columns),
          isTerminal,
          canRedraw: canRedraw(surroundings, isTerminal)
        }
      }
      return Output.of({ data: channel("stdout"), notes: channel("stderr") })
    })
}
