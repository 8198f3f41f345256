/**
 * The file in which a step's fingerprint and manifest are kept. A hash of all of it stands in front: what was torn or
 * changed is not believed. So its shape is checked only coarsely, without a schema, because it is read before every build
 * and may name thousands of files.
 */
import { sha256 } from "@deputize/core/internal/domain/Sha256"
import type { Kept } from "./Freshness.ts"

/** Step ids may hold characters that file names may not. */
export const fileNameOf = (step: string): string => `${sha256(step).slice(0, 16)}.json`

export const encode = (step: string, { fingerprint, finishedAt, ms, outputs }: Kept): string => {
  const body = JSON.stringify({ format, step, fingerprint, outputs, ms, finishedAt })
  return `${before}${sha256(body)}${between}${body}}`
}

/** Undefined for what is torn, of another step or of another version. */
export const decode = (step: string, text: string): Kept | undefined => {
  const start = before.length + 64 + between.length
  const body = text.slice(start, -1)
  if (text.slice(0, start) !== `${before}${sha256(body)}${between}` || !text.endsWith("}")) return undefined
  const value: unknown = JSON.parse(body)
  return isKept(value) && value.step === step ? value : undefined
}

// internal

const format = 1

const before = '{"sha256":"'
const between = '","kept":'

/** Vouched for by the hash: nothing else writes this format. */
const isKept = (value: unknown): value is Kept & { readonly step: string } =>
  typeof value === "object" && value !== null && "format" in value && value.format === format
