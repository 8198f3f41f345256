/** Tables and lists on terminals of 40, 80, 120 and 200 columns, and where there is none. */
import { join } from "node:path"
import { fold } from "@deputize/build-tools/record/BuildState"
import type { Listed } from "@deputize/core/definition/AgentLoader"
import { sumOf } from "@deputize/core/history/Tally"
import { describe, expect, it } from "vitest"
import { agentListText } from "../../src/render/AgentList.ts"
import { sessionListText, sessionText } from "../../src/render/BuildSessions.ts"
import { allCostText, runCostText } from "../../src/render/Cost.ts"
import { findingsText } from "../../src/render/Doctor.ts"
import { explainedText } from "../../src/render/Explained.ts"
import { pathsText } from "../../src/render/Paths.ts"
import { runListText } from "../../src/render/RunList.ts"
import { makeStyle, type Style } from "../../src/render/Style.ts"
import { widthOf } from "../../src/render/Width.ts"
import { start } from "./Events.ts"
import { failed } from "./Notices.ts"
import { agentRecord, readRun, tally } from "./Records.ts"

const long =
  "Reviews code for defects, risky constructs and missing tests, with evidence for each remark, and names the line on which it stands."
const wide =
  "パーサーをレビューして、根拠となる行をすべて示し、直し方も書いてください。テストが足りないところも教えてください。"
const clock = (time: number) => `2026-11-21 10:${String(30 + (time - start) / 60_000).padStart(2, "0")}`

const listed = (name: string, description: string, error: string | null = null): Listed => ({
  name,
  source: error === null ? "built-in" : `.deputize/agents/${name}.yaml`,
  format: "yaml",
  description,
  shadowed: false,
  warnings: [],
  error,
  failure: null
})
const broken =
  ".deputize/agents/deployment-helper.yaml:3:9: limits.tokens: expected a whole number above 0, found a text"

const agents = [
  agentRecord("code-reviewer", { model: "gpt-6-luna", goal: wide, tally: tally({}) }),
  agentRecord("日本語のレビュー担当", {
    model: "qwen3-coder:30b-a3b-instruct",
    tally: tally({ nanoUsd: null, unknown: 5_280 })
  })
]
const whole = sumOf(agents.map(({ tally }) => tally))
const runs = [
  readRun({ run: "r0mh8k3x2q7f41", agents, tally: whole, state: "running", readAt: start + 12_000 }),
  readRun({
    run: "r0mh8k3x2q7f42",
    agents: agents.slice(0, 1),
    tally: tally({}),
    limits: { tokens: 80_000, nanoUsd: 2e9 }
  })
]

const built = fold(failed.flatMap(({ notice }) => (notice._tag === "Recorded" ? [notice] : [])))

const source = (line: number) =>
  ({ _tag: "File", by: "user", file: "/home/ada/.config/deputize/config.yaml", line, column: 11 }) as const

const screens: Readonly<Record<string, (style: Style) => string>> = {
  "agents-list": (style) =>
    agentListText(
      [listed("code-reviewer", long), listed("日本語レビュー", wide), listed("deployment-helper", "", broken)],
      style
    ),
  ps: (style) => runListText(runs, style),
  cost: (style) =>
    runs
      .slice(0, 1)
      .map((run) => runCostText(run, style))
      .join(""),
  "cost-all": (style) => allCostText(runs, style),
  "build-list": (style) =>
    sessionListText(
      [
        { session: "20261121_103009", status: "running", pipeline: "release", startedAt: start, ms: 65_000 },
        { session: "20261121_103008", status: "failed", pipeline: "リリース前の確認", startedAt: start, ms: 130_000 }
      ],
      style,
      clock
    ),
  "build-status": (style) => (built === undefined ? "" : sessionText(built, style, clock, start)),
  doctor: (style) =>
    findingsText(
      [
        { name: "node", status: "ok", text: "Node 24.21.0 at /usr/bin/node", next: "" },
        {
          name: "state folder",
          status: "problem",
          text: "the records of runs cannot be kept in /home/ada/.local/state/deputize/shop: permission denied",
          next: "Make it a folder that you may write to, or set DEPUTIZE_HOME to a folder for all that deputize keeps."
        }
      ],
      style
    ),
  "config-explain": (style) =>
    explainedText(
      [
        { key: "provider", shown: "company", value: "company", source: source(1), over: [] },
        {
          key: "budget",
          shown: "[20k, 2usd]",
          value: ["20k", "2usd"],
          source: { _tag: "Variable", name: "DEPUTIZE_BUDGET" },
          over: [{ shown: "[60k, 2usd]", value: ["60k", "2usd"], source: source(3) }]
        },
        {
          key: "providers.company.base_url",
          shown: "https://llm.example.com/v1",
          value: "https://llm.example.com/v1",
          source: source(7),
          over: []
        }
      ],
      style
    ),
  "config-path": (style) =>
    pathsText(
      [
        { name: "user", path: "/home/ada/.config/deputize/config.yaml", exists: true, about: "your configuration" },
        { name: "agents", path: "/home/ada/.config/deputize/agents", exists: true, about: "your agents" },
        {
          name: "records",
          path: "/home/ada/.local/state/deputize/shop-3f1c",
          exists: false,
          about: "those of this workspace"
        }
      ],
      style
    )
}

describe.each(Object.entries(screens))("%s", (name, screen) => {
  it("adapts to the terminal", async () => {
    const widths = [40, 80, 120, 200].map(
      (columns) => `${"-".repeat(columns)}\n${screen(makeStyle(false, true, columns))}`
    )
    await expect(widths.join("\n")).toMatchFileSnapshot(join(import.meta.dirname, "golden", "columns", `${name}.txt`))
  })

  it("has no line that a terminal would break, but for single words", () => {
    for (let columns = 40; columns <= 200; columns += 1) {
      const broken = screen(makeStyle(false, true, columns))
        .split("\n")
        .filter(
          (line) =>
            widthOf(line) > columns &&
            line
              .trim()
              .replace(/^[a-z ]{0,11} +/, "")
              .includes(" ")
        )
      expect([columns, broken]).toStrictEqual([columns, []])
    }
  })

  it("is whole where there is no terminal", () => {
    const text = screen(makeStyle(false, true))
    expect(text).not.toContain("…")
    expect(text).not.toContain("no room for")
  })
})
