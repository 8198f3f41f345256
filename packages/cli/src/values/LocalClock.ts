/**
 * A time as the user's clock shows it.
 */
import { dateAndTime } from "../render/Log.ts"

/** `2026-11-21 09:05:07`, of milliseconds since 1970. */
export const localClock = (time: number): string => dateAndTime(time, -new Date(time).getTimezoneOffset())
