/**
 * Looks at everything that runs depend on. Nothing is changed by it but what it is asked to clear, and no value of a key
 * is in what it finds.
 */
import * as Effect from "effect/Effect"
import type { Environment } from "../config/Environment.ts"
import type { Finding } from "../render/Doctor.ts"
import { leftoverFindings } from "./Leftovers.ts"
import { gitFinding, nodeFinding, ripgrepFinding, sandboxFinding } from "./Programs.ts"
import { providerFindings } from "./Provider.ts"
import { diskFinding, folderFinding, recordFinding } from "./State.ts"
import { treeFindings } from "./Trees.ts"
import { workspaceFindings } from "./Workspace.ts"

/** In the order in which they are best read; checks run side by side. With `clear`, what killed runs left is ended. */
export const examine = (
  surroundings: Environment,
  workspace: string,
  clear: boolean
): Effect.Effect<ReadonlyArray<Finding>> =>
  Effect.map(
    Effect.all(
      [
        one(nodeFinding),
        workspaceFindings(surroundings, workspace),
        one(gitFinding(surroundings, workspace)),
        one(folderFinding(surroundings, workspace)),
        one(recordFinding(surroundings, workspace)),
        diskFinding(surroundings, workspace),
        leftoverFindings(surroundings, clear),
        treeFindings(surroundings, workspace, clear),
        one(ripgrepFinding),
        one(sandboxFinding(surroundings)),
        providerFindings(surroundings, workspace)
      ],
      { concurrency: "unbounded" }
    ),
    (findings) => findings.flat()
  )

// internal

const one = (finding: Effect.Effect<Finding>): Effect.Effect<ReadonlyArray<Finding>> =>
  Effect.map(finding, (found) => [found])
