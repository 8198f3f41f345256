/**
 * Uses of other processes: where they are imported, started and configured.
 */
import type { Probe } from "../Probe.ts"
import { security } from "./securityWords.ts"

/** A goal that says any of these asks for all of them. */
const processes = [
  "child process",
  "child processes",
  "childprocess",
  "child_process",
  "subprocess",
  "subprocesses",
  "process spawning",
  "spawn",
  "spawned",
  "fork",
  "exec",
  "execfile",
  "子プロセス",
  "プロセスの起動",
  "子进程",
  "进程",
  "プロセス",
  "kindprozess",
  "kindprozesse",
  "unterprozess",
  "shell command",
  "shell",
  "シェル",
  "外部コマンド",
  "command injection",
  "コマンドインジェクション",
  "命令注入"
]

const imports = String.raw`(?:from|require\(|import)\s*\(?\s*["'](?:node:child_process|child_process|execa|cross-spawn|effect/(?:unstable/)?process[^"']*|[^"']*/ChildProcess(?:\.[jt]s)?)["']|^\s*(?:import subprocess|from subprocess import)|\buse std::process|^\s*(?:import\s+)?"os/exec"`

/** Their names are common: libraries fork fibers, regular expressions have an exec. */
const bareCall = String.raw`(?:^|[^.\w"'])(?:(spawn|spawnSync|exec|execSync|execFile|execFileSync|execa)\s*\(|(fork)\s*\(\s*(?:["'\x60]|import\.|new URL|(?:path\.)?(?:join|resolve)\(|\w*(?:[Pp]ath|[Ff]ile|[Ss]cript|[Mm]odule|[Ww]orker)\b))`

export const childProcess: Probe = {
  id: "child-process",
  title: { en: "Processes that are started", ja: "起動されるプロセス", zh: "启动的进程", de: "Gestartete Prozesse" },
  words: [...processes, ...security, "injection", "shell injection", "インジェクション", "注入", "befehlsinjektion"],
  look: {
    _tag: "LinePattern",
    pattern: String.raw`${bareCall}|\bpromisify\(\s*(?:exec|execFile)\b|\b(?:child_process|childProcess|cp|spawner|ChildProcess)\.(?:spawn|exec|fork|run|start)\w*\(|\bsubprocess\.(?:run|call|check_call|check_output|Popen)\(|\bos\.(?:system|popen)\(|\bCommand::new\(|\bexec\.Command(?:Context)?\(`,
    ambiguous: { pattern: bareCall, imports },
    glob: "**/*.{ts,tsx,mts,cts,js,jsx,mjs,cjs,py,rs,go,java,kt,rb,php,cs}"
  }
}

export const processImports: Probe = {
  id: "process-imports",
  title: {
    en: "Imports of process modules",
    ja: "プロセスモジュールの import",
    zh: "进程模块的导入",
    de: "Importe von Prozessmodulen"
  },
  words: processes,
  look: {
    _tag: "LinePattern",
    pattern: imports,
    glob: "**/*.{ts,tsx,mts,cts,js,jsx,mjs,cjs,py,rs,go,java,kt,rb,php,cs}"
  }
}

export const processOptions: Probe = {
  id: "process-options",
  title: {
    en: "Shell, environment and ending of processes",
    ja: "プロセスのシェル・環境・終了",
    zh: "进程的 shell、环境与结束",
    de: "Shell, Umgebung und Ende von Prozessen"
  },
  words: [...processes, ...security],
  look: {
    _tag: "LinePattern",
    pattern: String.raw`\bshell\s*:\s*true|\bshell\s*=\s*True|\benv\s*:\s*[\w{(]|\benv\s*=\s*os\.environ|\bdetached\s*:\s*true|\bkillSignal\s*:|\bprocess\.kill\(|\b(?:child|proc|process|subprocess)\.kill\(`,
    ambiguous: { pattern: String.raw`\benv\s*[:=]|\bdetached\s*:|\.kill\(`, imports },
    glob: "**/*.{ts,tsx,mts,cts,js,jsx,mjs,cjs,py,rs,go,java,kt,rb,php,cs}"
  }
}

export const signals: Probe = {
  id: "signals",
  title: {
    en: "Signals and interruption",
    ja: "シグナルと中断",
    zh: "信号与中断",
    de: "Signale und Abbruch"
  },
  words: [
    "ctrl c",
    "control c",
    "sigint",
    "sigterm",
    "signal",
    "signals",
    "interrupt",
    "interrupted",
    "interruption",
    "graceful shutdown",
    "shutdown",
    "cancel",
    "cancellation",
    "シグナル",
    "中断",
    "キャンセル",
    "信号",
    "取消",
    "strg c",
    "abbruch",
    "abbrechen",
    "signale"
  ],
  look: {
    _tag: "LinePattern",
    pattern: String.raw`["']SIG(?:INT|TERM|HUP|KILL)["']|\bsignal\.SIG|\bonInterrupt\(|Fiber\.interrupt\w*\(|\.interrupt\(|\bnew AbortController\(|\.abort\(|\bctrlc::|\bsignal\.Notify\(|\bKeyboardInterrupt\b|\bprocess\.(?:on|once)\(`,
    glob: "**/*.{ts,tsx,mts,cts,js,jsx,mjs,cjs,py,rs,go,java,kt,rb,php,cs}"
  }
}
