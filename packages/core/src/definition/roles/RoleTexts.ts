/**
 * The built-in roles, in the order in which they are listed.
 */
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

export const roleTexts: ReadonlyArray<Role> = [
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
