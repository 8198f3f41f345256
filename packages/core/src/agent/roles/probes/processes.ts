/**
 * Uses of other processes: where they are imported, started and configured.
 */
import type { Probe } from "../../../domain/Probe.ts"

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

export const childProcess: Probe = {
  id: "child-process",
  title: { en: "Processes that are started", ja: "起動されるプロセス", zh: "启动的进程", de: "Gestartete Prozesse" },
  words: processes,
  look: {
    _tag: "LinePattern",
    pattern: String.raw`(?:^|[^.\w"'])(?:spawn|spawnSync|exec|execSync|execFile|execFileSync|fork|execa)\s*\(|\b(?:child_process|childProcess|cp|spawner|ChildProcess)\.\w+\(|\bsubprocess\.(?:run|call|check_call|check_output|Popen)\(|\bos\.(?:system|popen)\(|\bCommand::new\(|\bexec\.Command(?:Context)?\(`,
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
    pattern: String.raw`(?:from|require\(|import)\s*\(?\s*["'](?:node:child_process|child_process|execa|cross-spawn|effect/(?:unstable/)?process[^"']*|[^"']*/ChildProcess(?:\.[jt]s)?)["']|^\s*(?:import subprocess|from subprocess import)|\buse std::process|^\s*(?:import\s+)?"os/exec"`,
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
  words: processes,
  look: {
    _tag: "LinePattern",
    pattern: String.raw`\bshell\s*:\s*true|\bshell\s*=\s*True|\benv\s*:\s*(?:process\.env\b|\{\s*\.\.\.process\.env)|\benv\s*=\s*os\.environ|\bdetached\s*:\s*true|\bkillSignal\s*:|\bprocess\.kill\(|\b(?:child|proc|process|subprocess)\.kill\(`,
    glob: "**/*.{ts,tsx,mts,cts,js,jsx,mjs,cjs,py,rs,go,java,kt,rb,php,cs}"
  }
}
