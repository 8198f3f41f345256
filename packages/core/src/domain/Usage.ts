/**
 * What model calls have consumed, in tokens. Budgets count `total`: input (cached included) plus output (reasoning included).
 */
import * as Schema from "effect/Schema"

const Count = Schema.Int.pipe(Schema.check(Schema.isGreaterThanOrEqualTo(0)))

export class Usage extends Schema.Class<Usage>("@deputize/core/domain/Usage")({
  /** All input tokens, the cached ones included. */
  input: Count,
  /** The part of `input` that the provider served from its cache. */
  cached: Count,
  /** All output tokens, the reasoning ones included. */
  output: Count,
  /** The part of `output` that was spent on reasoning. */
  reasoning: Count
}) {
  get total(): number {
    return this.input + this.output
  }

  static readonly zero = new Usage({ input: 0, cached: 0, output: 0, reasoning: 0 })

  static sum(usages: Iterable<Usage>): Usage {
    let [input, cached, output, reasoning] = [0, 0, 0, 0]
    for (const usage of usages) {
      input += usage.input
      cached += usage.cached
      output += usage.output
      reasoning += usage.reasoning
    }
    return new Usage({ input, cached, output, reasoning })
  }
}
