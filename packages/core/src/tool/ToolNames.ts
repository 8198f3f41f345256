/**
 * The names of the tools, ours and those that definitions of other formats use for them, and by which kind of rule each
 * is granted. A plain table: who reads a definition loads no tool for it.
 */

/** Which list of a grant has to cover what the tool does; null for a tool that does nothing outside the agent. */
export type Need = "read" | "write" | "exec" | "net" | "spawn" | null

/** Our name for a tool that other formats name otherwise; a name that is in no table stays as it is. */
export const canonicalName = (name: string): string => {
  const plain = name.trim()
  return aliases.get(plain) ?? plain
}

/** What a tool needs, by any of its names; undefined for a name that is in no table. */
export const needOf = (name: string): Need | undefined => table.get(canonicalName(name))?.needs

/** Whether a tool of this version answers to the name. */
export const isProvided = (name: string): boolean => table.get(canonicalName(name))?.provided ?? false

/** Our names of the tools that there are. */
export const providedNames = (): ReadonlyArray<string> =>
  [...table].flatMap(([name, { provided }]) => (provided ? [name] : []))

/** Those that are only for agents with others around them. */
export const teamTools: ReadonlyArray<string> = [
  "spawn_agent",
  "wait",
  "send_message",
  "list_agents",
  "interrupt_agent",
  "read_board",
  "write_board"
]

// internal

interface Entry {
  readonly needs: Need
  readonly aliases: ReadonlyArray<string>
  /** False for what definitions ask for and nothing here does yet. */
  readonly provided: boolean
}

const here = (needs: Need, ...aliases: ReadonlyArray<string>): Entry => ({ needs, aliases, provided: true })
const missing = (needs: Need, ...aliases: ReadonlyArray<string>): Entry => ({ needs, aliases, provided: false })

const table: ReadonlyMap<string, Entry> = new Map(
  Object.entries({
    read_file: here("read", "codex_read_file", "Read", "read"),
    list_dir: here("read", "codex_list_dir", "list_directory", "LS", "ls"),
    glob: here("read", "codex_glob", "glob_file_search", "Glob"),
    grep: here("read", "codex_grep", "grep_files", "Grep"),
    git: here("read", "codex_git"),
    write_file: here("write", "codex_write_file", "write", "Write"),
    edit: here("write", "codex_edit", "search_replace", "Edit"),
    apply_patch: here("write", "codex_apply_patch"),
    delete_file: here("write", "codex_delete_file"),
    update_plan: here(null, "codex_update_plan", "TodoWrite"),
    load_skill: here("read", "Skill"),
    spawn_agent: here("spawn", "Task"),
    wait: here(null),
    send_message: here(null),
    list_agents: here(null),
    interrupt_agent: here(null),
    read_board: here(null),
    write_board: here(null),
    codebase_search: missing("read", "codex_codebase_search"),
    shell: missing("exec", "codex_shell", "run_terminal_cmd", "exec", "Bash"),
    fetch: missing("net", "codex_fetch", "http_request", "WebFetch"),
    web_search: missing("net", "codex_web_search", "WebSearch")
  })
)

const aliases: ReadonlyMap<string, string> = new Map(
  [...table].flatMap(([name, entry]) => entry.aliases.map((alias) => [alias, name] as const))
)
