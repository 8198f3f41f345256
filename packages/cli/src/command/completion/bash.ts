/**
 * The completion script of bash. It needs no other package. Pure.
 *
 * A table of the commands, and one function that reads it. bash breaks words at `=`, `:` and `@`: the words of the line
 * are put together again first, and what stands before the break is taken off what is offered.
 */
import type { Completes } from "../Command.ts"
import type { CompletionEntry } from "./CompletionTable.ts"

export const bashScript = (entries: ReadonlyArray<CompletionEntry>): string =>
  `# Completion of deputize for bash: eval "$(deputize completion bash)"

_deputize_table() {
  case $1 in
${entries.map(entryCase).join("\n")}
  esac
}
${reader}`

// internal

const entryCase = ({ arguments: args, flags, path, repeats, subcommands }: CompletionEntry): string => {
  const named = flags.flatMap(({ names, value }) => names.map((name) => ({ name, value })))
  const switches = named.flatMap(({ name, value }) => (value === null ? [name] : []))
  const valued = named.flatMap(({ name, value }) => (value === null ? [] : [`${name}=${coded(value)}`]))
  return [
    `    ${quoted(path)})`,
    `      subcommands=${quoted(subcommands.map(({ word }) => word).join(" "))}`,
    `      switches=${quoted(switches.join(" "))}`,
    `      valued=${quoted(valued.join(" "))}`,
    `      arguments=${quoted(args.map(({ value }) => coded(value)).join(" "))} repeats=${repeats ? 1 : 0} ;;`
  ].join("\n")
}

/** Words with bars between them, or one of the script's own names behind an @. */
const coded = (value: Completes): string => (typeof value === "string" ? `@${value}` : value.join("|"))

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`

const reader = `
# Adds what there is, as the program tells it: agents or runs.
_deputize_names() {
  local name
  while IFS= read -r name; do
    candidates+=("$2$name")
  done < <("$program" \${folder[@]+"\${folder[@]}"} completion names "$1" 2>/dev/null)
}

# Adds what may stand for a value: @files and the like, or words with bars between them.
_deputize_value() {
  local before=
  case $1 in
    @files) kind=files ;;
    @folders) kind=folders ;;
    @agent) _deputize_names agents '' ;;
    @agents)
      [[ $word == *,* ]] && before=\${word%,*},
      _deputize_names agents "$before"
      ends=0 ;;
    @run) _deputize_names runs '' ;;
    @*) ;;
    *)
      local IFS='|'
      candidates+=($1) ;;
  esac
}

# Finds what may stand for the value of a flag.
_deputize_flag() {
  local entry
  for entry in $valued; do
    if [[ \${entry%%=*} == "$1" ]]; then
      found=\${entry#*=}
      return 0
    fi
  done
  return 1
}

_deputize() {
  local program=\${COMP_WORDS[0]} kind=words ends=1 found= path= position=0 plain=0 flag= index at entry
  local subcommands= switches= valued= arguments= repeats=0
  local -a line=() folder=() candidates=() all=()

  local broken=0
  for ((index = 1; index <= COMP_CWORD; index++)); do
    at=\${COMP_WORDS[index]}
    if ((\${#line[@]} > 0)) && [[ $broken == 1 || $at == [=:]* ]]; then
      line[\${#line[@]} - 1]+=$at
    else
      line+=("$at")
    fi
    broken=0
    [[ $at == [=:@] ]] && broken=1
  done
  # Where nothing stands behind a break, bash gives the break itself.
  local value=$2
  [[ $value == [=:@] ]] && value=
  local word=\${line[\${#line[@]} - 1]}
  local taken=\${word%"$value"}

  _deputize_table ''
  for ((index = 0; index < \${#line[@]} - 1; index++)); do
    at=\${line[index]}
    if [[ -n $flag ]]; then
      [[ $flag == -C || $flag == --directory ]] && folder=(-C "$at")
      flag=
    elif ((plain)); then
      position=$((position + 1))
    elif [[ $at == -- ]]; then
      plain=1
    elif [[ $at == --directory=* ]]; then
      folder=(-C "\${at#*=}")
    elif [[ $at == -?* ]]; then
      _deputize_flag "$at" && flag=$at
    elif [[ $position == 0 && " $subcommands " == *" $at "* ]]; then
      path=\${path:+$path }$at
      _deputize_table "$path"
    else
      position=$((position + 1))
    fi
  done

  if [[ -n $flag ]]; then
    _deputize_flag "$flag"
    _deputize_value "$found"
  elif ((!plain)) && [[ $word == --*=* ]]; then
    if _deputize_flag "\${word%%=*}"; then
      taken=\${taken#"\${word%%=*}="}
      word=\${word#*=}
      _deputize_value "$found"
    fi
  elif ((!plain)) && [[ $word == -* ]]; then
    candidates=($switches)
    for entry in $valued; do
      candidates+=("\${entry%%=*}")
    done
  else
    ((position == 0 && !plain)) && candidates=($subcommands)
    all=($arguments)
    ((repeats && position >= \${#all[@]})) && position=$((\${#all[@]} - 1))
    _deputize_value "\${all[position]:-@nothing}"
  fi

  local IFS=$'\\n'
  case $kind in
    files) COMPREPLY=($(compgen -f -- "$value")) ;;
    folders) COMPREPLY=($(compgen -d -- "$value")) ;;
    *)
      COMPREPLY=()
      for at in \${candidates[@]+"\${candidates[@]}"}; do
        [[ $at == "$word"* ]] && COMPREPLY+=("\${at#"$taken"}")
      done
      ((ends)) || compopt -o nospace 2>/dev/null
      return ;;
  esac
  compopt -o filenames 2>/dev/null
}

complete -F _deputize deputize dpz
`
