/**
 * Words of a goal: found by `Intl.Segmenter`, split at the joints of identifiers, brought to a common stem; and the
 * words that say nothing about what to look for.
 */

export interface Token {
  /** As written in the goal, lower case. */
  readonly text: string
  readonly stem: string
  /** Place in the lower-case goal. */
  readonly start: number
  readonly end: number
  /** stop: grammar; generic: says what to do, not what about. */
  readonly kind: "content" | "generic" | "stop"
}

export const isCjk = (text: string): boolean =>
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u.test(text)

/** Composes characters, folds full-width forms and case: two spellings of one word become one. */
export const fold = (text: string): string => text.normalize("NFKC").toLowerCase()

/** The words of `text`, in order. Identifiers fall apart at `_`, `-`, `.` and camelCase. */
export const tokens = (text: string): ReadonlyArray<Token> => {
  const normal = text.normalize("NFKC")
  const found: Array<Token> = []
  for (const { isWordLike, segment, index } of segmenter.segment(normal)) {
    if (isWordLike !== true) continue
    for (const part of segment.matchAll(wordParts)) {
      const word = part[0].toLowerCase()
      const start = index + part.index
      found.push({ text: word, stem: stem(word), start, end: start + part[0].length, kind: kindOf(word) })
    }
  }
  return found
}

/** The words of `text` as they are written, in order. */
export const wordsOf = (text: string): ReadonlyArray<string> =>
  [...segmenter.segment(text.normalize("NFKC"))].flatMap(({ isWordLike, segment }) =>
    isWordLike === true ? [segment] : []
  )

/** English endings only; words of other languages pass, most of them unchanged. */
export const stem = (word: string): string => {
  const irregular = irregulars.get(word)
  if (irregular !== undefined) return irregular
  if (!/^[a-z]{4,}$/.test(word)) return word
  if (word.endsWith("ies")) return word.length > 4 ? `${word.slice(0, -3)}y` : word
  if (/(ss|x|z|ch|sh)es$/.test(word)) return word.slice(0, -2)
  if (/[^suai]s$/.test(word)) return stemVerb(word.slice(0, -1))
  return stemVerb(word)
}

/** What a word, in lower case, says about what to look for. */
export const kindOf = (word: string): Token["kind"] => {
  if ((word.length === 1 && !isCjk(word)) || stop.has(word) || /^[\p{Script=Hiragana}ー]+$/u.test(word)) return "stop"
  if (generic.has(word) || generic.has(stem(word))) return "generic"
  return "content"
}

// internal

// The locale is fixed: a report must not depend on the machine it was made on. CJK dictionaries are used in any locale.
const segmenter = new Intl.Segmenter("en", { granularity: "word" })

const wordParts = /\p{Lu}+(?!\p{Ll})|\p{Lu}?[\p{Ll}\p{Lo}\p{Lm}\p{M}ー]+|\p{N}+|\p{Lu}/gu

/** Past forms that share too little with what the code calls the act. */
const irregulars: ReadonlyMap<string, string> = new Map([
  ["written", "writ"],
  ["wrote", "writ"],
  ["writes", "writ"],
  ["writing", "writ"],
  ["kept", "keep"],
  ["sent", "send"],
  ["spent", "spend"],
  ["built", "build"],
  ["held", "hold"],
  ["chosen", "choose"],
  ["taken", "take"],
  ["thrown", "throw"],
  ["ran", "run"],
  ["began", "begin"],
  ["caught", "catch"]
])

const stemVerb = (word: string): string => {
  const [, base] = /^([a-z]{4,})(?:ing|ed)$/.exec(word) ?? []
  if (base === undefined || !/[aeiouy]/.test(base)) return word
  return /([bdfgkmnprt])\1$/.test(base) ? base.slice(0, -1) : base
}

const stop = new Set(
  `a an the of for to in on at by from and or not no is are be was were it its this that these those with without
  within into over under between as do does did how what where which who why when can could should would will may
  there their they we our us you your i me my have has had any all some every each if then than so but about out up
  der die das den dem des ein eine einen einem einer eines und oder mit ohne von vom für zu zum zur auf in im an am bei
  aus ist sind war wie was wo wer warum welche welcher welches alle alles jede jeder nicht kein keine wird werden es
  sie wir ich nach über unter als auch sich bitte bzw
  的 了 在 是 和 与 及 或 中 对 有 没 没有 不 请 把 被 将 所有 哪些 什么 如何 怎么 这 那 个 里 并 为 用 に は が を の へ と で も や か から まで
  le la les des du de une un et ou avec sans pour dans sur est sont que qui el los las una y con sin por para en del
  où al lo il gli di che per da o os as um uma não com sem e i в на и с без для по не что как`.split(/\s+/)
)

const generic = new Set(
  `review check look find search list show analyse analyze audit inspect examine explain describe summarise summarize
  report give tell make create generate write add improve fix get see help please investigate explore identify detect
  verify ensure go through use usage used code codebase source file project repository repo package module folder
  directory workspace quality issue problem thing place part whole entire general overall full complete comprehensive
  function functions method methods remember remembering
  happen happens happened occur occurs work works working mean means way ways list lists describe tell explained
  carefully thoroughly detail good bad best possible potential existing current new main line work understand need want
  prüfe prüfen überprüfe überprüfen analysiere analysieren finde finden suche suchen zeige zeigen erkläre erklären
  beschreibe beschreiben liste auflisten erstelle erstellen schreibe schreiben generiere verbessere verbessern
  funktion funktionen methode methoden passiert geschieht funktioniert funktionieren bedeutet überblick erkläre gib zeig welche
  verwendung nutzung gebrauch code quellcode datei dateien projekt qualität problem probleme stelle stellen gesamte
  gesamten ganze ganzen mögliche möglichen begutachte untersuche untersuchen durchsuche
  explique expliquer vérifie vérifier trouve trouver cherche chercher montre montrer explica explicar revisa revisar busca
  buscar encuentra encontrar muestra mostrar fichier fichiers archivo archivos código найди найти покажи проверь объясни код
  関数 メソッド 見直し 見直す 見直して 動作 仕組み 方法 何 どこ なぜ どう レビュー 確認 調査 検索 分析 解析 説明 表示 一覧 生成 作成 改善 修正 実装 使用 利用 使い方 包括 包括的 的 全体 コード ソース ファイル
  プロジェクト リポジトリ 品質 問題 課題 箇所 部分 一般 詳細 する し して した なる ある 性 化 者 内 全 各 検査 チェック 下さい 探す 探し 探して 調べる 調べ 調べて 見る 見て 教える 教えて 見つける 書く 作る 直す
  函数 工作 原理 机制 发生 怎样 哪里 哪儿 审查 检查 评审 审核 查找 寻找 搜索 分析 解释 说明 列出 显示 生成 创建 编写 改进 修复 使用 情况 用法 代码 源码 源代码 文件 项目 仓库 质量 问题 地方
  部分 全面 全部 整个 详细 一下 进行 找出 找到 給 给 我 性 化 程序 帮`.split(/\s+/)
)
