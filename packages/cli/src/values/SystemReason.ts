/**
 * Why the system refused a file or folder, in words for users. Pure.
 */
import { codeOf } from "@deputize/core/domain/SystemCode"

/** `special` says by code what is meant where it was asked. */
export const reasonOf = (cause: unknown, special: Readonly<Record<string, string>> = {}): string => {
  const code = codeOf(cause) ?? ""
  return special[code] ?? usual[code] ?? (cause instanceof Error ? cause.message : String(cause))
}

// internal

const usual: Readonly<Record<string, string>> = {
  EACCES: "permission denied",
  EPERM: "permission denied",
  EROFS: "the disk is read-only",
  ENOSPC: "the disk is full",
  ENOENT: "there is no such file",
  EISDIR: "it is a folder",
  ENOTDIR: "a part of this path is a file"
}
