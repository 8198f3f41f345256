/** The JSON Schemas of the package, as its users read them. */
import { readFile } from "node:fs/promises"
import { join } from "node:path"
import { Ajv2020 } from "ajv/dist/2020.js"
import { packageRoot } from "./Cli.ts"

/** By the schema of this name: `result` for `dist/schema/result.schema.json`. */
export const validatorOf = async (name: string) => {
  const schema: object = JSON.parse(await readFile(join(packageRoot, "dist", "schema", `${name}.schema.json`), "utf8"))
  return new Ajv2020().compile(schema)
}
