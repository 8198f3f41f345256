/**
 * What the built-in roles say, as plain data: a listing shows it without making definitions of it.
 */
export interface Role {
  readonly name: string
  readonly description: string
  readonly instructions: string
  /** Whether it may write in the workspace: whose goal is files, not remarks. */
  readonly writes: boolean
}

/** A role that may read the whole workspace. */
export const readingRole = (role: Omit<Role, "writes">): Role => ({ ...role, writes: false })

/** A role that may also write in it. It declares no artifacts, so it writes only if asked to. */
export const writingRole = (role: Omit<Role, "writes">): Role => ({ ...role, writes: true })
