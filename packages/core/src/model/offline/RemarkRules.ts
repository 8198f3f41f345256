/**
 * Remarks by the form of a line. Order matters: the more a remark says, the earlier it stands.
 */
import type { Localised } from "./Probe.ts"

export interface RemarkRule {
  readonly on: RegExp
  /** Only in files with such a name; in all without. */
  readonly files?: RegExp
  /** Not said where this stands in the lines read from here on; needs such lines. */
  readonly unless?: RegExp
  /** `unless` also looks at the lines read before this one. */
  readonly before?: boolean
  /** `{lines}` becomes the numbers of the lines read. */
  readonly text: Localised
}

export const rules: ReadonlyArray<RemarkRule> = [
  {
    on: /\bshell\s*[:=]\s*(true|True)\b/,
    text: {
      en: "runs through a shell (shell option on this line)",
      ja: "シェル経由で実行(この行の shell オプション)",
      zh: "通过 shell 运行(本行的 shell 选项)",
      de: "läuft durch eine Shell (shell-Option in dieser Zeile)"
    }
  },
  {
    on: /(?:^|[^.\w]|child_process\.|cp\.)(?:exec|execSync)\s*\(\s*(?:`[^`]*\$\{|["'][^"']*["']\s*\+|\w+\s*\+)|os\.system\(\s*f["']|\bsubprocess\.\w+\(\s*f["']/,
    text: {
      en: "builds a shell command from parts on this line",
      ja: "この行でシェルコマンド文字列を組み立てている",
      zh: "本行拼接 shell 命令字符串",
      de: "setzt in dieser Zeile einen Shell-Befehl zusammen"
    }
  },
  {
    on: /(?:^|[^.\w]|child_process\.|cp\.)(?<!(?:function|def)\s)(?:exec|execSync)\s*\(\s*\S/,
    files: /\.[cm]?[jt]sx?$/,
    text: {
      en: "exec hands its text to a shell",
      ja: "exec は文字列をシェルに渡す",
      zh: "exec 把字符串交给 shell",
      de: "exec übergibt den Text einer Shell"
    }
  },
  {
    on: /(?:^|[^.\w]|child_process\.|cp\.)(?:spawn|execFile|exec|fork)\s*\(|\bsubprocess\.(?:run|call|check_call|check_output|Popen)\(/,
    unless: /signal|timeout|abort|\.kill\(|terminate\(/i,
    text: {
      en: "no signal, timeout or kill in lines {lines}",
      ja: "{lines} 行目に signal・timeout・kill がない",
      zh: "第 {lines} 行没有 signal、timeout 或 kill",
      de: "kein signal, timeout oder kill in den Zeilen {lines}"
    }
  },
  {
    on: /\b(?:spawnSync|execSync|execFileSync)\s*\(/,
    text: {
      en: "blocks the thread until the process ends",
      ja: "プロセス終了までスレッドを止める",
      zh: "在进程结束前阻塞线程",
      de: "hält den Thread an, bis der Prozess endet"
    }
  },
  {
    on: /\benv\s*[:=]\s*(?:process\.env|os\.environ)\b|\benv\s*:\s*\{\s*\.\.\.process\.env/,
    text: {
      en: "passes the whole environment on",
      ja: "環境変数をすべて渡す",
      zh: "传递整个环境变量",
      de: "gibt die ganze Umgebung weiter"
    }
  },
  {
    on: /\benv\s*:\s*\{(?!\s*\.\.\.process\.env)/,
    text: {
      en: "gives the child an environment of its own",
      ja: "子に専用の環境変数を渡す",
      zh: "为子进程指定单独的环境变量",
      de: "gibt dem Kindprozess eine eigene Umgebung"
    }
  },
  {
    on: /\bJSON\.parse\(|\bjson\.loads?\(/,
    unless: /\bcatch\b|\btry\b|\bexcept\b|\.catch\(/,
    before: true,
    text: {
      en: "parses text; no try or catch in lines {lines}",
      ja: "テキストを解析する。{lines} 行目に try・catch がない",
      zh: "解析文本;第 {lines} 行没有 try 或 catch",
      de: "liest Text ein; kein try oder catch in den Zeilen {lines}"
    }
  },
  {
    on: /:\s*any\b.*\bJSON\.parse\(|\breturn\b.*\bJSON\.parse\(/,
    text: {
      en: "no check of its shape on this line",
      ja: "この行では形を検査していない",
      zh: "本行未检查其结构",
      de: "keine Prüfung der Form in dieser Zeile"
    }
  },
  {
    on: /(?:^|[^.\w]|\bpath\.)(?:join|resolve)\(\s*[\w.()]+\s*,\s*[a-z]/,
    text: {
      en: "joins variables to a path; nothing on this line keeps it below the first",
      ja: "変数をパスに連結する。この行に範囲を限る検査はない",
      zh: "把变量拼成路径;本行没有限制其范围的检查",
      de: "fügt Variablen zu einem Pfad; in dieser Zeile hält ihn nichts unter dem ersten"
    }
  },
  {
    on: /(?:from|require\(|import)\s*\(?\s*["'](?:node:)?child_process["']|^\s*import subprocess|use std::process|["']os\/exec["']/,
    text: {
      en: "imports the process module",
      ja: "プロセスのモジュールを読み込む",
      zh: "导入进程模块",
      de: "importiert das Prozessmodul"
    }
  },
  {
    on: /^import\b.*["'](?:[^"']*\/ChildProcess(?:\.[cm]?[jt]s)?|execa|cross-spawn|effect\/[^"']*process[^"']*)["']/,
    text: {
      en: "starts processes through a wrapper",
      ja: "ラッパー経由でプロセスを起動する",
      zh: "通过封装启动进程",
      de: "startet Prozesse über eine Hülle"
    }
  },
  {
    on: /\bdetached\s*:\s*true/,
    text: {
      en: "the child gets a process group of its own",
      ja: "子は独自のプロセスグループを持つ",
      zh: "子进程有自己的进程组",
      de: "der Kindprozess bekommt eine eigene Prozessgruppe"
    }
  },
  {
    on: /(?:^|[^.\w])eval\s*\(|\bnew Function\s*\(|\bvm\.run\w*\(/,
    text: {
      en: "runs text as code",
      ja: "文字列をコードとして実行する",
      zh: "把字符串当作代码执行",
      de: "führt Text als Code aus"
    }
  },
  {
    on: /(?:password|passwd|secret|api_?key|token|private_?key)\w*\s*[:=]\s*["'][^"']{8,}["']/i,
    text: {
      en: "a literal value stands in the source",
      ja: "値がソースに直接書かれている",
      zh: "值直接写在源码中",
      de: "der Wert steht im Quelltext"
    }
  },
  {
    on: /createHash\(\s*["'](?:md5|sha1)["']|\bhashlib\.(?:md5|sha1)\(|\bmd5\.(?:New|Sum)\b|\bsha1\.(?:New|Sum)\b/,
    text: {
      en: "MD5 and SHA-1 do not resist collisions",
      ja: "MD5 と SHA-1 は衝突に弱い",
      zh: "MD5 与 SHA-1 不能抵抗碰撞",
      de: "MD5 und SHA-1 sind nicht kollisionsfest"
    }
  },
  {
    on: /Math\.random\s*\(|\brandom\.(?:random|randint|choice)\(/,
    text: {
      en: "predictable; not for tokens or keys",
      ja: "予測可能。トークンや鍵には不適",
      zh: "可预测,不适合令牌或密钥",
      de: "vorhersagbar; nicht für Tokens oder Schlüssel"
    }
  },
  {
    on: /rejectUnauthorized\s*:\s*false|NODE_TLS_REJECT_UNAUTHORIZED|verify\s*=\s*False|InsecureSkipVerify\s*:\s*true|danger_accept_invalid_certs\(true/,
    text: {
      en: "turns certificate checks off",
      ja: "証明書の検証を無効にする",
      zh: "关闭证书校验",
      de: "schaltet die Zertifikatsprüfung ab"
    }
  },
  {
    on: /(?:query|execute|exec|raw|prepare)\w*\s*\(\s*(?:`[^`]*\$\{|f["']|["'][^"']*["']\s*(?:\+|%))/,
    text: {
      en: "a value is put into the statement's text",
      ja: "値を文の文字列に埋め込んでいる",
      zh: "把值拼入语句文本",
      de: "ein Wert wird in den Text der Anweisung gesetzt"
    }
  },
  {
    on: /innerHTML\s*=|dangerouslySetInnerHTML|document\.write\(/,
    text: {
      en: "writes markup without escaping on this line",
      ja: "この行ではエスケープせずに HTML を書き込む",
      zh: "本行未转义即写入 HTML",
      de: "schreibt in dieser Zeile HTML ohne Maskierung"
    }
  },
  {
    on: /catch\s*(?:\([^)]*\))?\s*\{\s*\}|except[^:]*:\s*pass\b|\.catch\(\s*\(\s*\w*\s*\)\s*=>\s*(?:\{\s*\}|undefined|null)\s*\)/,
    text: {
      en: "the error is dropped",
      ja: "エラーが捨てられている",
      zh: "错误被丢弃",
      de: "der Fehler wird verworfen"
    }
  },
  {
    on: /\bcatch\s*\{(?!\s*\})/,
    files: /\.[cm]?[jt]sx?$/,
    text: {
      en: "does not look at what was thrown",
      ja: "投げられた値を見ていない",
      zh: "不查看抛出的内容",
      de: "sieht nicht an, was geworfen wurde"
    }
  },
  {
    on: /\bEffect\.ignore(?:Logged)?\b/,
    text: {
      en: "failures end here unseen",
      ja: "失敗はここで見えなくなる",
      zh: "失败在此被忽略",
      de: "Fehlschläge enden hier ungesehen"
    }
  },
  {
    on: /\bEffect\.orDie\b/,
    text: {
      en: "turns failures into defects",
      ja: "失敗を欠陥に変える",
      zh: "把失败变为缺陷",
      de: "macht Fehlschläge zu Defekten"
    }
  },
  {
    on: /^\s*except\s*:/,
    text: {
      en: "catches everything, also interrupts",
      ja: "割り込みも含めすべて捕捉する",
      zh: "捕获一切,包括中断",
      de: "fängt alles ab, auch Abbrüche"
    }
  },
  {
    on: /@ts-(?:ignore|nocheck)|eslint-disable|biome-ignore|#\s*type:\s*ignore|#\s*noqa/,
    text: {
      en: "a check is switched off here",
      ja: "ここで検査を無効にしている",
      zh: "此处关闭了检查",
      de: "hier ist eine Prüfung abgeschaltet"
    }
  },
  {
    on: /\bas\s+any\b|:\s*any\b|<any>/,
    text: {
      en: "leaves type checking",
      ja: "型検査の対象外になる",
      zh: "脱离类型检查",
      de: "entzieht sich der Typprüfung"
    }
  },
  {
    on: /\.only\s*\(/,
    text: {
      en: "keeps the other tests of the file from running",
      ja: "ファイル内の他のテストが実行されない",
      zh: "使文件中其他测试不运行",
      de: "die anderen Tests der Datei laufen nicht"
    }
  },
  {
    on: /\b(?:it|test|describe)\.(?:skip|todo)\s*\(|\bx(?:it|describe)\s*\(|@pytest\.mark\.skip|#\[ignore|t\.Skip\(/,
    text: {
      en: "this test does not run",
      ja: "このテストは実行されない",
      zh: "此测试不运行",
      de: "dieser Test läuft nicht"
    }
  },
  {
    on: /\.forEach\(\s*async\b/,
    text: {
      en: "forEach does not wait for async callbacks",
      ja: "forEach は async コールバックを待たない",
      zh: "forEach 不等待异步回调",
      de: "forEach wartet nicht auf async-Funktionen"
    }
  }
]
