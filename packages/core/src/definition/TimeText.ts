/**
 * Spans of time as definitions write them: `500ms`, `90s`, `10min`, `2h`. Pure. A number alone is none: it may be
 * milliseconds to one reader and minutes to another.
 */

/** Timers of the platform hold 31 bits of milliseconds. */
export const mostMs = 500 * 3_600_000

/** Milliseconds; undefined for what is not such a time, or is longer than 500 hours. */
export const readTime = (text: string): number | undefined => {
  const [, digits, unit = ""] = /^(\d{1,10}(?:\.\d{1,3})?)\s*(ms|s|sec|min|h)$/.exec(text.trim()) ?? []
  const ms = Math.round(Number(digits) * (unitMs[unit] ?? Number.NaN))
  return ms >= 0 && ms <= mostMs ? ms : undefined
}

/** As `readTime` reads it back. */
export const timeText = (ms: number): string => {
  const [size, unit] = written.find(([size]) => ms >= size && ms % size === 0) ?? [1, "ms"]
  return `${ms / size}${unit}`
}

// internal

const written: ReadonlyArray<readonly [number, string]> = [
  [3_600_000, "h"],
  [60_000, "min"],
  [1_000, "s"]
]

const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1_000, sec: 1_000, min: 60_000, h: 3_600_000 }
