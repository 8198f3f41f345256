/**
 * What is documented and what is not.
 */
import type { Probe } from "../Probe.ts"

export const headings: Probe = {
  id: "headings",
  title: {
    en: "Headings of the documentation",
    ja: "ドキュメントの見出し",
    zh: "文档标题",
    de: "Überschriften der Dokumentation"
  },
  words: [
    "documentation",
    "document",
    "docs",
    "doc",
    "ドキュメント",
    "文書",
    "文档",
    "dokumentation",
    "dokumentiere",
    "readme",
    "guide",
    "heading",
    "headings",
    "overview",
    "見出し",
    "概要",
    "标题",
    "概述",
    "überblick",
    "überschriften"
  ],
  look: { _tag: "LinePattern", pattern: String.raw`^#{1,3} \S`, glob: "**/*.md" }
}

export const publicApi: Probe = {
  id: "public-api",
  title: { en: "Exported definitions", ja: "公開された定義", zh: "导出的定义", de: "Exportierte Definitionen" },
  words: [
    "documentation",
    "document",
    "docs",
    "doc",
    "ドキュメント",
    "文書",
    "文档",
    "dokumentation",
    "dokumentiere",
    "api",
    "public api",
    "export",
    "exports",
    "interface",
    "interfaces",
    "undocumented",
    "公開API",
    "エクスポート",
    "接口",
    "导出",
    "公共接口",
    "schnittstelle",
    "schnittstellen",
    "exporte"
  ],
  look: {
    _tag: "LinePattern",
    pattern: String.raw`^export\s+(?:default\s+)?(?:abstract\s+|async\s+)*(?:class|function|interface|type)\s+\w|^pub\s+(?:async\s+)?(?:fn|struct|enum|trait)\s+\w|^func\s+[A-Z]\w*\(|^(?:class|def)\s+[A-Za-z]\w*`,
    glob: "**/*.{ts,tsx,mts,cts,js,jsx,mjs,cjs,py,rs,go,java,kt,rb,php,cs}"
  }
}

export const examples: Probe = {
  id: "examples",
  title: { en: "Example programs", ja: "例", zh: "示例程序", de: "Beispiele" },
  words: [
    "example",
    "examples",
    "sample",
    "samples",
    "tutorial",
    "usage example",
    "例",
    "サンプル",
    "使用例",
    "チュートリアル",
    "示例",
    "例子",
    "教程",
    "beispiel",
    "beispiele",
    "anleitung"
  ],
  look: { _tag: "FileGlob", glob: "**/{example,examples,samples}/**" }
}

export const readmes: Probe = {
  id: "readmes",
  title: { en: "README and guide files", ja: "README とガイド", zh: "README 与指南", de: "README und Anleitungen" },
  words: [
    "documentation",
    "document",
    "docs",
    "doc",
    "ドキュメント",
    "文書",
    "文档",
    "dokumentation",
    "dokumentiere",
    "readme",
    "contributing",
    "changelog",
    "guide",
    "getting started",
    "入門",
    "指南",
    "入门",
    "anleitung"
  ],
  look: { _tag: "FileGlob", glob: "**/{README,CONTRIBUTING,CHANGELOG,ARCHITECTURE}*.md" }
}

export const docComments: Probe = {
  id: "doc-comments",
  title: { en: "Documentation comments", ja: "ドキュメントコメント", zh: "文档注释", de: "Dokumentationskommentare" },
  words: [
    "docstring",
    "docstrings",
    "jsdoc",
    "tsdoc",
    "doc comment",
    "doc comments",
    "comment",
    "comments",
    "コメント",
    "注释",
    "kommentar",
    "kommentare"
  ],
  look: {
    _tag: "LinePattern",
    pattern: String.raw`/\*\*\s*\S|^\s*///\s*\S|^\s*"""\S`,
    glob: "**/*.{ts,tsx,mts,cts,js,jsx,mjs,cjs,py,rs,go,java,kt,rb,php,cs}"
  }
}
