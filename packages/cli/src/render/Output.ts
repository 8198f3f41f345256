/**
 * Where a command writes: data to standard output, everything else to standard error, each with what it can show.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { environment } from "../config/Environment.ts"
import { type ColourChoice, makeStyle, type Style, showsUnicode, wantsColour } from "./Style.ts"

export interface Channel {
  readonly write: (text: string) => Effect.Effect<void>
  readonly style: Style
}

export class Output extends Context.Service<Output, { readonly data: Channel; readonly notes: Channel }>()(
  "@deputize/cli/render/Output"
) {
  /** The process's own streams. */
  static readonly layer = (colour: ColourChoice): Layer.Layer<Output> =>
    Layer.sync(Output, () => {
      const surroundings = environment()
      const channel = (stream: NodeJS.WriteStream): Channel => ({
        write: (text) => Effect.sync(() => void stream.write(text)),
        style: makeStyle(wantsColour(colour, surroundings, stream.isTTY === true), showsUnicode(surroundings))
      })
      return Output.of({ data: channel(process.stdout), notes: channel(process.stderr) })
    })
}
