/**
 * The completion script of fish. Pure.
 */
import type { Completes } from "../Command.ts"
import type { CompletionEntry, CompletionFlag } from "./CompletionTable.ts"

export const fishScript = (entries: ReadonlyArray<CompletionEntry>): string =>
  `# Completion of deputize for fish: deputize completion fish | source

# What there is, as the program tells it: agents or runs.
function __deputize_names
    set -l tokens (commandline -opc)
    set -l folder
    if set -l at (contains -i -- -C $tokens)
        set folder -C $tokens[(math $at + 1)]
    end
    $tokens[1] $folder completion names $argv[1] 2>/dev/null
end

function __deputize_agents
    set -l before (commandline -ct | string replace -r '[^,]*$' '')
    for name in (__deputize_names agents)
        echo $before$name
    end
end

# The words that lead on from a path.
function __deputize_below
    switch $argv[1]
${entries
  .filter(({ subcommands }) => subcommands.length > 0)
  .map(
    ({ path, subcommands }) =>
      `        case ${quoted(path)}\n            string split ' ' ${quoted(subcommands.map(({ word }) => word).join(" "))}`
  )
  .join("\n")}
    end
end

# The flags of a path whose value is the next word.
function __deputize_valued
    switch $argv[1]
${entries
  .map(
    ({ flags, path }) =>
      `        case ${quoted(path)}\n            string split ' ' -- ${quoted(
        flags.flatMap(({ names, value }) => (value === null ? [] : names)).join(" ")
      )}`
  )
  .join("\n")}
    end
end

# Whether the words before the cursor are of this command, with so many arguments behind it.
function __deputize_at
    set -l path ''
    set -l position 0
    set -l skips 0
    set -l tokens (commandline -opc)
    for word in $tokens[2..-1]
        if test $skips = 1
            set skips 0
        else if string match -q -- '-*' $word
            contains -- $word (__deputize_valued $path); and set skips 1
        else if test $position = 0; and contains -- $word (__deputize_below $path)
            set path (string trim "$path $word")
        else
            set position (math $position + 1)
        end
    end
    test "$path" = $argv[1]; or return 1
    test (count $argv) -lt 2; and return 0
    test $position = $argv[2]; and return 0
    test "$argv[3]" = +; and test $position -gt $argv[2]
end

complete -c deputize -f
complete -c dpz -w deputize
${entries.flatMap(linesOf).join("\n")}
`

// internal

const linesOf = (entry: CompletionEntry): ReadonlyArray<string> => {
  const { arguments: args, flags, path, repeats, subcommands } = entry
  const when = (position: number, more = "") => quoted(`__deputize_at ${quoted(path)} ${position}${more}`)
  return [
    ...subcommands.map(({ about, word }) => `complete -c deputize -n ${when(0)} -a ${word} -d ${quoted(about)}`),
    ...args.flatMap(({ value }, index) => {
      const more = repeats && index === args.length - 1 ? " +" : ""
      return value === "nothing" ? [] : [`complete -c deputize -n ${when(index, more)} ${offers(value)}`]
    }),
    ...flags.map((flag) => `complete -c deputize -n ${quoted(`__deputize_at ${quoted(path)}`)} ${flagLine(flag)}`)
  ]
}

const flagLine = ({ about, names, value }: CompletionFlag): string =>
  [
    ...names.map((name) => (name.startsWith("--") ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`)),
    ...(value === null ? [] : [value === "files" ? "-r" : "-x", ...(value === "nothing" ? [] : [offers(value)])]),
    `-d ${quoted(about)}`
  ].join(" ")

const offers = (value: Completes): string => {
  if (typeof value !== "string") return `-a ${quoted(value.join(" "))}`
  switch (value) {
    case "files":
      return "-F"
    case "folders":
      return `-a ${quoted("(__fish_complete_directories)")}`
    case "agent":
      return `-a ${quoted("(__deputize_names agents)")}`
    case "agents":
      return `-a ${quoted("(__deputize_agents)")}`
    case "run":
      return `-a ${quoted("(__deputize_names runs)")}`
    case "nothing":
      return ""
  }
}

const quoted = (text: string): string => `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`
