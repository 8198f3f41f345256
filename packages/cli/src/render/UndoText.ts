/**
 * What an undo does, has done and leaves alone, for people and as data. Pure.
 */
import { type Left, whyText } from "@deputize/core/changes/Left"
import type { UndoAct } from "@deputize/core/changes/UndoPlan"
import * as Schema from "effect/Schema"
import { plural } from "./Figures.ts"
import type { Style } from "./Style.ts"
import { oneLine } from "./Width.ts"

/** The files and folders, in what is planned as in what was done. */
export interface UndoneFiles {
  readonly acts: ReadonlyArray<UndoAct>
  readonly left: ReadonlyArray<Left>
  readonly folders: ReadonlyArray<string>
}

/** A line for each file. */
export const undoneText = ({ acts, folders, left }: UndoneFiles, style: Style): string => {
  const lines = [
    ...acts.map((act) => `${style.paint("green", verbs[actionOf(act)].padEnd(verbColumns))} ${oneLine(act.path)}`),
    ...folders.map((folder) => `${style.paint("green", "remove".padEnd(verbColumns))} ${oneLine(folder)}/`),
    ...left.map(({ path, why }) => {
      const words = `${oneLine(path)}: ${oneLine(whyText(why))}`
      return `${style.paint("yellow", "leave".padEnd(verbColumns))} ${words}`
    })
  ]
  return lines.map((line) => `${line}\n`).join("")
}

/** `3 files put back, 1 left as it is` */
export const undoneSummary = ({ acts, left }: UndoneFiles, redo: boolean): string => {
  const done = `${plural(acts.length, "file")} ${redo ? "changed again" : "put back"}`
  return left.length === 0 ? done : `${done}, ${left.length} left as ${left.length === 1 ? "it is" : "they are"}`
}

const UndoneFile = Schema.Struct({ path: Schema.String, action: Schema.Literals(["restore", "remove", "recreate"]) })

const LeftFile = Schema.Struct({
  path: Schema.String,
  reason: Schema.String,
  message: Schema.String,
  run: Schema.NullOr(Schema.String).annotate({ description: "the later run that changed it" }),
  agent: Schema.NullOr(Schema.String).annotate({ description: "the agent of the same run that changed it later" })
})

/** The stable shape of `undo --json`. */
export const UndoJson = Schema.Struct({
  schema_version: Schema.Literal(1),
  run: Schema.NullOr(Schema.String).annotate({ description: "null where no run has changed anything" }),
  agent: Schema.NullOr(Schema.String),
  redo: Schema.Boolean,
  dry_run: Schema.Boolean,
  undo: Schema.NullOr(Schema.Int).annotate({ description: "which one of the run; null when nothing was done" }),
  files: Schema.Array(UndoneFile),
  folders: Schema.Array(Schema.String).annotate({ description: "folders that are removed" }),
  left: Schema.Array(LeftFile)
})

interface About {
  readonly run: string | null
  readonly agent: string | null
  readonly redo: boolean
  readonly isDry: boolean
  readonly undo: number | null
}

export const undoJson = (
  { agent, isDry, redo, run, undo }: About,
  { acts, folders, left }: UndoneFiles
): typeof UndoJson.Type => ({
  schema_version: 1,
  run,
  agent,
  redo,
  dry_run: isDry,
  undo,
  files: acts.map((act) => ({ path: act.path, action: actionOf(act) })),
  folders,
  left: left.map(({ path, why }) => ({
    path,
    reason: why._tag.replace(/(?<=.)(?=[A-Z])/g, "_").toLowerCase(),
    message: whyText(why),
    run: "by" in why ? why.by : null,
    agent: "agent" in why ? why.agent : null
  }))
})

// internal

const actionOf = ({ from, to }: UndoAct): (typeof UndoneFile.Type)["action"] =>
  to === null ? "remove" : from === null ? "recreate" : "restore"

const verbs = { restore: "restore", remove: "remove", recreate: "recreate" } as const

const verbColumns = "recreate".length
