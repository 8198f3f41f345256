/**
 * Reads bodies of journal events that may come from another version: what is not there, or not of the kind expected, is
 * absent. Pure.
 */
import { type Priority, priorities, usualPriority } from "../domain/Priority.ts"

export const at = (value: unknown, key: string): unknown =>
  typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined

export const textAt = (value: unknown, key: string): string => {
  const found = at(value, key)
  return typeof found === "string" ? found : ""
}

export const numberAt = (value: unknown, key: string): number | null => {
  const found = at(value, key)
  return typeof found === "number" ? found : null
}

export const isTrueAt = (value: unknown, key: string): boolean => at(value, key) === true

export const listAt = (value: unknown, key: string): ReadonlyArray<unknown> => {
  const found = at(value, key)
  return Array.isArray(found) ? found : []
}

export const textsAt = (value: unknown, key: string): ReadonlyArray<string> =>
  listAt(value, key).filter((item) => typeof item === "string")

/** The usual one where nothing is said, or nothing that is known. */
export const priorityAt = (value: unknown, key: string): Priority => {
  const found = textAt(value, key)
  return priorities.find((each) => each === found) ?? usualPriority
}

/** The value of JSON text; undefined for text that is none. */
export const parsed = (json: string): unknown => {
  try {
    return JSON.parse(json)
  } catch {
    return undefined
  }
}

/** Readers of a namespace, one at least for every type of event that this version writes. */
export type Readers<Event extends { readonly _tag: string }> = Readonly<Record<Event["_tag"], Reader>> &
  Readonly<Record<string, Reader>>

type Reader = (body: unknown) => { readonly _tag: string }
