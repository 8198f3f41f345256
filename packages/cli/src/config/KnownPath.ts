/**
 * What `config path` knows by name.
 */
export const pathNames = ["user", "agents", "project", "state", "records", "cache", "data"] as const
export type PathName = (typeof pathNames)[number]

export interface KnownPath {
  readonly name: PathName
  /** Null where there is no folder for it. */
  readonly path: string | null
  readonly exists: boolean
  readonly about: string
}
