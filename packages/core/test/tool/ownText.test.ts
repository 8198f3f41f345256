import { AgentDefinition } from "@deputize/core/definition/AgentDefinition"
import type { ModelRequest } from "@deputize/core/model/Model"
import * as ChatWire from "@deputize/core/model/openai/ChatWire"
import * as ResponsesWire from "@deputize/core/model/openai/ResponsesWire"
import { specs, toolbox } from "@deputize/core/tool/Toolbox"
import { providedNames } from "@deputize/core/tool/ToolNames"
import { expect, it } from "@effect/vitest"
import { encode } from "gpt-tokenizer/encoding/o200k_base"
import { systemText } from "../../src/agent/Prompt.ts"

const definition = new AgentDefinition({ name: "x", instructions: "" })

const request: ModelRequest = {
  model: "m",
  system: systemText(definition, []),
  messages: [],
  tools: specs(toolbox(providedNames()).tools),
  maxOutputTokens: 1000,
  effort: "medium",
  format: null,
  brief: { agent: "x", goal: "", scope: [] },
  closing: false
}

// The tokenizer itself: what budgets reserve by is never below a third of the bytes, and JSON is denser than that.
it.each([
  ["Responses", ResponsesWire.requestBody(request, true)],
  ["Chat Completions", ChatWire.requestBody(request, { maxTokensField: "max_tokens", effort: "medium" })]
])("says all that we have to say to a model in 1,500 tokens, with every tool that there is, by %s", (_, body) => {
  expect(encode(JSON.stringify(body)).length).toBeLessThanOrEqual(1500)
})
