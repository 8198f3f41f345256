/**
 * The user's request cannot be carried out as it was put; nothing was started. Exit code 2.
 */
import * as Schema from "effect/Schema"

export class UsageError extends Schema.TaggedError<UsageError>()("UsageError", {
  /** One sentence that names the flag, file or value. */
  what: Schema.String,
  /** What to do instead; "" where the message says it all. */
  instead: Schema.String
}) {
  override get message() {
    return this.what
  }
  get hint() {
    return this.instead
  }
}

export const usageError = (what: string, instead = ""): UsageError => new UsageError({ what, instead })
