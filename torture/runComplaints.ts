/**
 * What users of such programs complain of most, done to the command line as they start it.
 */
import { existsSync } from "node:fs"
import { join } from "node:path"
import type { Answer, Answering, Received } from "@deputize/core/testing/ProviderServer"
import { type Seen, same } from "./buildTruth.ts"
import { calls, withCli } from "./runCli.ts"
import { afterwards, atMost, inTime, range, resultOf } from "./runCliTruth.ts"
import type { RunTorture } from "./runTorture.ts"

export const complaints: ReadonlyArray<RunTorture> = [
  { name: "an agent that starts itself for ever", run: forkBomb },
  { name: "429 storm over 50 agents", run: storm },
  { name: "a child that hangs", run: hungChild },
  { name: "an agent claims success, and its check fails", run: falseClaim },
  { name: "an agent that would have to ask, and nobody is there", run: mustAsk }
]

// internal

const definition = (name: string, tools: string, more = ""): string =>
  `---\nname: ${name}\ndescription: Does a part\ntools: [${tools}]\n${more}---\nDo your part.\n`

const spawning = "permissions:\n  read: ['**']\n  spawn: ['*']\n"

function forkBomb(): Promise<Seen> {
  let count = 0
  const answering: Answering = ({ toolNames, toolOutputs }) => {
    if (toolNames.length === 0) return { text: "So be it." }
    if (toolOutputs.length % 5 === 4) return calls(["wait", {}])
    return calls(...range(4).map(() => ["spawn_agent", { agent: "bomb", goal: `more ${++count}` }] as const))
  }
  return withCli(answering, async (cli) => {
    cli.write(
      ".deputize/agents/bomb.md",
      definition("bomb", "spawn_agent, wait", `${spawning}limits:\n  tokens: 600000\n`)
    )
    const end = await cli.run("delegate", "bomb", "begin", "--budget", "600k", "--trust", "--json")
    const { agents, budget } = resultOf(end)
    return {
      seen: `${agents.length} agents, ${budget.tokens.used} tokens, exit ${end.code} after ${seconds(end)}`,
      problems: [
        ...same("exit code", end.code, 3),
        ...(agents.length > 1 ? [] : ["it has started no other"]),
        ...atMost("agents", agents.length, 33),
        ...inTime("milliseconds", end.ms, 60_000),
        ...atMost("levels", Math.max(...agents.map(({ path }) => path.split("/").length - 2)), 4),
        ...(await afterwards(cli, 600_000))
      ]
    }
  })
}

const seconds = ({ ms }: { readonly ms: number }): string => `${(ms / 1_000).toFixed(1)} s`

/** Lets ten requests through in half a second. */
function storm(): Promise<Seen> {
  let [window, passed, refused] = [0, 0, 0]
  const answering: Answering = ({ at, toolOutputs }) => {
    if (at - window > 500) [window, passed] = [at, 0]
    passed += 1
    if (passed > 10) {
      refused += 1
      return { status: 429, headers: { "retry-after": "1" } }
    }
    return toolOutputs.length < 2
      ? calls(["read_file", { path: `src/file${toolOutputs.length}.ts` }])
      : { text: "Two files were read: src/file0.ts:1, src/file1.ts:1" }
  }
  return withCli(answering, async (cli) => {
    const goals = range(50).flatMap((index) => ["--goal", `Look at part ${index}`])
    const names = range(50).map(() => "explorer")
    const end = await cli.run(
      "delegate-parallel",
      names.join(","),
      ...goals,
      "--budget",
      "4M",
      "--max-parallel",
      "50",
      "--json"
    )
    const { agents, budget } = resultOf(end)
    const completed = agents.filter(({ status }) => status === "completed").length
    return {
      seen: `${completed} of 50 completed, ${refused} requests refused, exit ${end.code} after ${seconds(end)}`,
      problems: [
        ...same("completed agents", completed, 50),
        ...same("exit code", end.code, 0),
        // 150 are needed; of a stampede thousands are refused.
        ...(refused > 0 ? [] : ["no request was refused: that is no storm"]),
        ...atMost("refused requests", refused, 150),
        ...same("tokens", budget.tokens.used, cli.server.billed.total),
        ...(await afterwards(cli, 4_000_000))
      ]
    }
  })
}

const leading = ({ toolOutputs }: Received, goals: ReadonlyArray<readonly [agent: string, goal: string]>): Answer => {
  const last = toolOutputs.at(-1)?.text ?? ""
  if (toolOutputs.length === 0) return calls(...goals.map(([agent, goal]) => ["spawn_agent", { agent, goal }] as const))
  if (toolOutputs.length === goals.length || last.includes("Not ended yet")) return calls(["wait", {}])
  return {
    text: `My children said: ${toolOutputs
      .slice(goals.length)
      .map(({ text }) => text)
      .join(" ")}`
  }
}

const parts = [
  ["helper", "part one"],
  ["helper", "part two"],
  ["hurried", "part hung"]
] as const

/** One that says nothing any more; what the others found is delivered all the same. */
function hungChild(): Promise<Seen> {
  const answering: Answering = (received) => {
    if (received.goal.includes("lead all")) return leading(received, parts)
    if (received.goal.includes("hung")) return { text: "I begin", fault: { kind: "stall", at: "mid-text" } }
    return { text: `found in ${received.goal.slice(0, 8)}` }
  }
  return withCli(
    answering,
    async (cli) => {
      cli.write(".deputize/agents/boss.md", definition("boss", "spawn_agent, wait", spawning))
      const limits = "limits:\n  tokens: 60000\n"
      cli.write(".deputize/agents/helper.md", definition("helper", "read_file", limits))
      // Time enough for an answer, of those that get one also where the machine is slow.
      cli.write(".deputize/agents/hurried.md", definition("hurried", "read_file", `${limits}  wall_ms: 3000\n`))
      const end = await cli.run("delegate", "boss", "lead all", "--budget", "400k", "--trust", "--json")
      const { agents } = resultOf(end)
      const [boss, ...children] = agents
      const states = children
        .map(({ status }) => status)
        .toSorted()
        .join(", ")
      return {
        seen: `children: ${states}; exit ${end.code} after ${seconds(end)}`,
        problems: [
          ...same("children", states, "completed, completed, timed_out"),
          ...same("the one that started them", boss?.status ?? "", "completed"),
          ...["found in part one", "found in part two"].flatMap((text) =>
            boss?.answer.includes(text) === true ? [] : [`its answer lacks "${text}": ${boss?.answer}`]
          ),
          ...inTime("milliseconds", end.ms, 15_000),
          ...(await afterwards(cli, 400_000))
        ]
      }
    },
    { stream_idle_timeout_ms: 60_000 }
  )
}

function falseClaim(): Promise<Seen> {
  return withCli(
    () => ({ text: "All is done, and every test passes." }),
    async (cli) => {
      const end = await cli.run(
        "delegate",
        "explorer",
        "Make it pass",
        "--check",
        "test -f done.txt",
        "--budget",
        "100k",
        "--json"
      )
      const { agents } = resultOf(end)
      const [agent] = agents
      return {
        seen: `${agent?.status}, ${agent?.error?.tag ?? "no error"}, exit ${end.code}`,
        problems: [
          ...same("exit code", end.code, 8),
          ...same("verified", agent?.verified ?? true, false),
          ...(agent?.status === "completed" ? ["it counts as completed"] : []),
          ...(await afterwards(cli, 100_000))
        ]
      }
    }
  )
}

/** Denied at once, by a result that the model reads; nothing waits for an answer. */
function mustAsk(): Promise<Seen> {
  const told: Array<string> = []
  const answering: Answering = ({ toolOutputs }) => {
    told.splice(0, told.length, ...toolOutputs.map(({ text }) => text))
    if (toolOutputs.length === 0) return calls(["write_file", { path: "made.txt", content: "made\n" }])
    return { text: "I was not allowed to write it." }
  }
  return withCli(answering, async (cli) => {
    cli.write(
      ".deputize/agents/asker.md",
      definition("asker", "read_file, write_file", "permissions:\n  read: ['**']\n  write: [elsewhere/**]\n")
    )
    const end = await cli.run("delegate", "asker", "Write made.txt", "--budget", "100k", "--trust", "--json")
    const { status } = resultOf(end)
    return {
      seen: `"${told[0]?.slice(0, 40)}", ${status}, exit ${end.code} after ${seconds(end)}`,
      problems: [
        ...(told[0]?.startsWith("denied") === true ? [] : [`the model was told: ${told[0]}`]),
        ...(existsSync(join(cli.place.workspace, "made.txt")) ? ["it was written"] : []),
        ...inTime("milliseconds", end.ms, 10_000),
        ...(await afterwards(cli, 100_000))
      ]
    }
  })
}
