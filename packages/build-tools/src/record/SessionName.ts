/**
 * The name of a build session: its start in local time, `20260802_143005`, and a number behind it where that is taken.
 * Sorts by time of start. Pure but for the time zone.
 */

/** `startedAt` is in milliseconds since 1970. */
export const sessionName = (startedAt: number, taken: ReadonlyArray<string>): string => {
  const time = new Date(startedAt)
  const date = [time.getFullYear(), pad(time.getMonth() + 1), pad(time.getDate())].join("")
  const name = `${date}_${[time.getHours(), time.getMinutes(), time.getSeconds()].map(pad).join("")}`
  for (let copy = 1; ; copy++) {
    const candidate = copy === 1 ? name : `${name}-${copy}`
    if (!taken.includes(candidate)) return candidate
  }
}

// internal

const pad = (value: number): string => String(value).padStart(2, "0")
