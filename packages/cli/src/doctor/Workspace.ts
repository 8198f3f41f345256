/**
 * The folder that agents would work in, and the configuration files that are read for it.
 */

import { accessSync, constants } from "node:fs"
import { parse } from "node:path"
import * as Effect from "effect/Effect"
import type { Environment } from "../config/Environment.ts"
import type { Finding } from "../render/Doctor.ts"
import { reasonOf } from "../values/SystemReason.ts"
import { ok, warning } from "./Finding.ts"

export const workspaceFindings = ({ home }: Environment, workspace: string): Effect.Effect<ReadonlyArray<Finding>> =>
  Effect.sync(() => {
    if (workspace === home || workspace === parse(workspace).root) {
      const what = workspace === home ? "your whole home folder" : "the whole disk"
      return [warning(name, `${workspace} is ${what}`, "Change to the folder of a project, or name one with -C.")]
    }
    try {
      accessSync(workspace, constants.W_OK)
      return [ok(name, workspace)]
    } catch (cause) {
      const why = reasonOf(cause)
      return [warning(name, `${workspace} cannot be written to: ${why}`, "Agents can only read there.")]
    }
  })

// internal

const name = "workspace"
