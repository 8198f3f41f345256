/**
 * The built-in roles, in the order in which they are listed.
 */
import type { Probe } from "../../domain/Probe.ts"
import { clarificationPath } from "./ClarificationPath.ts"
import { codeReviewer } from "./CodeReviewer.ts"
import { debuggerRole } from "./Debugger.ts"
import { docsGen } from "./DocsGen.ts"
import { explorer } from "./Explorer.ts"
import { memoryAnchor } from "./MemoryAnchor.ts"
import { oralExplanation } from "./OralExplanation.ts"
import { refactorer } from "./Refactorer.ts"
import { researcher } from "./Researcher.ts"
import type { Role } from "./Role.ts"
import { secAudit } from "./SecAudit.ts"
import { testGen } from "./TestGen.ts"

export const builtInRoles: ReadonlyArray<Role> = [
  codeReviewer,
  testGen,
  secAudit,
  researcher,
  docsGen,
  refactorer,
  debuggerRole,
  explorer,
  clarificationPath,
  oralExplanation,
  memoryAnchor
]

/** The role of this exact name. */
export const builtInRole = (name: string): Role | undefined => byName.get(name)

/**
 * What an agent of this name looks for: the role's own probes, then those of the other roles as borrowed. A definition
 * of the user's own that shadows a role keeps the role's probes; one of another name only borrows.
 */
export const probesOf = (name: string): ReadonlyArray<Probe> => {
  const own = byName.get(name)?.probes ?? []
  const ids = new Set(own.map((probe) => probe.id))
  return [...own, ...lent.filter((probe) => !ids.has(probe.id)).map((probe) => ({ ...probe, borrowed: true }))]
}

// internal

/** Those for notes say words of everyday use (step, order, path), and stay with the roles that read notes. */
const forNotes: ReadonlySet<Role> = new Set([clarificationPath, oralExplanation, memoryAnchor])

const lent: ReadonlyArray<Probe> = [
  ...new Map(
    builtInRoles
      .filter((role) => !forNotes.has(role))
      .flatMap((role) => role.probes.map((probe) => [probe.id, probe] as const))
  ).values()
]

const byName: ReadonlyMap<string, Role> = new Map(builtInRoles.map((role) => [role.definition.name, role]))
