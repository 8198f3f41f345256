/**
 * `config.yaml` as a JSON Schema, for editors; made from the tables of settings. Pure.
 */
import type { JsonSchema } from "./Form.ts"
import { dollars } from "./Forms.ts"
import { builtInProviders } from "./NamedProvider.ts"
import { providerFields } from "./ProviderField.ts"
import { settings } from "./Settings.ts"
import { worktreeJsonSchema } from "./WorktreeSection.ts"

export const configJsonSchema = (): JsonSchema => ({
  $schema: "https://json-schema.org/draft/2020-12/schema",
  title: "Configuration of deputize (config.yaml)",
  type: "object",
  additionalProperties: false,
  properties: {
    ...propertiesOf(Object.values(settings)),
    providers: {
      description: "Providers by name, beside the built-in ones",
      type: "object",
      propertyNames: { not: { enum: builtInProviders } },
      additionalProperties: {
        type: "object",
        additionalProperties: false,
        required: [providerFields.baseUrl.key],
        properties: {
          ...propertiesOf(Object.values(providerFields)),
          prices: { description: "Prices of this provider by model", ...prices }
        }
      }
    },
    prices: { description: "Prices by model, whatever the provider", ...prices },
    worktree: worktreeJsonSchema()
  }
})

// internal

interface Described {
  readonly key: string
  readonly about: string
  readonly usually: string
  readonly form: { readonly schema: JsonSchema }
}

const propertiesOf = (described: ReadonlyArray<Described>): JsonSchema =>
  Object.fromEntries(
    described.map(({ about, form, key, usually }) => [
      key,
      { description: `${about}. Default: ${usually}.`, ...form.schema }
    ])
  )

const prices: JsonSchema = {
  type: "object",
  additionalProperties: {
    type: "object",
    additionalProperties: false,
    required: ["input", "output"],
    properties: {
      input: { description: "US dollars for a million tokens", ...dollars.schema },
      cached: {
        description: "Of the input, what the provider had in its cache; as input if left out",
        ...dollars.schema
      },
      output: { description: "US dollars for a million tokens", ...dollars.schema }
    }
  }
}
