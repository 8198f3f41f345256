import type { CommandSpec } from "../command/Command.ts"
import { runFlags } from "./runFlags.ts"

export const delegate: CommandSpec = {
  name: "delegate",
  summary: "Gives one agent a goal and prints its answer",
  details: [
    "The answer goes to standard output; header, progress and summary go to standard error. Without a goal the agent's definition must hold one."
  ],
  arguments: [
    { name: "AGENT", required: true, description: "name of the agent; `deputize agents list` shows them" },
    {
      name: "GOAL",
      required: false,
      description: "what is to be done; @FILE takes it from a file, - from standard input"
    }
  ],
  flags: [
    { name: "goal", alias: "g", metavar: "TEXT", description: "The goal, as the argument GOAL; may begin with a dash" },
    {
      name: "scope",
      metavar: "PATH",
      completes: "files",
      repeatable: true,
      description: "Work on this path of the workspace first, and write only there"
    },
    { name: "input", metavar: "NAME=VALUE", repeatable: true, description: "A named value that the agent is told" },
    {
      name: "budget",
      metavar: "AMOUNT",
      repeatable: true,
      description:
        "Tokens (40000, 40k, 1.5M), money (2usd), tool calls (30calls) or time (90s, 15min, 2h) that the agent may use; replaces what its definition says"
    },
    {
      name: "check",
      metavar: "COMMAND",
      repeatable: true,
      description:
        "Run COMMAND in the workspace when the agent says that it is done; it is told of a failure, and only what passes is verified"
    },
    { name: "max-turns", metavar: "N", description: "Calls of the model at most" },
    {
      name: "priority",
      metavar: "LEVEL",
      choices: ["high", "normal", "low"],
      fallback: "normal",
      description: "How urgent the agents are that this one starts, beside others of the run"
    },
    ...runFlags
  ],
  examples: [
    { line: 'deputize delegate code-reviewer "Review the parser" --scope src/parser', what: "Review a folder" },
    {
      line: "deputize delegate sec-audit -g @goal.md --budget 20k -o audit.json",
      what: "Take the goal from a file, keep the result"
    },
    {
      line: 'deputize delegate test-gen "Test the parser" --check "npm test" --max-budget-usd 0.50',
      what: "Done only when the tests pass, and for half a dollar at most"
    },
    {
      line: 'deputize delegate code-lead "Review every package" --max-agents 8 --output-schema findings.schema.json',
      what: "With eight agents at most that it starts itself, and an answer for a program"
    },
    { line: "git log -5 | deputize delegate docs-gen -", what: "Take the goal from standard input" }
  ],
  streams: true,
  load: () => import("./delegate.handler.ts")
}
