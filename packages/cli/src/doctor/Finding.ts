/**
 * Makes findings. Pure.
 */
import type { Finding } from "../render/Doctor.ts"

export const ok = (name: string, text: string): Finding => ({ name, status: "ok", text, next: "" })

export const warning = (name: string, text: string, next: string): Finding => ({ name, status: "warning", text, next })

export const problem = (name: string, text: string, next: string): Finding => ({ name, status: "problem", text, next })

/** What the system says of something that it refused. */
export const reasonOf = (cause: unknown): string => {
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : ""
  switch (code) {
    case "EACCES":
    case "EPERM":
      return "permission denied"
    case "EROFS":
      return "the disk is read-only"
    case "ENOTDIR":
      return "a part of this path is a file"
    default:
      return cause instanceof Error ? cause.message : String(cause)
  }
}
