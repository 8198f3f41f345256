/**
 * The words of a report, in the languages that it can be written in.
 */
import type { ReportLanguage } from "./Probe.ts"

export interface Phrases {
  readonly summary: (lines: number, files: number, goal: string) => string
  readonly summaryFiles: (files: number, goal: string) => string
  readonly nothing: (goal: string) => string
  readonly onlyWeak: (matches: number, goal: string) => string
  readonly nothingFor: (titles: ReadonlyArray<string>) => string
  readonly folders: (names: string) => string
  readonly nothingSeen: string
  readonly standIn: string
  readonly cut: (characters: number) => string
  readonly generic: (titles: ReadonlyArray<string>) => string
  readonly term: (term: string) => string
  readonly file: (name: string) => string
  readonly name: (words: string) => string
  readonly near: (words: string, name: string) => string
  readonly noTest: string
  /** Stands in for `noTest`. */
  readonly importsUnchecked: string
  readonly notChecked: (count: number, checked: number) => string
  readonly moreLines: (count: number) => string
  readonly moreFiles: (count: number) => string
  readonly leftOut: (count: number) => string
  readonly capped: string
  readonly searched: string
  readonly noLine: (pattern: string, where: string) => string
  readonly noFile: (pattern: string, where: string) => string
  readonly allTested: (where: string) => string
  readonly hits: (pattern: string, where: string, lines: number, files: number) => string
  readonly fileHits: (pattern: string, where: string, files: number) => string
  readonly sought: (count: number, atLeast: boolean, what: string) => string
  readonly failed: (pattern: string, error: string) => string
  readonly notAnswered: (pattern: string) => string
  readonly read: (files: string) => string
  readonly wholeWorkspace: string
  readonly limits: string
  readonly cannot: string
  readonly cannotWrite: string
}

const n = (count: number, one: string, many: string): string => `${count} ${count === 1 ? one : many}`

const en: Phrases = {
  summary: (lines, files, goal) => `Found ${n(lines, "line", "lines")} in ${n(files, "file", "files")} for “${goal}”.`,
  summaryFiles: (files, goal) => `Found ${n(files, "file", "files")} for “${goal}”.`,
  nothing: (goal) => `Nothing in the searched files matches “${goal}”.`,
  onlyWeak: (matches, goal) =>
    `Nothing in code for “${goal}”, only ${n(matches, "weaker match", "weaker matches")} in comments, string data, prose or generated files.`,
  nothingFor: (titles) => `Looked for and not found in code: ${titles.join(", ")}.`,
  folders: (names) => `Folders at the top: ${names}.`,
  nothingSeen: "No file was searched: the agent had to finish before any tool answered.",
  standIn: "Reports in this goal's language are not available, so this one is in English.",
  cut: (characters) => `Only the first ${characters} characters of the goal were read.`,
  generic: (titles) =>
    `The goal names nothing to look for, so the role's own checks ran. More that it can look for: ${titles.join(", ")}.`,
  term: (term) => `Lines with ${term}`,
  file: (name) => `Files named ${name}`,
  name: (words) => `Source files with ${words} in their names`,
  near: (words, name) => `Lines with ${words} in files and folders named ${name}`,
  noTest:
    "“Without a test” means: no test file has this name, and no test file imports this file. A file that tests reach only through another one is listed. Behaviour first; constants, types, scripts and entry files last.",
  importsUnchecked:
    "No test file has these names; not all imports of the test files were seen, so a test may import some of these files.",
  notChecked: (count, checked) =>
    `${count} files have no test of their name; ${checked} of them were looked up in the tests' imports. Narrow the scope to see the others.`,
  moreLines: (count) => `${n(count, "more line", "more lines")} not listed here`,
  moreFiles: (count) => `${n(count, "more file", "more files")} not listed here`,
  leftOut: (count) =>
    `${n(count, "weaker match", "weaker matches")} (comments, string data, prose, generated files) not listed`,
  capped: "the search was cut at its limit, there may be more",
  searched: "What was searched",
  noLine: (pattern, where) => `no line matches ${pattern} in ${where}`,
  noFile: (pattern, where) => `no file matches ${pattern} in ${where}`,
  allTested: (where) => `every source file in ${where} is named or imported by a test file`,
  hits: (pattern, where, lines, files) =>
    `${pattern} in ${where}: ${n(lines, "line", "lines")} in ${n(files, "file", "files")}`,
  fileHits: (pattern, where, files) => `${pattern} in ${where}: ${n(files, "file", "files")}`,
  sought: (count, atLeast, what) => `searched ${atLeast ? "at least " : ""}${n(count, "file", "files")} for ${what}`,
  failed: (pattern, error) => `${pattern} was not searched: ${error}`,
  notAnswered: (pattern) => `${pattern} was not searched`,
  read: (files) => `Lines read: ${files}`,
  wholeWorkspace: "the workspace",
  limits: "Limits of this report",
  cannot:
    "Evidence-only mode finds and quotes lines; it does not judge, infer intent or follow data flow. That needs a language model.",
  cannotWrite:
    "Evidence-only mode wrote no code and no text: this is the evidence to write from. Writing needs a language model."
}

const ja: Phrases = {
  summary: (lines, files, goal) => `「${goal}」に関する ${lines} 行を ${files} ファイルで見つけました。`,
  summaryFiles: (files, goal) => `「${goal}」に関する ${files} ファイルを見つけました。`,
  nothing: (goal) => `検索したファイルに「${goal}」に当てはまるものはありません。`,
  onlyWeak: (matches, goal) =>
    `「${goal}」に当てはまるコードはありません。コメント・文字列・文章・生成ファイルに弱い一致が ${matches} 件あるだけです。`,
  nothingFor: (titles) => `コードには見つからなかったもの:${titles.join("、")}。`,
  folders: (names) => `最上位のフォルダー:${names}。`,
  nothingSeen: "どのファイルも検索していません。ツールの応答前に終了する必要がありました。",
  standIn: "",
  cut: (characters) => `目標は最初の ${characters} 文字だけを読みました。`,
  generic: (titles) =>
    `目標に検索対象がないため、役割の既定の検査を実行しました。ほかに検査できるもの:${titles.join("、")}。`,
  term: (term) => `${term} を含む行`,
  file: (name) => `${name} という名前のファイル`,
  name: (words) => `名前に ${words} を含むソースファイル`,
  near: (words, name) => `${name} という名前のファイル・フォルダーで ${words} を含む行`,
  noTest:
    "「テストのない」とは、同名のテストファイルがなく、どのテストファイルからも import されていないことです。ほかのファイルを通してだけテストされるものも含みます。処理を持つファイルが先、定数・型・スクリプト・起動ファイルは最後です。",
  importsUnchecked:
    "同名のテストがないファイルです。テストの import をすべては確認できていないため、import されているものがあるかもしれません。",
  notChecked: (count, checked) =>
    `同名のテストがないのは ${count} ファイルで、そのうち ${checked} ファイルについてテストの import を調べました。残りは範囲を絞ると調べられます。`,
  moreLines: (count) => `ほか ${count} 行`,
  moreFiles: (count) => `ほか ${count} ファイル`,
  leftOut: (count) => `弱い一致 ${count} 件(コメント・文字列・文章・生成ファイル)は省略`,
  capped: "検索は上限で打ち切られたため、ほかにもある可能性があります",
  searched: "検索した内容",
  noLine: (pattern, where) => `${where}に ${pattern} に一致する行はありません`,
  noFile: (pattern, where) => `${where}に ${pattern} に一致するファイルはありません`,
  allTested: (where) => `${where}のソースファイルはすべてテストファイルから名指しまたは import されています`,
  hits: (pattern, where, lines, files) => `${where}で ${pattern}:${files} ファイルに ${lines} 行`,
  fileHits: (pattern, where, files) => `${where}で ${pattern}:${files} ファイル`,
  sought: (count, atLeast, what) => `${what} を ${count} ファイル${atLeast ? "以上" : ""}で検索`,
  failed: (pattern, error) => `${pattern} は検索できませんでした:${error}`,
  notAnswered: (pattern) => `${pattern} は検索していません`,
  read: (files) => `読んだ行:${files}`,
  wholeWorkspace: "ワークスペース全体",
  limits: "このレポートの限界",
  cannot:
    "証拠のみのモードは行を見つけて引用しますが、判断、意図の推測、データの流れの追跡はしません。それには言語モデルが必要です。",
  cannotWrite:
    "証拠のみのモードはコードも文章も書いていません。これは執筆のための証拠です。執筆には言語モデルが必要です。"
}

const zh: Phrases = {
  summary: (lines, files, goal) => `针对“${goal}”,在 ${files} 个文件中找到 ${lines} 行。`,
  summaryFiles: (files, goal) => `针对“${goal}”,找到 ${files} 个文件。`,
  nothing: (goal) => `搜索过的文件中没有与“${goal}”匹配的内容。`,
  onlyWeak: (matches, goal) =>
    `代码中没有与“${goal}”匹配的内容,只在注释、字符串、文档或生成文件中有 ${matches} 个较弱的匹配。`,
  nothingFor: (titles) => `代码中没有找到:${titles.join("、")}。`,
  folders: (names) => `顶层文件夹:${names}。`,
  nothingSeen: "没有搜索任何文件:在工具给出结果之前就必须结束。",
  standIn: "",
  cut: (characters) => `只读取了目标的前 ${characters} 个字符。`,
  generic: (titles) => `目标没有说明要找什么,因此运行了该角色的默认检查。还可以检查:${titles.join("、")}。`,
  term: (term) => `包含 ${term} 的行`,
  file: (name) => `名为 ${name} 的文件`,
  name: (words) => `名称含 ${words} 的源文件`,
  near: (words, name) => `名为 ${name} 的文件和文件夹中包含 ${words} 的行`,
  noTest:
    "“没有测试”是指:没有同名的测试文件,也没有测试文件导入它。只通过其他文件被测到的文件也列出。有行为的文件在前,常量、类型、脚本和入口文件在后。",
  importsUnchecked: "没有与这些文件同名的测试;测试文件的导入未能全部查看,因此其中一些可能已被测试导入。",
  notChecked: (count, checked) =>
    `没有同名测试的文件共 ${count} 个,其中 ${checked} 个已在测试的导入中核对。缩小范围可查看其余文件。`,
  moreLines: (count) => `另有 ${count} 行未列出`,
  moreFiles: (count) => `另有 ${count} 个文件未列出`,
  leftOut: (count) => `${count} 个较弱的匹配(注释、字符串、文档、生成文件)未列出`,
  capped: "搜索达到上限而被截断,可能还有更多",
  searched: "搜索内容",
  noLine: (pattern, where) => `${where}中没有匹配 ${pattern} 的行`,
  noFile: (pattern, where) => `${where}中没有匹配 ${pattern} 的文件`,
  allTested: (where) => `${where}中的每个源文件都有同名或导入它的测试文件`,
  hits: (pattern, where, lines, files) => `在${where}中搜索 ${pattern}:${files} 个文件,${lines} 行`,
  fileHits: (pattern, where, files) => `在${where}中搜索 ${pattern}:${files} 个文件`,
  sought: (count, atLeast, what) => `在${atLeast ? "至少 " : " "}${count} 个文件中搜索了 ${what}`,
  failed: (pattern, error) => `未能搜索 ${pattern}:${error}`,
  notAnswered: (pattern) => `没有搜索 ${pattern}`,
  read: (files) => `读取的行:${files}`,
  wholeWorkspace: "整个工作区",
  limits: "本报告的局限",
  cannot: "仅证据模式只查找并引用代码行,不作判断,不推测意图,也不跟踪数据流。这些需要语言模型。",
  cannotWrite: "仅证据模式没有编写任何代码或文字:这里是供编写用的证据。编写需要语言模型。"
}

const de: Phrases = {
  summary: (lines, files, goal) =>
    `${n(lines, "Zeile", "Zeilen")} in ${n(files, "Datei", "Dateien")} gefunden zu „${goal}“.`,
  summaryFiles: (files, goal) => `${n(files, "Datei", "Dateien")} gefunden zu „${goal}“.`,
  nothing: (goal) => `Nichts in den durchsuchten Dateien passt zu „${goal}“.`,
  onlyWeak: (matches, goal) =>
    `Nichts im Code zu „${goal}“, nur ${n(matches, "schwächerer Treffer", "schwächere Treffer")} in Kommentaren, Zeichenketten, Prosa oder erzeugten Dateien.`,
  nothingFor: (titles) => `Im Code gesucht und nicht gefunden: ${titles.join(", ")}.`,
  folders: (names) => `Ordner obenan: ${names}.`,
  nothingSeen: "Keine Datei wurde durchsucht: der Agent musste enden, bevor ein Werkzeug antwortete.",
  standIn: "",
  cut: (characters) => `Nur die ersten ${characters} Zeichen des Ziels wurden gelesen.`,
  generic: (titles) =>
    `Das Ziel nennt nichts, wonach zu suchen wäre; darum liefen die Prüfungen der Rolle. Sie kann auch suchen nach: ${titles.join(", ")}.`,
  term: (term) => `Zeilen mit ${term}`,
  file: (name) => `Dateien namens ${name}`,
  name: (words) => `Quelldateien mit ${words} im Namen`,
  near: (words, name) => `Zeilen mit ${words} in Dateien und Ordnern namens ${name}`,
  noTest:
    "„Ohne Test“ heißt: keine Testdatei trägt diesen Namen, und keine importiert diese Datei. Was Tests nur über eine andere Datei erreichen, ist aufgeführt. Verhalten zuerst; Konstanten, Typen, Skripte und Startdateien zuletzt.",
  importsUnchecked:
    "Keine Testdatei trägt diese Namen; nicht alle Importe der Testdateien wurden gesehen, einige dieser Dateien kann ein Test also importieren.",
  notChecked: (count, checked) =>
    `${count} Dateien haben keinen Test ihres Namens; ${checked} davon wurden in den Importen der Tests nachgesehen. Ein engerer Bereich zeigt die übrigen.`,
  moreLines: (count) => `${n(count, "weitere Zeile", "weitere Zeilen")} hier nicht aufgeführt`,
  moreFiles: (count) => `${n(count, "weitere Datei", "weitere Dateien")} hier nicht aufgeführt`,
  leftOut: (count) =>
    `${n(count, "schwächerer Treffer", "schwächere Treffer")} (Kommentare, Zeichenketten, Prosa, erzeugte Dateien) nicht aufgeführt`,
  capped: "die Suche endete an ihrer Grenze, es kann mehr geben",
  searched: "Was durchsucht wurde",
  noLine: (pattern, where) => `keine Zeile passt auf ${pattern} in ${where}`,
  noFile: (pattern, where) => `keine Datei passt auf ${pattern} in ${where}`,
  allTested: (where) => `jede Quelldatei in ${where} wird von einer Testdatei genannt oder importiert`,
  hits: (pattern, where, lines, files) =>
    `${pattern} in ${where}: ${n(lines, "Zeile", "Zeilen")} in ${n(files, "Datei", "Dateien")}`,
  fileHits: (pattern, where, files) => `${pattern} in ${where}: ${n(files, "Datei", "Dateien")}`,
  sought: (count, atLeast, what) =>
    `${atLeast ? "mindestens " : ""}${n(count, "Datei", "Dateien")} durchsucht nach ${what}`,
  failed: (pattern, error) => `nach ${pattern} wurde nicht gesucht: ${error}`,
  notAnswered: (pattern) => `nach ${pattern} wurde nicht gesucht`,
  read: (files) => `Gelesene Zeilen: ${files}`,
  wholeWorkspace: "dem Arbeitsbereich",
  limits: "Grenzen dieses Berichts",
  cannot:
    "Der Modus ohne Sprachmodell findet und zitiert Zeilen; er urteilt nicht, deutet keine Absicht und verfolgt keinen Datenfluss. Dafür braucht es ein Sprachmodell.",
  cannotWrite:
    "Der Modus ohne Sprachmodell hat weder Code noch Text geschrieben: dies sind die Belege dafür. Zum Schreiben braucht es ein Sprachmodell."
}

export const phrases: Readonly<Record<ReportLanguage, Phrases>> = { en, ja, zh, de }
