/**
 * Writes a definition of an agent by rules, where no language model is there to write one: the goal is what was asked,
 * the name is made of its words, and a file is promised where one is asked for. The same prompt gives the same
 * definition in any process.
 */
import { fold, kindOf, wordsOf } from "./Words.ts"

/** The role that writes definitions, by the name that requests carry. */
export const authorName = "agent-author"

/** What is asked of it, in words that tell its run from the agent's. */
export const authorGoal = (prompt: string): string => `${ask}${prompt}`

/** A definition as JSON, for a reader of generated ones. */
export const writeDefinition = (asked: string): string => {
  const prompt = asked.startsWith(ask) ? asked.slice(ask.length) : asked
  const goal = prompt.toWellFormed().normalize("NFKC").trim().slice(0, mostGoalCharacters)
  const name = nameFor(goal)
  const file = artifactFor(goal, name)
  return JSON.stringify({
    name,
    goal,
    tools: { mcp: ["list_dir", "glob", "grep", "read_file"], shell: [] },
    policies: { context: { max_tokens: tokens }, permissions: { filesystem: ["**"], network: [] } },
    success_criteria: file === undefined ? [] : [`${file} holds the answer`],
    artifacts: file === undefined ? [] : [file]
  })
}

/** At most four words of the goal, in any script; `agent` for a goal without words. */
export const nameFor = (goal: string): string => {
  const head = goal.slice(0, mostNameSource)
  const said = namable(head.replace(/\S*[\p{L}\p{N}_][/.][\p{L}\p{N}_]\S*/gu, " "))
  const telling = said.filter((word) => !ofAnswers.has(word))
  // What is to be done with the answer, and names of files, say most only where there is little else.
  const words = [telling, said, namable(head.replace(/[/._]/g, " "))].find((list) => list.length > 1) ?? said
  const kept: Array<string> = []
  for (const word of words.slice(0, mostWords)) {
    if ([...kept, word].join("-").length <= longestName) kept.push(word)
  }
  return kept.join("-") || "agent"
}

// internal

const ask = "Define an agent for this task: "

const mostGoalCharacters = 2_000
const mostNameSource = 400
const mostWords = 4
const longestWord = 24
const longestName = 48

/** What a search and its report take in a repository of some size. */
const tokens = 30_000

const ofAnswers: ReadonlySet<string> = new Set(
  "write create produce make generate save put give show tell please schreibe schreib erstelle erzeuge speichere bitte 生成 作成 保存 出力 写 创建 输出".split(
    " "
  )
)

/** Words as names of agents may hold them, each once, without grammar. */
const namable = (text: string): ReadonlyArray<string> => [
  ...new Set(
    wordsOf(text)
      .map((word) => fold(word).replace(/[^\p{Ll}\p{Lo}\p{Lm}\p{M}\p{N}]/gu, ""))
      .filter((word) => word !== "" && kindOf(word) !== "stop" && Array.from(word).length <= longestWord)
  )
]

/** The file that the goal names for its answer, or one for the form that it asks for. */
const artifactFor = (goal: string, name: string): string | undefined => {
  const named = targets.map((target) => target.exec(goal)?.[1]).find((path) => path !== undefined)
  if (named !== undefined) return named
  if (!forms.some((form) => form.test(goal.replace(pathIn, " ")))) return undefined
  return `artifacts/${name}.${asJson.test(goal) ? "json" : "md"}`
}

const path = String.raw`(?:[\p{L}\p{N}_.@-]+\/)*[\p{L}\p{N}_@-]+\.(?:md|txt|json|csv|html|ya?ml|xml|tsv)`

const pathIn = new RegExp(`(?<![\\p{L}\\p{N}_./-])${path}(?![\\p{L}\\p{N}_])`, "gu")

/** A path behind or before the words that make it the place for the answer. */
const targets: ReadonlyArray<RegExp> = [
  new RegExp(
    `\\b(?:to|into|as|nach|unter|als)\\s+(?:the\\s+)?(?:file\\s+|datei\\s+)?[\`"']?(${path})(?![\\p{L}\\p{N}_])`,
    "iu"
  ),
  new RegExp(
    `\\b(?:write|save|put|schreibe?|speichere?)\\s+(?:it\\s+)?(?:in\\s+)?[\`"']?(${path})(?![\\p{L}\\p{N}_])`,
    "iu"
  ),
  new RegExp(
    `[\`「]?(${path})[\`」]?\\s*(?:というファイル)?(?:に|へ)(?:[^。]{0,20})(?:書|保存|出力|まとめ|作成|記録)`,
    "u"
  ),
  new RegExp(`(?:写入|写到|写进|保存到|保存为|输出到|存入|存到)\\s*[\`“]?(${path})`, "u")
]

/** Words that ask for something to keep. */
const forms: ReadonlyArray<RegExp> = [
  /\b(?:write|create|produce|save|generate|make|build|prepare|draft|export)\b[^.;]{0,60}?\b(?:table|report|document|page|file|list|summary|overview|index|matrix|markdown|json)\b/iu,
  /\b(?:as|into|in)\s+an?\s+(?:\p{L}+\s+)?(?:table|report|document|page|file|list|json)\b/iu,
  /(?:表|レポート|報告書?|文書|ドキュメント|ファイル|一覧|要約)(?:に|へ|を|として)[^。、]{0,8}?(?:する|して|しろ|書|作|まとめ|出力|保存|生成)/u,
  /(?:写|生成|创建|输出|制作|保存|列|整理)[^。;]{0,14}?(?:表|报告|文件|文档|清单|列表|摘要)/u,
  /(?<!\p{L})(?:schreib|erstell|erzeug|mach|speicher)\p{L}*\s[^.;]{0,60}?(?:tabelle|bericht|datei|liste|dokument|übersicht|zusammenfassung)(?!\p{L})/iu
]

const asJson =
  /\b(?:as|in|to|into|als)\s+(?:a\s+)?json\b|json\s*(?:で|に|として|形式|格式)|\bjson\s+(?:file|report|list|datei)/iu
