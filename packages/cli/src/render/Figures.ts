/**
 * Numbers as readers of any locale take them the same way. Pure.
 */

/** `40,000` */
export const count = (value: number): string => String(value).replace(/\B(?=(\d{3})+$)/g, ",")

/** `0.4 s`, `15 min`, `2 min 5 s`, `1 h 2 min` */
export const duration = (ms: number): string => {
  if (ms < 59_950) return `${(ms / 1000).toFixed(1)} s`
  const seconds = Math.round(ms / 1000)
  const minutes = Math.floor(seconds / 60)
  return minutes < 60
    ? both(minutes, "min", seconds % 60, "s")
    : both(Math.floor(minutes / 60), "h", minutes % 60, "min")
}

/** `$0.0123`: four decimals, below a dollar as many as tell something. */
export const dollars = (nanoUsd: number): string => {
  const usd = nanoUsd / 1e9
  if (usd >= 1) return `$${usd.toFixed(2).replace(/\B(?=(\d{3})+\.)/g, ",")}`
  return usd > 0 && usd < 0.00005 ? "<$0.0001" : `$${usd.toFixed(4)}`
}

/** As `duration`, in whole seconds: `12 s`, `2 min 5 s` */
export const seconds = (ms: number): string => {
  const whole = Math.max(0, Math.floor(ms / 1000))
  return whole < 60 ? `${whole} s` : duration(whole * 1000)
}

/** `8 %`; 100 only for all of it and 0 only for none. */
export const percent = (part: number, whole: number): string => {
  if (whole <= 0 || part <= 0) return "0 %"
  return part >= whole
    ? `${Math.round((100 * part) / whole)} %`
    : `${Math.min(99, Math.max(1, Math.round((100 * part) / whole)))} %`
}

/** `3,120 / 40,000 tokens (8 %)`, without a limit `3,120 tokens` */
export const tokens = (used: number, limit: number | null): string =>
  limit === null ? `${count(used)} tokens` : `${count(used)} / ${count(limit)} tokens (${percent(used, limit)})`

/** `812 B`, `1.2 KiB`, `34.5 MiB` */
export const bytes = (size: number): string => {
  let value = size
  let unit = 0
  // What would be rounded to 1024.0 is 1 of the next unit.
  for (; value >= 1023.95 && unit < sizes.length - 1; unit += 1) value /= 1024
  return `${unit === 0 ? value : value.toFixed(1)} ${sizes[unit]}`
}

/** `1 turn`, `3 turns`, `no turns` */
export const plural = (value: number, noun: string): string =>
  `${value === 0 ? "no" : count(value)} ${noun}${value === 1 ? "" : "s"}`

/** `1st`, `2nd`, `11th` */
export const ordinal = (value: number): string => {
  const isTeen = value % 100 >= 11 && value % 100 <= 13
  return `${count(value)}${isTeen ? "th" : ({ 1: "st", 2: "nd", 3: "rd" }[value % 10] ?? "th")}`
}

/** `queued, 3rd of 12`; without a position `queued` */
export const queued = (position: { readonly position: number; readonly of: number } | undefined): string =>
  position === undefined ? "queued" : `queued, ${ordinal(position.position)} of ${count(position.of)}`

// internal

const sizes = ["B", "KiB", "MiB", "GiB", "TiB"]

const both = (large: number, unit: string, small: number, part: string): string =>
  small === 0 ? `${large} ${unit}` : `${large} ${unit} ${small} ${part}`
