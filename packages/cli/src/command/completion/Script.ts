/**
 * The completion scripts by shell, made from the table of commands. The build writes them all, so that printing one loads
 * nothing. Pure.
 */
import type { CommandTable } from "../Parse.ts"
import { bashScript } from "./bash.ts"
import { completionTable } from "./CompletionTable.ts"
import { fishScript } from "./fish.ts"
import { powershellScript } from "./powershell.ts"
import type { Shell } from "./Shell.ts"
import { zshScript } from "./zsh.ts"

export const completionScript = (table: CommandTable, shell: Shell): string => scripts[shell](completionTable(table))

// internal

const scripts = { bash: bashScript, zsh: zshScript, fish: fishScript, powershell: powershellScript } as const
