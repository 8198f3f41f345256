/**
 * The settings as tables of the guide; made from the tables that they are read by. Pure.
 */
import { providerFields } from "./ProviderField.ts"
import { settings } from "./Settings.ts"

export const settingsMarkdown = (): string =>
  markdownTable(
    ["Key", "What it sets", "Default", "Example", "Variable", "Flag", "A project may"],
    Object.values(settings).map(({ about, example, flag, key, project, usually, variable }) => [
      code(key),
      about,
      usually,
      code(example),
      code(variable),
      code(`--${flag}`),
      projectMay[project._tag]
    ])
  )

export const providerMarkdown = (): string =>
  markdownTable(
    ["Key", "What it sets", "Default", "Example"],
    Object.values(providerFields).map(({ about, example, key, usually }) => [code(key), about, usually, code(example)])
  )

// internal

const projectMay = { Free: "set it", Trusted: "set it when trusted", Narrows: "narrow it" } as const

const code = (text: string): string => `\`${text}\``

const markdownTable = (head: ReadonlyArray<string>, rows: ReadonlyArray<ReadonlyArray<string>>): string => {
  const lines = [head, ...rows].map((cells) => cells.map((cell) => cell.replaceAll("|", "\\|")))
  const widths = head.map((_, index) => Math.max(...lines.map((cells) => cells[index]?.length ?? 0)))
  const [first = "", ...others] = lines.map(
    (cells) => `| ${cells.map((cell, index) => cell.padEnd(widths[index] ?? 0)).join(" | ")} |`
  )
  return [first, `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`, ...others].join("\n")
}
