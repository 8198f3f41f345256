/**
 * The agents of a tortured run, and the model behind them as a pure function of the conversation: whoever asks with the
 * same conversation gets the same answer, also after a resume. A request is answered by playing the agent's part through
 * with the results that it holds, or that the summary in their place remembers.
 */
import type { Answer, Received } from "@deputize/core/testing/ProviderServer"
import { callId, isForSummary, keyOf, memoryOf, summaryOf, turnOfCall, turnText } from "./runMemory.ts"
import { type Call, givenFiles as filesOfParts, type Kind, type Part, partOf } from "./runParts.ts"

export { board, goalOf } from "./runParts.ts"

/** An agent that the run is started with. */
export interface Named {
  readonly key: string
  readonly kind: Kind
}

/** Nine agents, of which three start seven others and one of those two more. */
export const named: ReadonlyArray<Named> = [
  { key: "w1", kind: "writer" },
  { key: "w2", kind: "writer" },
  { key: "l1", kind: "lead" },
  { key: "l2", kind: "lead" },
  { key: "g1", kind: "grand" },
  { key: "t1", kind: "talker" },
  { key: "t2", kind: "talker" },
  { key: "p1", kind: "patcher" },
  { key: "r1", kind: "reader" }
]

/** One without which a run does not come to its end, by key. */
export const needed = "r1"

/** Said by one for which the results of a turn are gone. */
export const forgotten = "has forgotten what it has done"

/** What every kind of agent has, beside what its part needs. */
const writing = ["write_file", "edit", "delete_file"]
const team = ["spawn_agent", "wait", "send_message"]
const own = ["post_effect", "look_effect", "probe"]
const programs = ["run_program"]

export const toolsOf: Readonly<Record<Kind, ReadonlyArray<string>>> = {
  writer: ["read_file", "list_dir", "grep", ...writing, "update_plan", ...own, ...programs],
  lead: ["read_file", ...writing, "update_plan", ...team, ...own, ...programs],
  grand: ["read_file", ...writing, ...team, ...own],
  deputy: ["read_file", ...writing, ...team, ...own],
  talker: ["read_file", ...writing, "send_message", "list_agents", ...own, ...programs],
  patcher: ["read_file", ...writing, "apply_patch", ...own],
  helper: ["read_file", ...writing, ...own],
  reader: ["read_file", ...writing, ...own],
  foreman: ["spawn_agent", "wait"],
  quick: ["read_file", ...own]
}

/** Agents of a run that is only long: each starts `batches` times eight others. */
export const foremen = (batches: number): ReadonlyArray<Named> =>
  Array.from({ length: 8 }, (_, index) => ({ key: `f${index}*${batches}`, kind: "foreman" }))

/** Fifty agents that work for a while, or for as short as they can; others in each of many runs. */
export const fifty = (run: number, isFast: boolean): ReadonlyArray<Named> =>
  Array.from({ length: 50 }, (_, index) => ({ key: `${isFast ? "h" : "s"}${run}.${index}`, kind: "helper" }))

/** Files that are there before the run, with the definitions of those that are started by others. */
export const givenFiles: Readonly<Record<string, string>> = {
  ...filesOfParts(named.map(({ key }) => key)),
  ".deputize/agents/helper.md": definitionFile("helper"),
  ".deputize/agents/deputy.md": definitionFile("deputy"),
  ".deputize/agents/quick.md": definitionFile("quick")
}

/** Every effect of a run by its id; each is to happen exactly once. */
export const allEffects: ReadonlyArray<string> = [
  ...["w1", "w2"].flatMap((key) => [`${key}-1`, `${key}-2`]),
  ...["l1", "l2"].flatMap((key) => [key, `${key}.1`, `${key}.2`, `${key}.3`]),
  ...["g1.d", "g1.d.1", "g1.d.2", "t1", "t2", "p1", "r1-1", "r1-2", "r1-3"]
].toSorted()

export const answerTo = (received: Received): Answer => {
  const { goal, toolNames } = received
  const key = keyOf(goal)
  const memory = memoryOf(received)
  if (isForSummary(received)) return { delayMs: 10, chunkDelayMs: 1, text: summaryOf(memory) }
  // The answer that a limit demands, with no tool offered.
  if (toolNames.length === 0) return { text: `${key} was closed; ${turnText(key, memory.turn)}` }
  const { answer, calls, turn } = play(partOf(kindOf(key), key), memory.results)
  // Fifty in a soak are not there to be fast. Summaries are to come while all others are still at work.
  const slowness = key.startsWith("s") ? 40 : key.startsWith("r") ? 0 : 1
  const pace = {
    delayMs: slowness * spread(`${key}:${turn}`, 25),
    chunkDelayMs: slowness === 0 ? 0 : spread(`${turn}:${key}`, 4)
  }
  if (answer === forgotten) return { ...pace, text: `${key} ${answer}; ${turnText(key, memory.turn)}` }
  if (answer !== null) return { ...pace, text: answer }
  return {
    ...pace,
    text: `${key} goes on with its part; ${turnText(key, memory.turn)} it has some length, so that it comes in pieces.`,
    calls: calls.map((each, index) => ({ ...each, id: callId(turn, index) }))
  }
}

// internal

function definitionFile(kind: "helper" | "deputy" | "quick"): string {
  const spawn = kind === "deputy" ? "  spawn: ['*']\n" : ""
  const permissions = `permissions:\n  read: ['**']\n  write: ['**']\n${spawn}`
  return `---\nname: ${kind}\ndescription: Does a part\ntools: [${toolsOf[kind].join(", ")}]\n${permissions}limits:\n  tokens: 600000\n---\nDo your part.\n`
}

interface Played {
  /** From 1: the first turn whose results are not there yet. */
  readonly turn: number
  readonly calls: ReadonlyArray<Call>
  /** Null while the part goes on. */
  readonly answer: string | null
}

const play = (part: Part, outputs: ReadonlyMap<string, string>): Played => {
  const latest = Math.max(0, ...[...outputs.keys()].map(turnOfCall))
  let turn = 1
  let step = part.next()
  while (step.done !== true) {
    const results = step.value.flatMap((_, index) => outputs.get(callId(turn, index)) ?? [])
    if (results.length < step.value.length) {
      // Shortened without a summary, as it is where none can be paid.
      if (latest > turn) return { turn, calls: [], answer: forgotten }
      return { turn, calls: step.value, answer: null }
    }
    turn += 1
    step = part.next(results)
  }
  return { turn, calls: [], answer: step.value }
}

const kindOf = (key: string): Kind => {
  if (key.startsWith("f")) return key.includes("*") ? "foreman" : "quick"
  return named.find((each) => each.key === key)?.kind ?? (key.endsWith(".d") ? "deputy" : "helper")
}

/** Always the same number below `most` for a text. */
const spread = (text: string, most: number): number =>
  [...text].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 9_973, 7) % most
