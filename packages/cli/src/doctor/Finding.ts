/**
 * Makes findings. Pure.
 */
import type { Finding } from "../render/Doctor.ts"

export const ok = (name: string, text: string): Finding => ({ name, status: "ok", text, next: "" })

export const warning = (name: string, text: string, next: string): Finding => ({ name, status: "warning", text, next })

export const problem = (name: string, text: string, next: string): Finding => ({ name, status: "problem", text, next })
