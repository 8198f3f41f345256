/**
 * The tools of agents whose definitions name none for what they may do.
 */

/** What an agent gets that may read and whose definition names no tools to read with. */
export const readingTools: ReadonlyArray<string> = ["read_file", "list_dir", "glob", "grep"]

/** What an agent gets that may write and whose definition names no tools to write with. */
export const writingTools: ReadonlyArray<string> = ["write_file", "edit", "apply_patch", "delete_file"]
