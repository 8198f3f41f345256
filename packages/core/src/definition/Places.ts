/**
 * Where definitions are looked for, in this order; the first match wins.
 */
import { join, sep } from "node:path"

export interface Place {
  readonly folder: string
  /** As users know it. */
  readonly label: string
  /** Endings of definition files. */
  readonly endings: ReadonlyArray<string>
  /** Whether folders in it hold definitions too. */
  readonly deep: boolean
  /** It comes with the workspace, whose real path the folder and its files may not leave by links. */
  readonly inside?: string
}

export interface Bases {
  /** Real path of the workspace. */
  readonly workspace: string
  readonly home: string
  /** `$XDG_CONFIG_HOME`; `HOME/.config` without. */
  readonly configHome?: string
  /** The user's folder of deputize's own; `deputize` in `configHome` without. */
  readonly ownHome?: string
}

export const placesOf = ({ configHome, home, ownHome, workspace }: Bases): ReadonlyArray<Place> => {
  const bases = { workspace, home, own: ownHome ?? join(configHome ?? join(home, ".config"), "deputize") }
  return table.map(({ base, deep, endings, path }) => {
    const folder = join(bases[base], path)
    const common = { folder, endings, deep: deep === true }
    if (base === "workspace") return { ...common, label: path, inside: workspace }
    return { ...common, label: folder.startsWith(home + sep) ? `~${folder.slice(home.length)}` : folder }
  })
}

// internal

interface Row {
  readonly base: "workspace" | "home" | "own"
  readonly path: string
  readonly endings: ReadonlyArray<string>
  readonly deep?: boolean
}

const all = [".md", ".yaml", ".yml", ".json", ".toml"]
const codex = [".yaml", ".yml", ".json", ".toml"]
const markdown = [".md"]

const table: ReadonlyArray<Row> = [
  { base: "workspace", path: ".deputize/agents", endings: all },
  { base: "workspace", path: ".codex/agents", endings: codex },
  { base: "workspace", path: ".claude/agents", endings: markdown, deep: true },
  { base: "workspace", path: ".gemini/agents", endings: markdown, deep: true },
  { base: "workspace", path: ".cursor/agents", endings: markdown, deep: true },
  { base: "workspace", path: ".opencode/agents", endings: markdown, deep: true },
  { base: "own", path: "agents", endings: all },
  { base: "home", path: ".codex/agents", endings: codex },
  { base: "home", path: ".claude/agents", endings: markdown, deep: true }
]
