/**
 * A parsed command line: which command, its arguments, and its flags by name. Values are still text; the handler of the
 * command gives them meaning. What is configured stands behind the flags that were not given.
 */
import type { OutputFormat } from "../config/SettingFacts.ts"

type Values = ReadonlyMap<string, ReadonlyArray<string>>

/** What is configured for a flag. */
export interface ConfiguredValue {
  readonly value: string
  /** Where it is said: `the user's config.yaml:3:9`, `DEPUTIZE_SANDBOX`. */
  readonly source: string
}

type ConfiguredValues = ReadonlyMap<string, ConfiguredValue>

export class Invocation {
  readonly command: string
  readonly arguments: ReadonlyArray<string>
  readonly #values: Values
  readonly #configured: ConfiguredValues

  /** Switches that were given stand in `values` with no value. */
  constructor(command: string, args: ReadonlyArray<string>, values: Values, configured: ConfiguredValues = new Map()) {
    this.command = command
    this.arguments = args
    this.#values = values
    this.#configured = configured
  }

  /** The same, with values for flags that were not given. */
  configured(values: ConfiguredValues): Invocation {
    return new Invocation(this.command, this.arguments, this.#values, values)
  }

  /** Whether the flag was given on the command line. */
  has(flag: string): boolean {
    return this.#values.has(flag)
  }

  /** The value of a flag that is given once at most. */
  value(flag: string): string | undefined {
    return this.all(flag)[0]
  }

  /** Every value of a repeatable flag, in order. */
  all(flag: string): ReadonlyArray<string> {
    const configured = this.#configured.get(flag)
    return this.#values.get(flag) ?? (configured === undefined ? [] : [configured.value])
  }

  /** Where the value of a flag is configured that was not given. */
  configuredBy(flag: string): string | undefined {
    return this.has(flag) ? undefined : this.#configured.get(flag)?.source
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
