import type { CommandSpec } from "../command/Command.ts"
import { shells } from "../command/completion/Shell.ts"

export const completion: CommandSpec = {
  name: "completion",
  summary: "Prints a script with which a shell completes commands, flags, agents and runs",
  details: [
    'To have it in every new shell: bash, put `eval "$(deputize completion bash)"` into ~/.bashrc; zsh, put `source <(deputize completion zsh)` behind compinit into ~/.zshrc; fish, run `deputize completion fish > ~/.config/fish/completions/deputize.fish`; PowerShell, put `deputize completion powershell | Out-String | Invoke-Expression` into $PROFILE.',
    "The script is of this version: one that is kept in a file has to be written again after an update."
  ],
  arguments: [{ name: "SHELL", required: true, choices: shells, description: "the shell" }],
  flags: [],
  examples: [
    { line: 'eval "$(deputize completion bash)"', what: "In this shell, from now on" },
    { line: "deputize completion fish > ~/.config/fish/completions/deputize.fish", what: "In every new fish" }
  ],
  needsNoConfig: true,
  load: () => import("./completion.handler.ts")
}
