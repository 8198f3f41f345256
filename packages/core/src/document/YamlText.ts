/**
 * Plain values as YAML text that means the same to readers of either version of YAML.
 */
import { stringify } from "yaml"

export const yamlText = (value: unknown): string =>
  stringify(value, { schema: "core", compat: "yaml-1.1", lineWidth: 0, aliasDuplicateObjects: false })
