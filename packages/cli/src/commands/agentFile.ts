/**
 * The flag of all commands that look agents up.
 */
import type { FlagSpec } from "../command/Command.ts"

export const agentFile: FlagSpec = {
  name: "agent-file",
  metavar: "FILE",
  description: "A definition that comes before all others of its name"
}
