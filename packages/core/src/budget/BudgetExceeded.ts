/**
 * Why a ledger gives no more: which node is too small, in which unit, and by how much.
 */
import * as Schema from "effect/Schema"
import { AgentPath, rootPath } from "../domain/Ids.ts"
import { dollarsOf } from "../domain/Price.ts"
import { BudgetUnit } from "./Amounts.ts"

/** More was asked for than can be had, whatever is still given back. */
export class BudgetExceeded extends Schema.TaggedError<BudgetExceeded>()("BudgetExceeded", {
  path: AgentPath,
  unit: BudgetUnit,
  asked: Schema.Number,
  available: Schema.Number,
  /** Of the node that is too small. */
  limit: Schema.Number,
  /** The node that is too small, where it is not the one that asked. */
  at: Schema.optionalKey(AgentPath),
  /** Why that node gives nothing more at all, whatever its limit. */
  closed: Schema.optionalKey(Schema.Literals(["ended", "overdrawn"]))
}) {
  override get message(): string {
    const asks = `${this.path} needs ${inWords(this.asked, this.unit)}`
    const node = this.at ?? "it"
    if (this.closed === "ended") return `${asks}, and ${node} has ended`
    if (this.closed === "overdrawn") return `${asks}, and ${node} is closed: more was billed than had been reserved`
    const where = this.at === undefined ? "" : this.at === rootPath ? " in the whole run" : ` in ${this.at}`
    return `${asks}, and ${figure(this.available, this.unit)} of ${figure(this.limit, this.unit)} can still be had${where}`
  }
  get hint(): string {
    if (this.closed === "ended") return "Reserve while the agent runs."
    if (this.closed === "overdrawn") return "Check the provider's usage figures before you give it a larger budget."
    return `Raise the budget by at least ${inWords(Math.max(0, this.asked - this.available), this.unit)}, or give less work to it.`
  }
}

// internal

/** Commas in every locale: messages are compared and recorded. */
const figure = (amount: number, unit: BudgetUnit): string =>
  unit === "nanoUsd" ? `$${dollarsOf(amount).toFixed(4)}` : amount.toLocaleString("en-US")

const nouns: { readonly [unit in BudgetUnit]: string } = {
  tokens: "token",
  nanoUsd: "",
  calls: "tool call",
  agents: "agent"
}

const inWords = (amount: number, unit: BudgetUnit): string =>
  unit === "nanoUsd" ? figure(amount, unit) : `${figure(amount, unit)} ${nouns[unit]}${amount === 1 ? "" : "s"}`
