/**
 * The words of a report that counts files, in the languages that it can be written in.
 */
import type { Counting } from "./Count.ts"
import type { ReportLanguage } from "./Probe.ts"
import type { Rest } from "./Tally.ts"

export interface CountPhrases {
  /** What is counted: `TypeScript files`. */
  readonly files: (kind: string, tests: boolean) => string
  readonly total: (number: string, files: string, where: string) => string
  readonly nothing: (files: string, where: string) => string
  readonly workspace: string
  readonly columns: Readonly<Record<NonNullable<Counting["by"]>, string>>
  readonly rest: Readonly<Record<Rest, string>>
  readonly sum: string
  readonly atLeast: (files: number) => string
  readonly uncounted: string
  readonly moreRows: (rows: number) => string
  readonly without: (files: string, places: string) => string
  readonly rules: string
  readonly counted: (pattern: string) => string
  readonly package: (manifest: string) => string
  readonly noPackages: string
  readonly rough: string
  readonly refused: (error: string) => string
  readonly limits: string
  readonly cannot: string
}

export const countPhrases: Readonly<Record<ReportLanguage, CountPhrases>> = {
  en: {
    files: (kind, tests) => [kind, ...(tests ? ["test"] : []), "files"].filter((word) => word !== "").join(" "),
    total: (number, files, where) => `${number} ${files} in ${where}.`,
    nothing: (files, where) => `How many ${files} there are in ${where} could not be counted.`,
    workspace: "the workspace",
    columns: { package: "Package", folder: "Folder", kind: "Kind" },
    rest: { outside: "outside any package", directly: "directly in it", other: "others" },
    sum: "Total",
    atLeast: (files) => `at least ${files}`,
    uncounted: "not counted",
    moreRows: (rows) => `… ${rows} more`,
    without: (files, places) => `No ${files} in: ${places}.`,
    rules: "What was counted",
    counted: (pattern) =>
      `Files named ${pattern}. Those that ignore rules leave out or that may not be read are not counted.`,
    package: (manifest) => `A file belongs to the nearest folder above it that has a ${manifest}.`,
    noPackages: "Which folders are packages could not be told: no manifest was found, or their list was cut.",
    rough: "“At least” and “not counted”: a list was cut at its limit, or there was no room to look further.",
    refused: (error) => `Not looked into: ${error}`,
    limits: "Limits of this report",
    cannot: "Evidence-only mode counted names of files and opened none of them. What they hold needs a language model."
  },
  ja: {
    files: (kind, tests) =>
      `${[kind, ...(tests ? ["テスト"] : [])].filter((word) => word !== "").join(" ")}${kind === "" && !tests ? "" : " "}ファイル`,
    total: (number, files, where) => `${where}の${apart(files)}:${number} 個。`,
    nothing: (files, where) => `${where}の${apart(files)}は数えられませんでした。`,
    workspace: "ワークスペース全体",
    columns: { package: "パッケージ", folder: "フォルダ", kind: "種類" },
    rest: { outside: "パッケージの外", directly: "直下", other: "その他" },
    sum: "合計",
    atLeast: (files) => `${files} 以上`,
    uncounted: "未計数",
    moreRows: (rows) => `… 他 ${rows} 行`,
    without: (files, places) => `${files}がないもの:${places}。`,
    rules: "数え方",
    counted: (pattern) =>
      `名前が ${pattern} に合うファイル。無視規則で除かれるファイルと読めないファイルは数えていません。`,
    package: (manifest) => `ファイルは、その上で ${manifest} を持つ最も近いフォルダに属します。`,
    noPackages: "パッケージのフォルダを判別できませんでした。マニフェストがないか、一覧が途中で切られました。",
    rough: "「以上」と「未計数」は、一覧が上限で切られたか、さらに調べる余地がなかったことを示します。",
    refused: (error) => `調べられなかったもの:${error}`,
    limits: "このレポートの限界",
    cannot: "証拠のみのモードはファイル名だけを数え、中身は開いていません。中身の判断には言語モデルが必要です。"
  },
  zh: {
    files: (kind, tests) =>
      `${[kind, ...(tests ? ["测试"] : [])].filter((word) => word !== "").join(" ")}${kind === "" && !tests ? "" : " "}文件`,
    total: (number, files, where) => `${where}中的${apart(files)}:${number} 个。`,
    nothing: (files, where) => `无法统计${where}中的${apart(files)}。`,
    workspace: "整个工作区",
    columns: { package: "包", folder: "文件夹", kind: "类型" },
    rest: { outside: "不属于任何包", directly: "直接位于其中", other: "其他" },
    sum: "合计",
    atLeast: (files) => `至少 ${files}`,
    uncounted: "未统计",
    moreRows: (rows) => `… 另有 ${rows} 行`,
    without: (files, places) => `没有${apart(files)}的有:${places}。`,
    rules: "统计方法",
    counted: (pattern) => `名称符合 ${pattern} 的文件。被忽略规则排除的文件和无权读取的文件不计。`,
    package: (manifest) => `文件属于其上方最近的含有 ${manifest} 的文件夹。`,
    noPackages: "无法判断哪些文件夹是包:没有找到清单文件,或者列表被截断。",
    rough: "“至少”和“未统计”表示列表达到上限而被截断,或没有余地继续查找。",
    refused: (error) => `未能查看:${error}`,
    limits: "本报告的局限",
    cannot: "仅证据模式只统计文件名,没有打开任何文件。文件内容需要语言模型来判断。"
  },
  de: {
    files: (kind, tests) =>
      [kind.replaceAll(", ", "-, "), ...(tests ? ["Test"] : []), "Dateien"].filter((word) => word !== "").join("-"),
    total: (number, files, where) => `${number} ${files} in ${where}.`,
    nothing: (files, where) => `Wie viele ${files} es in ${where} gibt, war nicht zu zählen.`,
    workspace: "dem Arbeitsbereich",
    columns: { package: "Paket", folder: "Ordner", kind: "Art" },
    rest: { outside: "außerhalb der Pakete", directly: "direkt darin", other: "andere" },
    sum: "Summe",
    atLeast: (files) => `mindestens ${files}`,
    uncounted: "nicht gezählt",
    moreRows: (rows) => `… ${rows} weitere`,
    without: (files, places) => `Keine ${files} in: ${places}.`,
    rules: "Was gezählt wurde",
    counted: (pattern) =>
      `Dateien namens ${pattern}. Was Ignorierregeln auslassen oder nicht gelesen werden darf, zählt nicht mit.`,
    package: (manifest) => `Eine Datei gehört zum nächsten Ordner über ihr, der eine ${manifest} hat.`,
    noPackages:
      "Welche Ordner Pakete sind, war nicht zu sehen: keine Paketdatei gefunden, oder ihre Liste war gekürzt.",
    rough:
      "„Mindestens“ und „nicht gezählt“: eine Liste endete an ihrer Grenze, oder es war kein Platz, weiterzusuchen.",
    refused: (error) => `Nicht durchsucht: ${error}`,
    limits: "Grenzen dieses Berichts",
    cannot:
      "Der Modus ohne Sprachmodell hat Namen von Dateien gezählt und keine geöffnet. Was darin steht, braucht ein Sprachmodell."
  }
}

// internal

/** Latin letters among others have a space before them. */
const apart = (text: string): string => (/^[\p{Script=Latin}.]/u.test(text) ? ` ${text}` : text)
