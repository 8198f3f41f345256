/**
 * The name that a text states, also where it cannot be parsed: the first line `name: …` of YAML or front matter.
 */
import { agentName } from "../AgentDefinition.ts"

/** As agents are addressed; undefined for a text without such a line. */
export const statedName = (text: string): string | undefined => {
  const [, quoted, plain] = /^name:[ \t]*(?:["']([^"'\r\n]+)["']|([^\s"'#][^#\r\n]*))/m.exec(text) ?? []
  const name = agentName(quoted ?? plain ?? "")
  return name === "" ? undefined : name
}
