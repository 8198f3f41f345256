/**
 * What a run that is removed leaves in the user's repository, as part of a sentence.
 */
import type { Remains } from "@deputize/core/worktree/Leftovers"

/** `refs/deputize/r…/ stays in the repository, as agents …: git cannot be run` */
export const remainsText = ({ names, why }: Remains): string =>
  `${names.join(", ")} ${names.length === 1 ? "stays" : "stay"} in the repository, as ${why.message}`
