/**
 * An agent that was created, for people: what it is, what it was not granted and by which flag it would be, and what
 * both runs took together. Pure.
 */
import type { Created } from "@deputize/core/generate/Creation"
import { type Creation, usedTokens } from "@deputize/core/generate/CreationJson"
import type { Allowed } from "@deputize/core/generate/Narrow"
import type { Taken } from "@deputize/core/generate/Taken"
import { type Fact, factLines } from "./Facts.ts"
import { count, duration, percent, tokens } from "./Figures.ts"
import { files } from "./RightsText.ts"
import type { Style } from "./Style.ts"
import { foldTo, oneLine, visible } from "./Width.ts"

export const creatingText = (prompt: string, style: Style): string =>
  facts([["creating", [`an agent for: ${oneLine(prompt)}`]]], style)

/** Behind the forecast of the definition: what becomes of the agent. */
export const plannedText = ({ exec, net, write }: Allowed, style: Style): string => {
  const writes = ["new files", "files below artifacts/", ...write.map(oneLine)].join(", ")
  const text = `Then the agent that is defined runs with what is left of it. It may read the workspace; write ${writes}; run ${listed(exec)}; fetch ${listed(net)}.`
  return `\n${foldTo(text, style.columns).join("\n")}\n`
}

/** What the definition says and may, and what its writing took of the whole budget. */
export const createdText = (
  { definition, taken }: Created,
  used: number,
  whole: number | null,
  style: Style
): string => {
  const { artifacts, goal, instructions, limits, name, permissions, tools } = definition
  const writes = [...new Set([...artifacts, ...permissions.write])]
  return facts(
    [
      ["created", [style.paint("bold", name)]],
      ["goal", [oneLine(goal ?? instructions)]],
      ["tools", [tools.length === 0 ? "none" : tools.join(", ")]],
      ["reads", [files(permissions.read.map(oneLine), "nothing")]],
      ["writes", [listed(writes)]],
      ["runs", permissions.exec.length === 0 ? [] : [listed(permissions.exec)]],
      ["fetches", permissions.net.length === 0 ? [] : [listed(permissions.net)]],
      ["limit", [limits.tokens === undefined ? "no limit of its own" : `${count(limits.tokens)} tokens`]],
      ["narrowed", taken.map(takenText)],
      ["budget", [splitText(used, whole)]]
    ],
    style
  )
}

/** The text of the file, between lines that show where it begins and ends. */
export const definitionText = (path: string, yaml: string, style: Style): string =>
  `${style.paint("dim", `--- ${path}`)}\n${visible(yaml.trimEnd())}\n${style.paint("dim", "---")}\n`

/** Behind the summary of the agent's run: both runs together, and what is left of them. */
export const wholeText = (creation: Creation, style: Style): string => {
  const { author, limits, result, saved } = creation
  const [writing, running] = [author.budget.tokens.used, result?.budget.tokens.used ?? 0]
  return facts(
    [
      [
        "both runs",
        [
          `${duration(author.wallMs + (result?.wallMs ?? 0))}, ${tokens(usedTokens(creation), limits.tokens ?? null)}: ${count(writing)} for the definition, ${count(running)} for the agent`
        ]
      ],
      ["saved", saved === null ? [] : [oneLine(saved)]],
      ["record", [`run ${author.run}, head ${author.head} (the definition)`]]
    ],
    style
  )
}

// internal

const nameColumns = 11

const facts = (all: ReadonlyArray<Fact>, style: Style): string => `${factLines(all, nameColumns, style).join("\n")}\n`

const listed = (rules: ReadonlyArray<string>): string =>
  rules.length === 0 ? "nothing" : rules.map(oneLine).join(", ")

const splitText = (used: number, whole: number | null): string =>
  whole === null
    ? `${count(used)} tokens for the definition`
    : `${count(used)} of ${count(whole)} tokens (${percent(used, whole)}) for the definition, ${count(Math.max(0, whole - used))} left for the agent`

const kinds: Readonly<Record<Taken["right"], string>> = {
  shell: "running",
  network: "fetching",
  write: "writing",
  read: "reading",
  mcp: "calling",
  spawn: "agents:",
  tool: "tool",
  budget: "budget",
  name: "name"
}

const takenText = ({ asked, flag, kept, right, why }: Taken): string =>
  [
    `${kinds[right]} ${oneLine(asked)}`,
    ...(kept === null ? [] : [`, now ${oneLine(kept)}`]),
    `: ${why}`,
    ...(flag === null ? [] : [`; ${oneLine(flag)} grants it`])
  ].join("")
