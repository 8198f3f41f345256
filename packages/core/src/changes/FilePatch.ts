/**
 * How a file was changed, as it is shown: its names, its rights, and the lines that differ; or its bytes, where it is no
 * text. Pure.
 */
import { isUtf8 } from "node:buffer"
import type { AgentPath } from "../domain/Ids.ts"
import type { FileDelta } from "./FileDelta.ts"
import { type TextDiff, textDiff } from "./TextDiff.ts"

export interface FilePatch {
  readonly path: string
  /** The name that it had; null unless it has another one now. */
  readonly from: string | null
  readonly kind: "created" | "changed" | "removed" | "renamed"
  readonly agents: ReadonlyArray<AgentPath>
  /** Somebody else changed it in between: their part is shown with it. */
  readonly isMixed: boolean
  /** Whether somebody may execute it; null where there is no file, and where it is not known. */
  readonly executable: { readonly before: boolean | null; readonly after: boolean | null }
  readonly content: PatchContent
}

export type PatchContent =
  | ({ readonly _tag: "Text" } & TextDiff)
  | { readonly _tag: "Binary"; readonly before: Uint8Array | null; readonly after: Uint8Array | null }
  /** Only its name is another one. */
  | { readonly _tag: "Same" }
  /** Bytes that would be needed are not there: those before, those after, or nobody knows whether it was changed. */
  | { readonly _tag: "Missing"; readonly what: "before" | "after" | "outcome" }

/** The bytes of a file; undefined where they are not kept, null where there is no file. */
export interface Sides {
  readonly before: Uint8Array | null | undefined
  readonly after: Uint8Array | null | undefined
  /** Rights of the file as it is now; null where it is not as it was left. */
  readonly mode: number | null
}

export const filePatch = (delta: FileDelta, sides: Sides): FilePatch => {
  const { after, agents, before, from, isMixed, path } = delta
  const kind = from !== null ? "renamed" : before === null ? "created" : after === null ? "removed" : "changed"
  return {
    path,
    from,
    kind,
    agents,
    isMixed,
    executable: {
      before: before === null || delta.mode === null ? null : isExecutable(delta.mode),
      after: after === null || sides.mode === null ? null : isExecutable(sides.mode)
    },
    content: contentOf(delta, sides)
  }
}

// internal

/** As many bytes as git looks at. */
const lookedAt = 8_000

/** Whether a text stands there, as opposed to bytes that no terminal shows. */
const isText = (bytes: Uint8Array): boolean => !bytes.subarray(0, lookedAt).includes(0) && isUtf8(bytes)

const isExecutable = (mode: number): boolean => (mode & 0o111) !== 0

const contentOf = ({ after, before, isCertain }: FileDelta, sides: Sides): PatchContent => {
  if (!isCertain) return { _tag: "Missing", what: "outcome" }
  if (before === after) return { _tag: "Same" }
  if (sides.before === undefined) return { _tag: "Missing", what: "before" }
  if (sides.after === undefined) return { _tag: "Missing", what: "after" }
  const [old, now] = [sides.before ?? none, sides.after ?? none]
  if (!isText(old) || !isText(now)) return { _tag: "Binary", before: sides.before, after: sides.after }
  return { _tag: "Text", ...textDiff(decoded(old), decoded(now)) }
}

const none = new Uint8Array(0)

const decoder = new TextDecoder("utf-8", { ignoreBOM: true })
const decoded = (bytes: Uint8Array): string => decoder.decode(bytes)
