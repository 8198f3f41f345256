/**
 * What programs may build on. Each name stands in a module of its own under the same name (`@deputize/core/journal/Journal`),
 * for those who load one thing only; test doubles are in `@deputize/core/testing/*` alone. What is not named in the
 * package's exports, and all of `@deputize/core/internal/*`, changes without notice.
 */

export type { AgentResult } from "./agent/AgentResult.ts"
export { Budget, BudgetExceeded, type BudgetNode } from "./budget/Budget.ts"
export { AgentDefinition } from "./definition/AgentDefinition.ts"
export { AgentLoader, AgentNotFound, type Found, type Listed } from "./definition/AgentLoader.ts"
export { DefinitionError } from "./definition/DefinitionError.ts"
export type { AnswerFormat } from "./domain/AnswerFormat.ts"
export type { Failure } from "./domain/Failure.ts"
export { AgentPath, RunId } from "./domain/Ids.ts"
export { Limits } from "./domain/Limits.ts"
export type { Price } from "./domain/Price.ts"
export { Usage } from "./domain/Usage.ts"
export { type Fact, factOf, type Recorded, recorded } from "./history/Fact.ts"
export type { AgentRecord, RunRecord, RunState } from "./history/RunRecord.ts"
export { type ListedRun, latestRuns, type ReadRun, readRun } from "./history/Runs.ts"
export { Blobs } from "./journal/Blobs.ts"
export { Journal, JournalError, type JournalEvent } from "./journal/Journal.ts"
export { SqliteJournal } from "./journal/SqliteJournal.ts"
export { SqliteReader } from "./journal/SqliteReader.ts"
export { Model, type ModelFacts, type ModelPart, type ModelRequest } from "./model/Model.ts"
export { ModelError } from "./model/ModelError.ts"
export { OfflineModel } from "./model/OfflineModel.ts"
export { OpenAiModel } from "./model/openai/OpenAiModel.ts"
export type { ProviderSettings } from "./model/openai/ProviderSettings.ts"
export { Grant } from "./policy/Grant.ts"
export {
  type AgentOptions,
  type Delegation,
  type Limit,
  RequestInvalid,
  type WholeOptions
} from "./promise/Delegation.ts"
export { type DelegateOptions, Deputize, type ParallelOptions, type ResumeOptions } from "./promise/Deputize.ts"
export { type ModelOption, type OpenAiOptions, openAiSettings } from "./promise/Provider.ts"
export { DeputizeClosed, type Following, type Run, type RunError, type Started } from "./promise/Run.ts"
export { type DeputizeOptions, type DeputizeServices, WorkspaceNotFound } from "./promise/Services.ts"
export { PriceUnknown } from "./runtime/PriceUnknown.ts"
export { ResultJson, resultJson } from "./runtime/ResultJson.ts"
export type { AgentRequest, RunRequest } from "./runtime/RunRequest.ts"
export type { RunResult, RunStatus } from "./runtime/RunResult.ts"
export { NotResumable, type RunHandle, Runtime } from "./runtime/Runtime.ts"
export { type AnyTool, type Tool, ToolContext } from "./tool/Tool.ts"
export { ToolError } from "./tool/ToolError.ts"
export { WorktreeError } from "./worktree/WorktreeError.ts"
