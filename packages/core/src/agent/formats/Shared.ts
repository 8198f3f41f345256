/**
 * What the formats have in common.
 */

import * as Schema from "effect/Schema"
import { AgentName } from "../AgentDefinition.ts"
import type { YamlFile } from "./YamlFile.ts"

/** What an agent gets whose definition names no tools. */
export const readingTools: ReadonlyArray<string> = ["read_file", "list_dir", "glob", "grep"]

/** The name, if an agent can be addressed by it; throws DefinitionError at the `name` key. */
export const checkedName = (yaml: YamlFile, name: string): string => {
  if (Schema.is(AgentName)(name)) return name
  throw yaml.wrong(yaml.root, "name", "a name of letters, digits and hyphens, such as code-reviewer")
}
