/**
 * Places where the compiler or linter was told to look away.
 */
import type { Probe } from "../Probe.ts"

export const looseTypes: Probe = {
  id: "loose-types",
  title: { en: "Types that are given up", ja: "放棄された型", zh: "放弃的类型", de: "Aufgegebene Typen" },
  words: [
    "type",
    "types",
    "typing",
    "type safety",
    "any",
    "cast",
    "casts",
    "assertion types",
    "型",
    "型安全",
    "类型",
    "类型安全",
    "typen",
    "typsicherheit"
  ],
  look: {
    _tag: "LinePattern",
    pattern: String.raw`\bas\s+any\b|:\s*any\b|<any>|\bas\s+unknown\s+as\b|\w!\.\w|->\s*Any\b|:\s*Any\b|\binterface\{\}`,
    glob: "**/*.{ts,tsx,mts,cts,py,go}"
  }
}

export const suppressions: Probe = {
  id: "suppressions",
  title: {
    en: "Checks that are switched off",
    ja: "無効にされた検査",
    zh: "被关闭的检查",
    de: "Abgeschaltete Prüfungen"
  },
  words: [
    "ts-ignore",
    "suppression",
    "suppressions",
    "lint",
    "linter",
    "eslint",
    "eslint-disable",
    "warnings",
    "type",
    "types",
    "リント",
    "警告",
    "抑制",
    "类型检查",
    "warnungen"
  ],
  look: {
    _tag: "LinePattern",
    pattern: String.raw`(?://|/\*|#)\s*(?:@ts-(?:ignore|nocheck|expect-error)|eslint-disable|biome-ignore|type:\s*ignore|noqa|nolint)|#\[allow\(|@SuppressWarnings`
  }
}
