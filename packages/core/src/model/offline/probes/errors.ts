/**
 * How failures are handled, dropped or raised.
 */
import type { Probe } from "../Probe.ts"

export const droppedErrors: Probe = {
  id: "dropped-errors",
  title: { en: "Errors that are dropped", ja: "捨てられるエラー", zh: "被丢弃的错误", de: "Verworfene Fehler" },
  words: [
    "error handling",
    "errors",
    "error",
    "exception",
    "exceptions",
    "swallowed error",
    "swallowed",
    "catch",
    "empty catch",
    "failure",
    "failures",
    "エラー処理",
    "エラーの処理",
    "例外処理",
    "エラーハンドリング",
    "エラー",
    "例外",
    "错误处理",
    "异常",
    "错误",
    "fehlerbehandlung",
    "ausnahme",
    "ausnahmen"
  ],
  look: {
    _tag: "LinePattern",
    pattern: String.raw`\bcatch\s*(?:\([^)]*\)\s*\{\s*\}|\{)|\bEffect\.(?:ignore|ignoreLogged|orDie)\b|\.catch\(\s*\(\s*\w*\s*\)\s*=>\s*(?:\{\s*\}|undefined|null)\s*\)|^\s*except\b[^:]*:\s*(?:pass\b.*)?$|\bcontextlib\.suppress\(|\b_\s*=\s*err\b|\bunwrap_or_default\(\)`,
    glob: "**/*.{ts,tsx,mts,cts,js,jsx,mjs,cjs,py,rs,go,java,kt,rb,php,cs}"
  }
}

export const raisedErrors: Probe = {
  id: "raised-errors",
  title: { en: "Errors that are raised", ja: "発生させるエラー", zh: "抛出的错误", de: "Ausgelöste Fehler" },
  words: [
    "error",
    "errors",
    "exception",
    "exceptions",
    "throw",
    "thrown",
    "raise",
    "crash",
    "crashes",
    "failure",
    "failures",
    "stack trace",
    "エラー",
    "例外",
    "クラッシュ",
    "错误",
    "异常",
    "崩溃",
    "fehler",
    "absturz",
    "ausnahme"
  ],
  look: {
    _tag: "LinePattern",
    pattern: String.raw`\bthrow\s+(?:new\s+)?\w|^\s*raise\s+\w|\bpanic!\(|\bpanic\(|\.unwrap\(\)|\.expect\("|\bprocess\.exit\(|\bsys\.exit\(`,
    glob: "**/*.{ts,tsx,mts,cts,js,jsx,mjs,cjs,py,rs,go,java,kt,rb,php,cs}"
  }
}

export const logging: Probe = {
  id: "logging",
  title: { en: "Log and print output", ja: "ログと出力", zh: "日志与打印输出", de: "Log- und Druckausgaben" },
  words: ["log", "logs", "logging", "print", "console", "debug output", "ログ", "日志", "protokoll", "ausgabe"],
  look: {
    _tag: "LinePattern",
    pattern: String.raw`\bconsole\.(?:log|error|warn|debug)\(|\blogg(?:er|ing)\.\w+\(|\bprint\(f?["']|\bprintln!\(|\bfmt\.Print`,
    glob: "**/*.{ts,tsx,mts,cts,js,jsx,mjs,cjs,py,rs,go,java,kt,rb,php,cs}"
  }
}
