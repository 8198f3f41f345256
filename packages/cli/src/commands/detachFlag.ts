import type { FlagSpec } from "../command/Command.ts"

export const detachFlag: FlagSpec = {
  name: "detach",
  description: "Print the run's id and let it go on by itself, also when the terminal is closed"
}
