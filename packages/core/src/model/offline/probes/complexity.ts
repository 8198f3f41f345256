/**
 * Code that asks for a second look: unfinished, tangled, repeated.
 */
import type { Probe } from "../Probe.ts"

/** Length has no pattern of its own: large files and deep branches are where long functions stand. */
const tooLong = [
  "too long",
  "long function",
  "long functions",
  "long method",
  "long methods",
  "large files",
  "long files",
  "big files",
  "largest files",
  "longest files",
  "file size",
  "長い関数",
  "長すぎる",
  "大きなファイル",
  "函数过长",
  "太长",
  "过长",
  "大文件",
  "zu lang",
  "lange funktionen",
  "große dateien"
]

export const openWork: Probe = {
  id: "open-work",
  title: { en: "Work marked as open", ja: "未完了の印", zh: "标记为未完成的工作", de: "Als offen markierte Arbeit" },
  words: [
    "todo",
    "todos",
    "fixme",
    "hack",
    "technical debt",
    "tech debt",
    "unfinished",
    "open work",
    "技術的負債",
    "未実装",
    "技术债",
    "待办",
    "未完成",
    "technische schulden",
    "offene aufgaben",
    "unfertig"
  ],
  look: {
    _tag: "LinePattern",
    pattern: String.raw`(?://|/\*|#|^\s*\*)\s*(?:TODO|FIXME|HACK|XXX)\b|\bunimplemented!\(|\btodo!\(|\braise NotImplementedError`
  }
}

export const deepNesting: Probe = {
  id: "deep-nesting",
  title: {
    en: "Deeply nested branches",
    ja: "深い入れ子の分岐",
    zh: "深层嵌套的分支",
    de: "Tief verschachtelte Zweige"
  },
  words: [
    "nested",
    "nesting",
    "complexity",
    "complex",
    "simplify",
    "readability",
    "cyclomatic",
    "複雑",
    "複雑度",
    "ネスト",
    "可読性",
    "复杂",
    "复杂度",
    "嵌套",
    "可读性",
    "komplexität",
    "verschachtelt",
    ...tooLong,
    "lesbarkeit"
  ],
  look: {
    _tag: "LinePattern",
    pattern: String.raw`^(?: {12,}|\t{4,})(?:\} else )?(?:if|for|while|switch|match|elif)\b`,
    glob: "**/*.{ts,tsx,mts,cts,js,jsx,mjs,cjs,py,rs,go,java,kt,rb,php,cs}"
  }
}

export const longParameters: Probe = {
  id: "long-parameters",
  title: {
    en: "Functions with many parameters",
    ja: "引数の多い関数",
    zh: "参数很多的函数",
    de: "Funktionen mit vielen Parametern"
  },
  words: [
    "parameter",
    "parameters",
    "arguments",
    "signature",
    "complexity",
    "interface design",
    "引数",
    "参数",
    "复杂度",
    "komplexität"
  ],
  look: {
    _tag: "LinePattern",
    pattern: String.raw`\b(?:function\s+\w+|def\s+\w+|fn\s+\w+|func\s+\w+|constructor)\s*\((?:[^,()]*,){4,}`,
    glob: "**/*.{ts,tsx,mts,cts,js,jsx,mjs,cjs,py,rs,go,java,kt,rb,php,cs}"
  }
}

export const branchTables: Probe = {
  id: "branch-tables",
  title: { en: "Chains of conditions", ja: "条件の連鎖", zh: "条件链", de: "Ketten von Bedingungen" },
  words: [
    "switch",
    "conditional",
    "conditionals",
    "if else",
    "else if",
    "branching",
    "duplication",
    "duplicate",
    "duplicates",
    "duplicated",
    "条件分岐",
    "重複",
    "重复",
    "条件",
    "verzweigung",
    "duplikate"
  ],
  look: {
    _tag: "LinePattern",
    pattern: String.raw`\}\s*else if\s*\(|^\s*elif\b|^\s*switch\s*\(`,
    glob: "**/*.{ts,tsx,mts,cts,js,jsx,mjs,cjs,py,rs,go,java,kt,rb,php,cs}"
  }
}

export const deprecated: Probe = {
  id: "deprecated",
  title: { en: "Deprecated and old forms", ja: "非推奨・旧式の記法", zh: "已弃用的旧写法", de: "Veraltetes" },
  words: [
    "deprecated",
    "deprecation",
    "legacy",
    "outdated",
    "obsolete",
    "modernise",
    "modernize",
    "migrate",
    "migration",
    "非推奨",
    "レガシー",
    "移行",
    "弃用",
    "过时",
    "迁移",
    "veraltet",
    "altlasten"
  ],
  look: {
    _tag: "LinePattern",
    pattern: String.raw`@deprecated\b|#\[deprecated|\bDeprecationWarning\b|^\s*var\s+\w|\brequire\(["']|\bnew Buffer\(|\.substr\(|\barguments\.callee\b`,
    glob: "**/*.{ts,tsx,mts,cts,js,jsx,mjs,cjs,py,rs,go,java,kt,rb,php,cs}"
  }
}

export const largestFiles: Probe = {
  id: "largest-files",
  title: {
    en: "Largest source files",
    ja: "大きいソースファイル",
    zh: "最大的源文件",
    de: "Größte Quelldateien"
  },
  words: tooLong,
  look: {
    _tag: "FileGlob",
    glob: "**/*.{ts,tsx,mts,cts,js,jsx,mjs,cjs,py,rs,go,java,kt,rb,php,cs}",
    bySize: true
  }
}
