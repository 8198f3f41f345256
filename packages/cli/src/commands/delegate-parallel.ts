import type { CommandSpec } from "../command/Command.ts"
import { runFlags } from "./runFlags.ts"

export const delegateParallel: CommandSpec = {
  name: "delegate-parallel",
  summary: "Gives several agents a goal each and runs them at the same time",
  details: [
    "Goals, scopes and budgets belong to the agents in the order named, and there must be as many of them. A comma separates the entries of a list; put quotes around an entry that holds one. The same agent may be named more than once."
  ],
  arguments: [{ name: "AGENTS", required: true, description: "names of the agents, separated by commas" }],
  flags: [
    {
      name: "goal",
      alias: "g",
      metavar: "TEXT",
      repeatable: true,
      description: "The goal of the next agent; @FILE takes it from a file"
    },
    { name: "goals", metavar: "LIST", description: "All goals in one list: '\"first, with a comma\",second'" },
    {
      name: "scope",
      metavar: "PATH",
      completes: "files",
      repeatable: true,
      description: "The scope of the next agent"
    },
    { name: "scopes", metavar: "LIST", description: "All scopes in one list; an empty entry is the whole workspace" },
    { name: "budgets", metavar: "LIST", description: "A limit for each agent: 10k, 0.10usd, 30calls, 15min" },
    {
      name: "budget",
      metavar: "AMOUNT",
      repeatable: true,
      description: "A limit for the whole run; what an agent leaves over, others may use"
    },
    {
      name: "priority",
      metavar: "LEVEL",
      repeatable: true,
      choices: ["high", "normal", "low"],
      fallback: "normal",
      description: "How urgent the next agent is; given once, all of them. Who is more urgent gets to work first"
    },
    { name: "priorities", metavar: "LIST", description: "All priorities in one list: high,normal,low" },
    {
      name: "input",
      metavar: "AGENT#N:NAME=VALUE",
      repeatable: true,
      description: "A named value for an agent; without #N for all of this name"
    },
    ...runFlags
  ],
  examples: [
    {
      line: 'deputize delegate-parallel code-reviewer,sec-audit --goals "Review src,Look for secrets"',
      what: "Two agents at once"
    },
    {
      line: "deputize delegate-parallel code-reviewer,test-gen -g 'Review a, then b' -g @tests.md --budget 60k",
      what: "A goal with a comma, one from a file, a budget for both"
    },
    {
      line: "deputize delegate-parallel explorer,explorer,sec-audit --goals a,b,c --max-parallel auto --priorities low,low,high",
      what: "As many at a time as the provider bears, the audit first"
    }
  ],
  streams: true,
  load: () => import("./delegate-parallel.handler.ts")
}
