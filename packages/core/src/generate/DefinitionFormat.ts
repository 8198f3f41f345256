/**
 * The form in which a model writes down the definition of an agent: what generated definitions are made of, every key
 * given, everything bounded. Only keywords that providers enforce while the answer is written; lengths are patterns.
 */
import type { AnswerFormat } from "../domain/AnswerFormat.ts"

/** Longer names make poor names of files and paths. */
export const longestName = 48

const text = (most: number, description: string) => ({
  type: "string",
  pattern: `^[\\s\\S]{1,${most}}$`,
  description
})

const list = (most: number, longest: number, description: string) => ({
  type: "array",
  items: { type: "string", pattern: `^[\\s\\S]{1,${longest}}$` },
  maxItems: most,
  description
})

const object = (properties: Readonly<Record<string, object>>, description?: string) => ({
  type: "object",
  properties,
  required: Object.keys(properties),
  additionalProperties: false,
  ...(description === undefined ? {} : { description })
})

export const definitionFormat: AnswerFormat = {
  name: "agent_definition",
  schema: object({
    name: text(
      100,
      `two to four words with hyphens between them, in the language of the task, at most ${longestName} characters`
    ),
    goal: text(
      4_000,
      "the instruction that the agent works by: what to do, in which order, what counts and what does not"
    ),
    tools: object({
      mcp: list(32, 100, "names of tools"),
      shell: list(16, 200, "programs or beginnings of commands; [] unless the task says that it must run something")
    }),
    policies: object({
      context: object({
        max_tokens: {
          type: "integer",
          minimum: 1,
          maximum: 1_000_000_000,
          description: "input plus output of all its calls"
        }
      }),
      permissions: object({
        filesystem: list(32, 300, "globs relative to the workspace that it may read"),
        network: list(16, 300, "URL patterns that it may fetch; [] unless the task names an address")
      })
    }),
    success_criteria: list(16, 500, "what is true when the task is done, each so that somebody else can check it"),
    artifacts: list(8, 300, "files that it writes, relative to the workspace; [] if the task asks for no file")
  })
}
