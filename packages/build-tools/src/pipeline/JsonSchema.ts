/**
 * The JSON Schema of pipeline files, for editors. What a schema cannot say (needs, circles, one kind of work a step) is
 * said when the file is loaded.
 */
import * as Schema from "effect/Schema"
import { PipelineFile } from "./PipelineFile.ts"

export const pipelineJsonSchema = (): Readonly<Record<string, unknown>> => {
  const { definitions, schema } = Schema.toJsonSchemaDocument(PipelineFile, { onExcessProperty: "error" })
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "A pipeline of deputize build (deputize.build.yaml)",
    ...schema,
    $defs: definitions
  }
}
