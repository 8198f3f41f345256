/**
 * Durations (`90s`, `1h30m`) and sizes (`10GB`, `512MiB`) as a pipeline states them. Pure.
 */

/** In milliseconds; undefined for what is none. */
export const parseDuration = (text: string): number | undefined => {
  if (!new RegExp(durationPattern).test(text)) return undefined
  const parts = text.matchAll(/(\d+(?:\.\d+)?)(ms|[smhd])/g)
  return Math.round(parts.reduce((sum, [, count, unit]) => sum + Number(count) * (milliseconds[unit ?? ""] ?? 0), 0))
}

/** In bytes; undefined for what is none. GB is 1,000 MB, GiB is 1,024 MiB. */
export const parseSize = (text: string): number | undefined => {
  const [, count, unit = ""] = new RegExp(sizePattern).exec(text) ?? []
  if (count === undefined) return undefined
  const power = "KMGT".indexOf(unit.charAt(0).toUpperCase()) + 1
  return Math.round(Number(count) * (unit.endsWith("i") ? 1_024 : 1_000) ** (unit === "" ? 0 : power))
}

export const durationPattern = "^(?:\\d+(?:\\.\\d+)?(?:ms|[smhd]))+$"
export const sizePattern = "^(\\d+(?:\\.\\d+)?) ?((?:[kKMGT]i?)?)B$"

/** What a timer can count. */
export const longestMs = 2 ** 31 - 1

// internal

const milliseconds: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000
}
