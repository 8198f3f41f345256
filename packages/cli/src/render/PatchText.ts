/**
 * A patch as people read it on a terminal, and byte for byte as programs take it elsewhere. Pure.
 */
import type { FilePatch } from "@deputize/core/changes/FilePatch"
import { type PatchLine, patchLines } from "@deputize/core/changes/PatchText"
import { plural } from "./Figures.ts"
import type { Channel } from "./Output.ts"
import type { Colour, Style } from "./Style.ts"
import { oneLine, visible } from "./Width.ts"

export const patchText = (patch: FilePatch, { isTerminal, style }: Pick<Channel, "isTerminal" | "style">): string => {
  const lines = patchLines(patch, isTerminal ? "named" : "whole")
  // Carriage returns that all lines have at their ends say nothing to a reader.
  const isCrLf = isTerminal && lines.filter(isContent).every(({ text }) => text.endsWith("\r"))
  const shown = ({ kind, text }: PatchLine): string => {
    const colour = colours[kind]
    const said = isTerminal ? visible(isCrLf && text.endsWith("\r") ? text.slice(0, -1) : text) : text
    return `${colour === undefined ? said : style.paint(colour, said)}\n`
  }
  return lines.map(shown).join("")
}

/** Which run it is, and what is not as one might think. */
export const patchRemarks = (
  run: string,
  agent: string | null,
  patches: ReadonlyArray<FilePatch>,
  style: Style
): string => {
  const who = agent === null ? `run ${run}` : `${oneLine(agent)} in run ${run}`
  const head = patches.length === 0 ? `${who} has changed no file` : `${who}: ${plural(patches.length, "file")}`
  const remarks = patches.flatMap(({ content, isMixed, path }) => {
    if (content._tag === "Missing") return [`left out: ${oneLine(path)}, ${missing[content.what]}`]
    return isMixed ? [`${oneLine(path)}: somebody else changed it in between, which is shown with it`] : []
  })
  return [head, ...remarks.map((remark) => `${style.paint("yellow", "note")}: ${remark}`), ""].join("\n")
}

// internal

const colours: Readonly<Partial<Record<PatchLine["kind"], Colour>>> = {
  file: "bold",
  hunk: "cyan",
  removed: "red",
  added: "green"
}

const isContent = ({ kind }: PatchLine): boolean => kind === "same" || kind === "removed" || kind === "added"

export const missing = {
  before: "the bytes that it had before are not kept any more, or damaged",
  after: "it was changed since, and what the run made of it is not kept",
  outcome: "the run was cut when it was about to change it, and it was changed since"
} as const
