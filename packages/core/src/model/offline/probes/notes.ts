/**
 * What study notes and canvases hold: terms, questions, steps, examples.
 */
import type { Probe } from "../Probe.ts"

export const noteHeadings: Probe = {
  id: "note-headings",
  title: { en: "Topics of the notes", ja: "ノートの話題", zh: "笔记主题", de: "Themen der Notizen" },
  words: [
    "topic",
    "topics",
    "heading",
    "headings",
    "outline",
    "overview",
    "notes",
    "学習",
    "話題",
    "見出し",
    "要点",
    "概要",
    "主题",
    "笔记",
    "学习",
    "themen",
    "überblick",
    "notizen"
  ],
  look: { _tag: "LinePattern", pattern: String.raw`^#{1,4} \S|"text"\s*:\s*"#`, glob: "**/*.{md,canvas,txt}" }
}

export const noteTerms: Probe = {
  id: "note-terms",
  title: { en: "Terms that are defined", ja: "定義された用語", zh: "已定义的术语", de: "Erklärte Begriffe" },
  words: [
    "term",
    "terms",
    "definition",
    "definitions",
    "concept",
    "concepts",
    "glossary",
    "vocabulary",
    "用語",
    "定義",
    "概念",
    "术语",
    "定义",
    "begriff",
    "begriffe",
    "konzept",
    "konzepte"
  ],
  look: {
    _tag: "LinePattern",
    pattern: String.raw`\*\*[^*]{2,60}\*\*\s*[:–—:]|\b(?:is defined as|means that|refers to|is called)\b|とは[、,]|是指|(?:bedeutet|heißt)\b`,
    glob: "**/*.{md,canvas,txt}"
  }
}

export const noteQuestions: Probe = {
  id: "note-questions",
  title: { en: "Questions in the notes", ja: "ノート内の疑問", zh: "笔记中的问题", de: "Fragen in den Notizen" },
  words: [
    "question",
    "questions",
    "unclear",
    "open question",
    "open questions",
    "clarify",
    "clarification",
    "confusing",
    "gap",
    "gaps",
    "質問",
    "疑問",
    "不明点",
    "不明",
    "明確",
    "疑问",
    "提问",
    "不清楚",
    "澄清",
    "frage",
    "fragen",
    "unklar",
    "unklarheiten",
    "klären"
  ],
  look: {
    _tag: "LinePattern",
    pattern: String.raw`[??]["\\)\s]*$|\?\\n|\b(?:unclear|not sure|open question)\b`,
    glob: "**/*.{md,canvas,txt}"
  }
}

export const noteExamples: Probe = {
  id: "note-examples",
  title: { en: "Examples in the notes", ja: "ノート内の例", zh: "笔记中的例子", de: "Beispiele in den Notizen" },
  words: [
    "example",
    "examples",
    "analogy",
    "analogies",
    "story",
    "illustration",
    "たとえ",
    "例え",
    "例",
    "比喩",
    "例子",
    "比喻",
    "类比",
    "beispiel",
    "beispiele",
    "vergleich"
  ],
  look: {
    _tag: "LinePattern",
    pattern: String.raw`\b(?:for example|e\.g\.|for instance|imagine|like a)\b|例えば|たとえば|例如|比如|zum Beispiel|z\. ?B\.`,
    glob: "**/*.{md,canvas,txt}"
  }
}

export const noteSteps: Probe = {
  id: "note-steps",
  title: { en: "Steps and lists", ja: "手順と箇条書き", zh: "步骤与列表", de: "Schritte und Listen" },
  words: [
    "step",
    "steps",
    "sequence",
    "order",
    "process",
    "procedure",
    "path",
    "手順",
    "順序",
    "流れ",
    "步骤",
    "顺序",
    "流程",
    "路径",
    "schritt",
    "schritte",
    "reihenfolge",
    "ablauf"
  ],
  look: { _tag: "LinePattern", pattern: String.raw`^\s*\d+[.)]\s+\S`, glob: "**/*.{md,canvas,txt}" }
}

export const noteLinks: Probe = {
  id: "note-links",
  title: {
    en: "Links between notes",
    ja: "ノート間のリンク",
    zh: "笔记之间的链接",
    de: "Verbindungen zwischen Notizen"
  },
  words: [
    "link",
    "links",
    "connection",
    "connections",
    "relation",
    "relations",
    "prerequisite",
    "prerequisites",
    "関連",
    "つながり",
    "リンク",
    "前提",
    "链接",
    "联系",
    "关联",
    "前提",
    "verbindung",
    "verbindungen",
    "zusammenhang",
    "voraussetzung"
  ],
  look: {
    _tag: "LinePattern",
    pattern: String.raw`\[\[[^\]]+\]\]|\]\([^)]+\.md[^)]*\)|"fromNode"\s*:`,
    glob: "**/*.{md,canvas,txt}"
  }
}
