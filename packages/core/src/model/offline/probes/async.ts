/**
 * Concurrency: work that nobody waits for, shared state, timers.
 */
import type { Probe } from "../Probe.ts"

export const unawaited: Probe = {
  id: "unawaited",
  title: {
    en: "Asynchronous work that is not awaited",
    ja: "待たれない非同期処理",
    zh: "未等待的异步操作",
    de: "Asynchrone Arbeit, auf die niemand wartet"
  },
  words: [
    "async",
    "await",
    "promise",
    "promises",
    "floating promise",
    "floating promises",
    "unawaited",
    "concurrency",
    "race",
    "race condition",
    "race conditions",
    "非同期",
    "並行",
    "競合",
    "异步",
    "并发",
    "竞态",
    "nebenläufigkeit",
    "asynchron"
  ],
  look: {
    _tag: "LinePattern",
    pattern: String.raw`\.forEach\(\s*async\b|^\s*void\s+\w[\w.]*\(|\bnew Promise\(\s*async\b|\bEffect\.run(?:Fork|Promise|Callback)\w*\(|\bEffect\.fork(?:Daemon|Detach)\w*\b|\.then\([^)]*\)\s*;?\s*$|\basyncio\.(?:ensure_future|create_task)\(|\bgo func\(`,
    glob: "**/*.{ts,tsx,mts,cts,js,jsx,mjs,cjs,py,rs,go,java,kt,rb,php,cs}"
  }
}

export const timers: Probe = {
  id: "timers",
  title: { en: "Timers and waits", ja: "タイマーと待機", zh: "定时器与等待", de: "Timer und Wartezeiten" },
  words: [
    "timer",
    "timers",
    "timeout",
    "timeouts",
    "delay",
    "sleep",
    "race condition",
    "race conditions",
    "flaky",
    "hang",
    "hangs",
    "タイムアウト",
    "タイマー",
    "ハング",
    "超时",
    "定时器",
    "卡住",
    "zeitlimit",
    "wartezeit"
  ],
  look: {
    _tag: "LinePattern",
    pattern: String.raw`\bset(?:Timeout|Interval)\(|\btime\.sleep\(|\bthread::sleep\(|\btime\.Sleep\(|\bAbortSignal\.timeout\(`,
    glob: "**/*.{ts,tsx,mts,cts,js,jsx,mjs,cjs,py,rs,go,java,kt,rb,php,cs}"
  }
}

export const sharedState: Probe = {
  id: "shared-state",
  title: {
    en: "Mutable state of modules",
    ja: "モジュールの可変状態",
    zh: "模块级可变状态",
    de: "Veränderlicher Zustand von Modulen"
  },
  words: [
    "global state",
    "shared state",
    "mutable state",
    "state",
    "singleton",
    "global",
    "globals",
    "race condition",
    "グローバル変数",
    "状態",
    "全局变量",
    "共享状态",
    "状态",
    "globaler zustand",
    "zustand"
  ],
  look: {
    _tag: "LinePattern",
    pattern: String.raw`^(?:export\s+)?(?:let|var)\s+\w|^\s*global\s+\w|\bstatic mut\b|\bglobalThis\.\w+\s*=[^=]`,
    glob: "**/*.{ts,tsx,mts,cts,js,jsx,mjs,cjs,py,rs,go,java,kt,rb,php,cs}"
  }
}
