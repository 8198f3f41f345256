/**
 * Data for other programs: indented JSON and a line break. Pure.
 */
export const jsonText = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`
