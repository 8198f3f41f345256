/**
 * The completion script of zsh, for its own completion system. Pure.
 */
import type { Completes } from "../Command.ts"
import type { CompletionArgument, CompletionEntry, CompletionFlag } from "./CompletionTable.ts"

export const zshScript = (entries: ReadonlyArray<CompletionEntry>): string =>
  `#compdef deputize dpz
# Completion of deputize for zsh: source <(deputize completion zsh), after compinit

# What there is, as the program tells it: agents or runs.
_deputize_names() {
  local kind=$1
  local -a names
  shift
  names=(\${(f)"$($program $folder completion names $kind 2>/dev/null)"})
  compadd "$@" -a names
}

_deputize_agents() {
  compset -P '*,'
  _deputize_names agents -S ''
}

# The words that lead on from a path.
_deputize_below() {
  case $1 in
${entries
  .filter(({ subcommands }) => subcommands.length > 0)
  .map(
    ({ path, subcommands }) =>
      `    ${quoted(path)}) below=(${subcommands.map(({ about, word }) => quoted(`${word}:${about}`)).join(" ")}) ;;`
  )
  .join("\n")}
    *) below=() ;;
  esac
}

_deputize() {
  local program=$words[1] line='' index=2 last=1 at
  local -a folder below specs
  _deputize_below ''
  while ((index < CURRENT)); do
    at=$words[index]
    case $at in
      -C | --directory)
        folder=(-C \${(Q)words[index + 1]})
        ((index += 1)) ;;
      --directory=*) folder=(-C \${(Q)at#*=}) ;;
      --output-format | --color) ((index += 1)) ;;
      -*) ;;
      *)
        ((\${below[(I)$at:*]})) || break
        line=\${line:+$line }$at
        last=$index
        _deputize_below $line ;;
    esac
    ((index += 1))
  done
  words=($words[1] "\${(@)words[last + 1, -1]}")
  ((CURRENT -= last - 1))
  case $line in
${entries.map(entryCase).join("\n")}
  esac
  _arguments -s -S : $specs
}

# As a file of $fpath it is called by its name; otherwise it has just been read.
if [[ $funcstack[1] == _deputize ]]; then
  _deputize "$@"
else
  compdef _deputize deputize dpz
fi
`

// internal

const entryCase = (entry: CompletionEntry): string => {
  const specs = [...entry.flags.flatMap(flagSpecs), ...argumentSpecs(entry)]
  return [
    `    ${quoted(entry.path)})`,
    "      specs=(",
    ...specs.map((spec) => `        ${quoted(spec)}`),
    "      ) ;;"
  ].join("\n")
}

const flagSpecs = ({ about, names, repeats, value }: CompletionFlag): ReadonlyArray<string> =>
  names.map((name) => {
    const before = repeats ? "*" : names.length > 1 ? `(${names.join(" ")})` : ""
    const what = `[${escaped(about)}]`
    if (value === null) return `${before}${name}${what}`
    return `${before}${name}${name.startsWith("--") ? "=" : "+"}${what}:value:${actionOf(value)}`
  })

const argumentSpecs = ({ arguments: args, repeats, subcommands }: CompletionEntry): ReadonlyArray<string> => {
  const specs = args.map(({ name, value }, index) => {
    const place = repeats && index === args.length - 1 ? "*" : String(index + 1)
    return `${place}:${escaped(name)}:${actionOf(value)}`
  })
  if (subcommands.length === 0) return specs
  return [
    `1:command:{${["_describe -t commands command below", ...(args[0] === undefined ? [] : commandOf(args[0]))].join("; ")}}`,
    ...specs.slice(1)
  ]
}

const actionOf = (value: Completes): string => {
  if (typeof value !== "string") return `(${value.join(" ")})`
  switch (value) {
    case "files":
      return "_files"
    case "folders":
      return "_files -/"
    case "agent":
      return "{_deputize_names agents}"
    case "agents":
      return "_deputize_agents"
    case "run":
      return "{_deputize_names runs}"
    case "nothing":
      return " "
  }
}

/** The same as a command of the shell, beside others. */
const commandOf = ({ value }: CompletionArgument): ReadonlyArray<string> => {
  if (typeof value !== "string") return [`compadd ${value.join(" ")}`]
  return value === "nothing" ? [] : [actionOf(value).replace(/^\{(.*)\}$/, "$1")]
}

const escaped = (text: string): string => text.replace(/[[\]:\\]/g, (character) => `\\${character}`)

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`
