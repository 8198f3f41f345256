/**
 * The completion script of PowerShell, of Windows and elsewhere: the table as JSON, and a block that reads it. Pure.
 */
import type { Completes } from "../Command.ts"
import type { CompletionEntry } from "./CompletionTable.ts"

export const powershellScript = (entries: ReadonlyArray<CompletionEntry>): string =>
  `# Completion of deputize for PowerShell: deputize completion powershell | Out-String | Invoke-Expression

$deputizeTable = @'
${JSON.stringify(Object.fromEntries(entries.map((entry) => [`/${entry.path}`, data(entry)])), null, 1)}
'@ | ConvertFrom-Json
${reader}`

// internal

const data = ({ arguments: args, flags, repeats, subcommands }: CompletionEntry) => ({
  subcommands: subcommands.map(({ about, word }) => ({ word, about })),
  flags: flags.map(({ about, names, value }) => ({ names, about, value: value === null ? null : coded(value) })),
  arguments: args.map(({ value }) => coded(value)),
  repeats
})

const coded = (value: Completes): string => (typeof value === "string" ? `@${value}` : value.join("|"))

const reader = `
Register-ArgumentCompleter -Native -CommandName deputize, dpz -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $words = @($commandAst.CommandElements | Where-Object { $_.Extent.EndOffset -le $cursorPosition } | ForEach-Object { "$_" })
    if ($wordToComplete -ne '' -and $words.Count -gt 1) { $words = $words[0..($words.Count - 2)] }
    $path = ''
    $position = 0
    $flag = $null
    $folder = @()
    $entry = $deputizeTable.'/'
    foreach ($word in @($words | Select-Object -Skip 1)) {
        if ($flag) {
            if ($flag.names -contains '-C') { $folder = @('-C', $word) }
            $flag = $null
        } elseif ($word.StartsWith('-')) {
            $flag = $entry.flags | Where-Object { $_.names -ccontains $word -and $null -ne $_.value } | Select-Object -First 1
        } elseif ($position -eq 0 -and @($entry.subcommands | ForEach-Object { $_.word }) -contains $word) {
            $path = "$path $word".Trim()
            $entry = $deputizeTable."/$path"
        } else {
            $position++
        }
    }
    $before = ''
    $typed = $wordToComplete
    $value = $null
    $offered = @()
    if ($flag) {
        $value = $flag.value
    } elseif ($typed -match '^(--[^=]+=)(.*)$') {
        $before = $Matches[1]
        $typed = $Matches[2]
        $name = $before.TrimEnd('=')
        $value = ($entry.flags | Where-Object { $_.names -ccontains $name } | Select-Object -First 1).value
    } elseif ($typed.StartsWith('-')) {
        $offered = @($entry.flags | ForEach-Object { $about = $_.about; $_.names | ForEach-Object { @{ word = $_; about = $about } } })
    } else {
        if ($position -eq 0) { $offered = @($entry.subcommands | ForEach-Object { @{ word = $_.word; about = $_.about } }) }
        $at = $position
        if ($entry.repeats -and $at -ge $entry.arguments.Count) { $at = $entry.arguments.Count - 1 }
        if ($at -lt $entry.arguments.Count) { $value = $entry.arguments[$at] }
    }
    $names = @()
    if ($value -eq '@agent' -or $value -eq '@agents') { $names = @(& $words[0] @folder completion names agents 2>$null) }
    elseif ($value -eq '@run') { $names = @(& $words[0] @folder completion names runs 2>$null) }
    elseif ($value -eq '@files') { $names = @(Get-ChildItem -Path "$typed*" | ForEach-Object { Resolve-Path -Relative $_.FullName }) }
    elseif ($value -eq '@folders') { $names = @(Get-ChildItem -Directory -Path "$typed*" | ForEach-Object { Resolve-Path -Relative $_.FullName }) }
    elseif ($value -and -not $value.StartsWith('@')) { $names = $value.Split('|') }
    if ($value -eq '@agents' -and $typed.Contains(',')) { $before += $typed.Substring(0, $typed.LastIndexOf(',') + 1) }
    if ($value -eq '@files' -or $value -eq '@folders') {
        $names | ForEach-Object { [System.Management.Automation.CompletionResult]::new("$before$_", $_, 'ProviderItem', $_) }
        return
    }
    $offered += @($names | ForEach-Object { @{ word = "$before$_"; about = $_ } })
    $offered | Where-Object { $_.word.StartsWith($wordToComplete) } | ForEach-Object {
        [System.Management.Automation.CompletionResult]::new($_.word, $_.word, 'ParameterValue', $_.about)
    }
}
`
