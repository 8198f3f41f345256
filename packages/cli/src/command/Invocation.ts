/**
 * A parsed command line: which command, its arguments, and its flags by name. Values are still text; the handler of the
 * command gives them meaning.
 */

export type OutputFormat = "text" | "json" | "stream-json"

export class Invocation {
  readonly command: string
  readonly arguments: ReadonlyArray<string>
  readonly #values: ReadonlyMap<string, ReadonlyArray<string>>

  /** Switches that were given stand in `values` with no value. */
  constructor(command: string, args: ReadonlyArray<string>, values: ReadonlyMap<string, ReadonlyArray<string>>) {
    this.command = command
    this.arguments = args
    this.#values = values
  }

  /** Whether the flag was given at all. */
  has(flag: string): boolean {
    return this.#values.has(flag)
  }

  /** The value of a flag that is given once at most. */
  value(flag: string): string | undefined {
    return this.#values.get(flag)?.[0]
  }

  /** Every value of a repeatable flag, in order. */
  all(flag: string): ReadonlyArray<string> {
    return this.#values.get(flag) ?? []
  }

  /** How standard output is written. */
  get format(): OutputFormat {
    if (this.has("json")) return "json"
    const format = this.value("output-format")
    return format === "json" || format === "stream-json" ? format : "text"
  }

  get json(): boolean {
    return this.format === "json"
  }

  get quiet(): boolean {
    return this.has("quiet")
  }

  get verbose(): boolean {
    return this.has("verbose")
  }
}
