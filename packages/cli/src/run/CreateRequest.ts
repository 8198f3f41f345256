/**
 * The request of `agent-create`: what the agent is for, what is opened to it, and where its definition is kept.
 */
import { isAbsolute, relative, resolve, sep } from "node:path"
import type { CreateRequest } from "@deputize/core/generate/Creation"
import { allowedCommand } from "@deputize/core/generate/Narrow"
import { usualFolder } from "@deputize/core/generate/SavePlace"
import { commandProblem } from "@deputize/core/policy/CommandRule"
import { Grant } from "@deputize/core/policy/Grant"
import * as PathRule from "@deputize/core/policy/PathRule"
import { writeProtection } from "@deputize/core/policy/ProtectedPaths"
import * as UrlRule from "@deputize/core/policy/UrlRule"
import * as Effect from "effect/Effect"
import type { Invocation } from "../command/Invocation.ts"
import { usageError } from "../command/UsageError.ts"
import { readGoal } from "../values/Goal.ts"
import type { Workspace } from "../values/Workspace.ts"
import { defined, limitsOf, readBudget, readDeadline } from "./Assignment.ts"
import { sandboxLabel } from "./Rights.ts"

export interface CreateAssignment {
  readonly request: CreateRequest
  /** The folder for the definition, relative to the workspace; null where it is not kept. */
  readonly folder: string | null
}

export const createRequest = Effect.fnUntraced(function* (invocation: Invocation, workspace: Workspace) {
  const prompt = yield* readGoal("PROMPT", invocation.arguments[0] ?? "")
  const budget = yield* readBudget(invocation)
  const deadlineMs = yield* readDeadline(invocation)
  const allowed = {
    exec: yield* rules(
      invocation,
      "allow-shell",
      (text) => allowedCommand(text === "" ? undefined : text),
      commandProblem
    ),
    net: yield* rules(invocation, "allow-net", (text) => text, UrlRule.problem),
    write: yield* rules(invocation, "allow-write", (text) => text, unwritable)
  }
  const sandbox = sandboxLabel(invocation)
  const save = invocation.value("save")
  if (save === undefined && invocation.has("force")) {
    return yield* usageError("--force is given without --save, so that there is nothing to replace", "Add --save.")
  }
  return {
    request: {
      workspace: workspace.root,
      prompt,
      allowed,
      ceiling: sandbox === undefined ? [] : [readOnly(allowed, sandbox)],
      limits: { ...limitsOf(budget), ...defined({ wallMs: least(budget.ms, deadlineMs) }) }
    },
    folder: save === undefined ? null : save === "" ? usualFolder : yield* folderIn(workspace, save)
  } satisfies CreateAssignment
})

// internal

/** What the flags open, but for writing. */
const readOnly = ({ exec, net }: CreateRequest["allowed"], label: string): Grant =>
  new Grant({ label, read: ["**"], write: [], net, exec, mcp: [], spawn: [] })

const rules = (
  invocation: Invocation,
  flag: string,
  read: (text: string) => string,
  problem: (rule: string) => string | undefined
) =>
  Effect.forEach(invocation.all(flag), (text) => {
    const rule = read(text)
    const wrong = problem(rule)
    return wrong === undefined
      ? Effect.succeed(rule)
      : Effect.fail(
          usageError(`--${flag} ${JSON.stringify(text)} ${wrong}`, "`deputize agent-create --help` shows examples.")
        )
  })

const unwritable = (rule: string): string | undefined => {
  const protection = PathRule.problem(rule) === undefined ? writeProtection(rule) : undefined
  return (
    PathRule.problem(rule) ?? (protection === undefined ? undefined : `is never written by an agent (${protection})`)
  )
}

const folderIn = ({ base, root }: Workspace, folder: string) => {
  const inside = relative(root, resolve(base, folder))
  return inside === ".." || inside.startsWith(`..${sep}`) || isAbsolute(inside)
    ? Effect.fail(
        usageError(
          `--save=${folder} is outside the workspace ${root}`,
          `Name a folder in it; without one it is ${usualFolder}.`
        )
      )
    : Effect.succeed(inside === "" ? "." : inside.split(sep).join("/"))
}

const least = (a: number | undefined, b: number | undefined): number | undefined =>
  a === undefined ? b : b === undefined ? a : Math.min(a, b)
