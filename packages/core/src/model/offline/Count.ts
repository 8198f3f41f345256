/**
 * Goals that ask how many files there are: of which kind, divided by what. Only a goal that is understood to its last
 * word is taken for one: "without tests" or "that import it" would change the number, and is a question for others.
 */
import { anyFile, type FileKind, readKind } from "./FileKind.ts"
import { goalCharacters } from "./Goal.ts"

export interface Counting {
  readonly kind: FileKind
  /** `kind`: by the ending of the name. Null for one number. */
  readonly by: "package" | "folder" | "kind" | null
  /** The folders that the goal names. */
  readonly folders: ReadonlyArray<string>
}

/** Undefined for a goal that asks for something else. */
export const readCounting = (goal: string): Counting | undefined => {
  if (goal.length > goalCharacters) return undefined
  const text = goal.toWellFormed().normalize("NFKC").replace(outputFile, " ")
  const named = [...text.matchAll(folderName)].map((match) => ({
    whole: match[0],
    name: match[1] ?? match[2] ?? match[3]
  }))
  const said = named.reduce((rest, { whole }) => rest.replace(whole, " "), text)
  const asked = questions.map((question) => question.exec(said)?.[0]).find((found) => found !== undefined)
  if (asked === undefined) return undefined
  const divided = groupings.filter(([, pattern]) => pattern.test(said))
  const undivided = (rest: string) => divided.reduce((left, [, pattern]) => left.replace(pattern, " "), rest)
  const inside = readKind(asked)
  const others = undivided(said.replace(asked, " ").replace(outputForm, " "))
  const outside = readKind(others)
  const isUnderstood = isPlain(undivided(inside.rest)) && isPlain(outside.rest)
  const kind = oneKind(asked, inside.kind, others, outside.kind)
  if (!isUnderstood || divided.length > 1 || kind === undefined) return undefined
  return {
    kind,
    by: divided[0]?.[0] ?? null,
    folders: [...new Set(named.flatMap(({ name }) => name?.replace(/\/+$/, "") ?? []))]
  }
}

// internal

const isNamed = ({ endings, tests }: FileKind): boolean => endings.length > 0 || tests

/**
 * The kind that the question names, or what it says that the files are; undefined where it takes two numbers. `tests and
 * TypeScript files` are two, `TypeScript test files` one.
 */
const oneKind = (asked: string, inside: FileKind, others: string, outside: FileKind): FileKind | undefined => {
  if (inside.tests && inside.endings.length > 0 && joined.test(asked)) return undefined
  if (!isNamed(outside)) return isNamed(inside) ? inside : anyFile
  const { kind } = readKind(predicate.exec(others)?.[1] ?? "")
  const isSaid = kind.tests === outside.tests && kind.endings.join() === outside.endings.join()
  return isSaid && !isNamed(inside) ? outside : undefined
}

const conjunction = String.raw`(?<!\p{L})(?:and|or|und|oder|et|ou|y|o)(?!\p{L})`

const joined = new RegExp(`${conjunction}|[,&+/、]|と|和|与`, "iu")

/** `are TypeScript, JSON or YAML` */
const predicate = new RegExp(
  String.raw`\b(?:are|is|sind|ist|sont|son)\s+([^\s,]+(?:(?:,(?:\s+${conjunction})?|\s+${conjunction})\s+[^\s,]+)*)`,
  "iu"
)

/** Whether no word is left whose meaning could change the number. */
const isPlain = (text: string): boolean =>
  (text.match(/[\p{Script=Latin}\p{N}][\p{L}\p{M}\p{N}'’-]*/gu) ?? []).every((word) => plain.has(word.toLowerCase())) &&
  !/[^\p{Script=Latin}\p{Script=Hiragana}\p{Script=Common}\p{Script=Inherited}]/u.test(text.replace(plainParts, ""))

/** Up to seven words, none of which leads elsewhere: `the functions in TypeScript files` are functions. */
const between = String.raw`(?:(?!(?:in|of|per|by|from|across|for|von|pro|je|de|en|par)\s)[\p{L}\p{N}.*+#,&’'-]+\s+){0,7}?`

/** Where a language puts the kind behind its noun. */
const behind = String.raw`(?:\s+(?!(?:par|por|dans|en|de|des|du|del|et|y|sont|son|à|a|cada)(?!\p{L}))[\p{L}.*#+]+)?`

const questions: ReadonlyArray<RegExp> = [
  new RegExp(String.raw`\b(?:count|tally|how many|number of)\s+(?:up\s+)?(?:all\s+of\s+)?${between}files?\b`, "iu"),
  new RegExp(String.raw`(?<!\p{L})(?:zähle?n?|wie\s?viele|anzahl)\s+${between}[\p{L}\p{N}.+#-]*dateien(?!\p{L})`, "iu"),
  new RegExp(
    String.raw`(?<!\p{L})(?:combien de|comptez?|compter|nombre de)\s+${between}fichiers(?!\p{L})${behind}`,
    "iu"
  ),
  new RegExp(
    String.raw`(?<!\p{L})(?:cuántos|cuenta|contar|número de)\s+${between}(?:archivos|ficheros)(?!\p{L})${behind}`,
    "iu"
  ),
  /[^。、の\s]*\s*(?:の)?ファイル(?:の?(?:個|件)?数|を[^。]{0,30}?(?:数え|カウント|集計)|[はが][^。]{0,12}?(?:いくつ|何個|何件)|、?[^。]{0,10}?(?:いくつ|何個))/u,
  /(?:多少|几)个?[^。]{0,20}?文件|[^。,的\s]*\s*文件的?(?:数量|数目|个数|总数)|(?:统计|数一?数|计算|清点)[^。]{0,30}?文件/u
]

/** Where the answer is to be written; `the files in README.md` are others. */
const outputFile =
  /(?<![\p{L}\p{N}_.-])(?<!\bfiles?\s+(?:in|of|from)\s+)(?:[\p{L}\p{N}_.@-]+\/)*[\p{L}\p{N}_@-]+\.(?:md|txt|json|csv|html)(?![\p{L}\p{N}])/giu

/** In which form the answer is wanted, which is no kind of what is counted. */
const outputForm =
  /(?:\b(?:as|into|to|als|(?:table|report|list|it|them|results?|answer|numbers?)\s+in)\s+(?:an?\s+)?|(?<=[\p{Script=Han}\p{Script=Hiragana}]\s*))(?:markdown|json|csv|html)\b(?!\s*(?:files|ファイル|文件))|\b(?:markdown|json|csv|html)(?=\s*(?:table|report|list|summary|document|page|output|tabelle|bericht|liste)|\s*[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}])(?!\s*(?:ファイル|文件))/giu

/** `packages/core`, `src/`, "the `src` folder". */
const folderName =
  /(?<![\p{L}\p{N}_./:-])((?:[\p{L}\p{N}_.@-]+\/)+[\p{L}\p{N}_@-]*)(?![\p{L}\p{N}_./*])|\b(?:in|under|below|inside)\s+(?:the\s+)?(?:`([\p{L}\p{N}_.@-]+)`(?:\s+(?:folder|directory))?|((?!(?:each|every|all|which|this|that|the|our|my)\b)[\p{L}\p{N}_.@-]+)\s+(?:folder|directory)\b)/giu

const groupings: ReadonlyArray<readonly [Exclude<Counting["by"], null>, RegExp]> = [
  [
    "package",
    /\b(?:by|per|(?:in|for|of)\s+(?:each|every)|each|every)\s+(?:npm\s+|node\s+)?(?:packages?|modules?|workspaces?)\b|\b(?:je|pro|nach|in\s+jede[mr])\s+(?:paket|modul)e?n?\b|\b(?:par|por|cada)\s+(?:paquet|paquete)s?\b|(?:パッケージ|モジュール)(?:ごと|毎|別)|各(?:パッケージ|モジュール)|(?:按|每个?|各个?)(?:包|模块)/iu
  ],
  [
    "folder",
    /\b(?:by|per|(?:in|for|of)\s+(?:each|every)|each|every)\s+(?:top[- ]level\s+)?(?:folders?|director(?:y|ies)|dirs?)\b|\b(?:je|pro|nach|in\s+jede[mr])\s+(?:ordner|verzeichnis)(?:se)?n?\b|(?:フォルダー?|ディレクトリ)(?:ごと|毎|別)|各(?:フォルダ|ディレクトリ)|(?:按|每个?|各个?)(?:文件夹|目录)/iu
  ],
  [
    "kind",
    /\b(?:by|per|(?:of|for)\s+(?:each|every)|each|every)\s+(?:file\s+)?(?:kinds?|types?|extensions?|languages?|endings?)\b|\b(?:je|pro|nach)\s+(?:art|typ|dateityp|endung|dateiendung|sprache)e?n?\b|(?:種類|拡張子|言語|タイプ|形式)(?:ごと|毎|別)|(?:按|每种|各种)(?:文件)?(?:类型|扩展名|语言|种类)/iu
  ]
]

/** Words around the question that leave its answer as it is. */
const plain: ReadonlySet<string> = new Set(
  `a an the all of and or in on to into as it its them is are do does we i you there here exist exists have has please
  count counts counting tally up how many number numbers total totals files file our my your this these that whole
  entire each by me us show give tell write make create produce print put save list report with for table tables
  summary overview result results answer page document artifact repository repo project workspace codebase folder
  directory
  zähl zähle zählen wie viele wieviele anzahl alle aller die der das den dem ein eine einer einen und oder in im ins als
  es gibt sind ist hier bitte schreib schreibe schreiben erstelle mach mache gib zeige liste bericht tabelle übersicht
  ergebnis dateien repository projekt arbeitsbereich diesem dieses mir
  combien comptez compte compter nombre de des les le la un une tous y a t il dans ce dépôt projet et écris tableau
  fichiers cuántos cuenta contar número los las el hay en este repositorio proyecto y escribe tabla todos archivos
  ficheros`.split(/\s+/)
)

/** The same where words are not spaced; longer ones first, for those that they begin with. */
const plainParts = new RegExp(
  `ファイル 個数 件数 総数 数 集計 カウント 全部 全て 全体 各 表 一覧 報告書 報告 レポート 結果 出力 書 作 成 保存 教 示 表示 何個 何件
  内 中 この リポジトリ プロジェクト ワークスペース フォルダー フォルダ ディレクトリ 合計
  多少 几 个 统计 计算 清点 总 每 所有 全 都 有 的 在 里 文件 数量 数目 数一数 一 张 份 写 做 列 出 生成 创建 制 表格 报告 结果 输出 并 和
  请 给 我 这 仓库 项目 工作区 目录 下`
    .split(/\s+/)
    .toSorted((one, other) => other.length - one.length)
    .join("|"),
  "gu"
)
