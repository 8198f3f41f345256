/**
 * What an agent may do, in words: each right as the end of a sentence that begins with what it is about. Pure.
 */
import { type AgentDefinition, grantOf } from "@deputize/core/definition/AgentDefinition"
import type { Fact } from "./Facts.ts"

export const rightsFacts = (definition: AgentDefinition): ReadonlyArray<Fact> => {
  const { artifacts, permissions } = definition
  const { mcp } = grantOf(definition)
  return [
    ["reads", [files(permissions.read, "nothing")]],
    ["writes", [writing(permissions.write, artifacts)]],
    ["runs", permissions.exec.length === 0 ? ["no commands"] : permissions.exec.map(command)],
    ["reaches", [permissions.net.length === 0 ? "no network" : addresses(permissions.net)]],
    ["servers", mcp.length === 0 ? [] : [mcp.map(server).join(", ")]],
    ["starts", permissions.spawn.length === 0 ? [] : [agents(permissions.spawn)]]
  ]
}

/** Files that rules name. */
export const files = (rules: ReadonlyArray<string>, none: string): string =>
  rules.length === 0 ? none : rules.includes("**") ? "all of the workspace" : rules.join(", ")

// internal

const writing = (rules: ReadonlyArray<string>, artifacts: ReadonlyArray<string>): string => {
  if (rules.includes("**")) return "all of the workspace, but for what no agent may write"
  const own = artifacts.length === 0 ? "" : `its artifacts ${artifacts.join(", ")}`
  if (rules.length === 0) return own === "" ? "nothing" : `nothing but ${own}`
  return [rules.join(", "), own].filter((part) => part !== "").join(", and ")
}

const command = (rule: string): string => {
  if (rule.trim() === "*") return "any command"
  return rule.trimEnd().endsWith(" *") ? `${rule.trimEnd().slice(0, -2)}, with any arguments` : `${rule}, exactly so`
}

const addresses = (rules: ReadonlyArray<string>): string =>
  rules.some((rule) => /^https:\/\/\*(\/\*{0,2})?$/.test(rule)) ? "any public address" : rules.join(", ")

const server = (rule: string): string => (rule.includes("__") ? rule : `${rule}, with all its tools`)

const agents = (rules: ReadonlyArray<string>): string => (rules.includes("*") ? "any agent" : rules.join(", "))
