import type { CommandSpec } from "../command/Command.ts"
import { runFlags } from "./runFlags.ts"

/** Those that mean something where there is one agent, which starts no others and comes from no file. */
const taken = new Set(["model", "provider", "max-budget-usd", "max-calls", "sandbox", "dry-run", "deadline", "out"])

export const agentCreate: CommandSpec = {
  name: "agent-create",
  summary: "Has an agent defined for a task, and runs it",
  details: [
    "The model writes the definition; its rights are then narrowed: no command, no address and no file but new ones and those below artifacts/, unless a flag allows it. What was taken away is said, with the flag that would grant it. The agent then runs with what is left of the budget. Its answer goes to standard output, everything else to standard error.",
    "The definition is kept only with --save."
  ],
  arguments: [
    {
      name: "PROMPT",
      required: true,
      description: "what the agent is to do; @FILE takes it from a file, - from standard input"
    }
  ],
  flags: [
    {
      name: "budget",
      metavar: "AMOUNT",
      repeatable: true,
      fallback: "40k",
      description:
        "Tokens (40000, 40k, 1.5M), money (2usd), tool calls (30calls) or time (90s, 15min, 2h) for writing the definition and running it together"
    },
    {
      name: "save",
      metavar: "FOLDER",
      optional: true,
      completes: "folders",
      fallback: ".deputize/agents",
      description: "Keep the definition as NAME.yaml in FOLDER of the workspace"
    },
    { name: "force", description: "Replace a file of that name" },
    {
      name: "allow-shell",
      metavar: "COMMAND",
      optional: true,
      repeatable: true,
      description:
        "Let it run COMMAND with any arguments; any command without one. No tool of this version runs commands yet"
    },
    {
      name: "allow-net",
      metavar: "PATTERN",
      repeatable: true,
      description: "Let it fetch these addresses: https://docs.rs/*, https://*. No tool of this version fetches any yet"
    },
    {
      name: "allow-write",
      metavar: "GLOB",
      repeatable: true,
      description: "Let it write these files: docs/**, CHANGELOG.md"
    },
    ...runFlags.filter(({ name }) => taken.has(name))
  ],
  examples: [
    {
      line: 'deputize agent-create "Count the TypeScript files by package and write a table"',
      what: "An agent for this once"
    },
    {
      line: 'deputize agent-create "Find files without a licence header" --save --budget 20k',
      what: "Keep it in .deputize/agents, to delegate to it by its name"
    },
    {
      line: 'deputize agent-create "Add what is missing to CHANGELOG.md" --allow-write CHANGELOG.md',
      what: "With the right to write a file that is there"
    },
    {
      line: 'deputize agent-create "Document src/parser" --allow-write "docs/**" --dry-run',
      what: "Show what it would cost at most"
    }
  ],
  streams: true,
  load: () => import("./agent-create.handler.ts")
}
