/**
 * The services that every run needs, as one module: each module that is loaded by itself costs a start some time.
 */
export { TokenCounter } from "@deputize/core/budget/TokenCounter"
export { Blobs } from "@deputize/core/journal/Blobs"
export { SqliteJournal } from "@deputize/core/journal/SqliteJournal"
export { Runtime } from "@deputize/core/runtime/Runtime"
export { ConfinedRoot } from "@deputize/core/workspace/ConfinedRoot"
