/**
 * A process that ends everything which its runtime leaves behind, when the runtime dies in a way that lets it end nothing
 * itself: kill -9, a crash, a lack of memory.
 *
 * It is a shell that waits for the end of a pipe that only the runtime holds, so it costs a megabyte and no time. It lives
 * in a session of its own, out of reach of Ctrl-C and of signals to the runtime's group, and passes over the signals that
 * a session's end sends. At a runtime's normal end it is told so and goes. If it dies, another one is started; if both
 * are killed, the next runtime sweeps.
 *
 * Groups are ended where the system has a POSIX shell; what left its group is found on Linux only. Windows has neither.
 */
import { type ChildProcess, spawn } from "node:child_process"

export class Guardian {
  readonly #folder: string
  readonly #runtime: string
  #child: ChildProcess | undefined
  #isClosed = false
  #earlyDeaths = 0

  /** Of the runtime whose ledger is in `folder` and whose processes carry `runtime` in their environment. */
  constructor(folder: string, runtime: string) {
    this.#folder = folder
    this.#runtime = runtime
  }

  /** Starts it if it is not there. */
  ensure(): void {
    if (this.#child !== undefined || this.#isClosed || process.platform === "win32") return
    const since = performance.now()
    const child = startShell([this.#folder, this.#runtime])
    if (child === undefined) return
    this.#child = child
    child.once("exit", () => {
      this.#child = undefined
      // One that cannot live is not tried again and again.
      this.#earlyDeaths = performance.now() - since > leastLifeMs ? 0 : this.#earlyDeaths + 1
      if (this.#earlyDeaths < mostEarlyDeaths) this.ensure()
    })
  }

  /** Sends it away. */
  async close(): Promise<void> {
    this.#isClosed = true
    const child = this.#child
    if (child === undefined) return
    child.ref()
    const gone = new Promise((resolve) => child.once("exit", resolve))
    const timer = setTimeout(() => child.kill("SIGKILL"), patienceMs)
    child.stdin?.end("end\n")
    await gone
    clearTimeout(timer)
  }
}

// internal

const leastLifeMs = 1_000
/** In a row; then it waits for the next process to be started. */
const mostEarlyDeaths = 3
const patienceMs = 1_000

const startShell = (args: ReadonlyArray<string>): ChildProcess | undefined => {
  try {
    const child = spawn("/bin/sh", ["-c", script, "deputize-guardian", ...args], {
      cwd: "/",
      // Nothing of ours, so that it is never found by a marker.
      env: { PATH: "/usr/bin:/bin:/usr/local/bin:/run/current-system/sw/bin", LC_ALL: "C" },
      detached: true,
      stdio: ["pipe", "ignore", "ignore"]
    })
    for (const each of [child, child.stdin]) each?.on("error", () => {})
    // The runtime may end while it waits.
    child.unref()
    return child.pid === undefined ? undefined : child
  } catch {
    return undefined
  }
}

/**
 * Each round looks anew, as processes end and start others meanwhile: SIGTERM in the first, SIGKILL in those that come 0.7 s
 * or more after it, by the clock of the system, as a round takes long on a busy machine. A recorded leader counts only with
 * the start on record. A process that was about to be started may appear a moment after its runtime's death, so a record
 * without a number is waited for as long. What outlives all rounds stays on record. A folder that the runtime was just
 * making goes as well.
 */
const script = `# ends what a deputize runtime leaves when it dies
trap '' HUP INT QUIT TERM TSTP TTIN TTOU USR1 USR2 PIPE
folder=$1 runtime=$2 making=\${1%/*}/.$2
while read -r line; do [ "$line" = end ] && exit 0; done

group() {
  stat=
  { read -r stat < "/proc/$1/stat"; } 2>/dev/null
  if [ -n "$stat" ]; then
    set -- "$1" "$2" \${stat##*") "}
    [ "\${22}" = "$2" ] || return
  fi
  kill -s 0 -- "-$1" 2>/dev/null && found="$found -$1" groups="$groups|$1"
}

# an ended process that nobody takes note of keeps its group's number; where nobody can tell, it is taken for a living one
live() {
  [ -r /proc/self/stat ] || return 0
  grep -qsE "\\) [^ZX] [0-9]+ (\${groups#?}) " /proc/[0-9]*/stat
}

look() {
  found= groups= waiting=
  for entry in "$folder"/*; do
    name=\${entry##*/}
    case $name in
      owner) ;;
      *.*.*) pid=\${name#*.}; group "\${pid%%.*}" "\${pid#*.}" ;;
      *) waiting=yes ;;
    esac
  done
  [ -n "$found" ] && { live || found=; }
  for file in $(grep -lsF -e "$runtime" /proc/[0-9]*/environ 2>/dev/null); do
    file=\${file#/proc/}
    found="$found \${file%/environ}"
  done
}

# hundredths of a second; where the system does not tell, as many as the rounds have slept
clock() {
  up=
  { read -r up _ < /proc/uptime; } 2>/dev/null
  if [ -n "$up" ]; then now=$((\${up%.*} * 100 + 1\${up#*.} - 100)); else now=$((now + 10)); fi
}

round=0 now=0
clock
late=$((now + 70))
while [ "$round" -lt 40 ]; do
  look
  clock
  if [ -n "$found" ]; then
    [ "$round" -eq 0 ] && kill -s TERM -- $found
    [ "$round" -eq 0 ] && kill -s CONT -- $found
    [ "$now" -ge "$late" ] && kill -s KILL -- $found
  elif [ -z "$waiting" ] || [ "$now" -ge "$late" ]; then
    rm -f -- "$folder"/* "$making"/*
    rmdir -- "$folder" "$making"
    exit 0
  fi
  round=$((round + 1))
  sleep 0.1
done
`
