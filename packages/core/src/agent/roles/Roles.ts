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

/** What a role of this name looks for; a definition of the user's own that shadows a role keeps the role's probes. */
export const probesOf = (name: string): ReadonlyArray<Probe> => byName.get(name)?.probes ?? []

// internal

const byName: ReadonlyMap<string, Role> = new Map(builtInRoles.map((role) => [role.definition.name, role]))
