/**
 * What a definition is exported as: as asked for, else as the ending of its file says, else Markdown.
 */
type ExportLanguage = "markdown" | "yaml" | "json" | "toml"

export const exportLanguage = (to: string | undefined, out: string | undefined): ExportLanguage =>
  languages.get(to ?? endingOf(out ?? "")) ?? "markdown"

// internal

const languages: ReadonlyMap<string, ExportLanguage> = new Map([
  ["yaml", "yaml"],
  ["yml", "yaml"],
  ["json", "json"],
  ["toml", "toml"]
])

const endingOf = (file: string): string => /\.([^./\\]+)$/.exec(file)?.[1]?.toLowerCase() ?? ""
