/**
 * What is configured cannot be used; nothing was started. Exit code 2.
 */
import * as Schema from "effect/Schema"

export class ConfigError extends Schema.TaggedError<ConfigError>()("ConfigError", {
  /** One sentence that names the variable, key or file. */
  what: Schema.String,
  /** What to do instead. */
  instead: Schema.String
}) {
  override get message() {
    return this.what
  }
  get hint() {
    return this.instead
  }
}
