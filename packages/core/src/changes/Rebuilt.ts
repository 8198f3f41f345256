/**
 * The bytes that a call has written, worked out again from what the model asked for: only the bytes that a change replaces
 * are kept. What comes out is right if it has the hash that is on record, and nothing otherwise. Pure.
 */
import * as Result from "effect/Result"
import type { ToolCall } from "../domain/Message.ts"
import { sha256 } from "../domain/Sha256.ts"
import { parsed, textAt } from "../history/Body.ts"
import * as Patch from "../tool/Patch.ts"
import { canonicalName } from "../tool/ToolNames.ts"

/** `sources` are the bytes that the call found in the files it changed. */
export const rebuilt = (call: ToolCall, sources: ReadonlyArray<Uint8Array>, hash: string): Uint8Array | undefined =>
  candidates(call, sources)
    .map((text) => new TextEncoder().encode(text))
    .find((bytes) => sha256(bytes) === hash)

// internal

const candidates = ({ args, name }: ToolCall, sources: ReadonlyArray<Uint8Array>): ReadonlyArray<string> => {
  const body = parsed(args)
  const texts = sources.map((bytes) => new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes))
  switch (canonicalName(name)) {
    case "write_file":
      return [textAt(body, "content")]
    case "edit":
      return texts.flatMap((text) => edited(text, textAt(body, "old"), textAt(body, "new")))
    case "apply_patch":
      return Result.match(Patch.parse(textAt(body, "patch")), {
        onFailure: () => [],
        onSuccess: (files) => files.flatMap((file) => patched(file, texts))
      })
    default:
      return []
  }
}

/** With the ends of lines as they were asked for, and as the file has them. */
const edited = (text: string, old: string, put: string): ReadonlyArray<string> =>
  old === "" ? [] : [text.split(old).join(put), text.split(withCrLf(old)).join(withCrLf(put))]

const withCrLf = (part: string): string => part.replace(/\r?\n/g, "\r\n")

const patched = (file: Patch.FilePatch, texts: ReadonlyArray<string>): ReadonlyArray<string> => {
  if (file._tag === "Add") return [file.text]
  if (file._tag === "Delete") return []
  return texts.flatMap((text) =>
    Result.getOrElse(
      Result.map(Patch.apply(text, file.hunks), (one) => [one]),
      () => []
    )
  )
}
