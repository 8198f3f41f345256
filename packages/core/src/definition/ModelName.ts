/**
 * The model that a definition asks for. Definitions are written for other tools too, whose names for models nobody here
 * provides: such an agent gets the run's model, and the user is told.
 */

/** What is sent to the provider; absent for the run's model. */
export interface ModelChoice {
  readonly model?: string
  readonly warnings: ReadonlyArray<string>
}

/** `source` is the definition's file as users know it. */
export const modelOf = (source: string, model: string | undefined): ModelChoice => {
  if (model === undefined) return { warnings: [] }
  return isForeign(model)
    ? { warnings: [`${source}: the model ${model} is another maker's name; the run's model is used`] }
    : { model, warnings: [] }
}

// internal

/** Names that other tools' definitions use for models that are not to be had here. */
const isForeign = (model: string): boolean =>
  /^(inherit|default|sonnet|opus|haiku|claude\b.*|gemini\b.*|composer\b.*)$/i.test(model)
