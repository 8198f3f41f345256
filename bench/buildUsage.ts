/**
 * Runs a program and says how long it took and what processor time its whole tree of processes used.
 *
 * A small Python program stands between: it makes itself the parent of every orphan of the tree (`prctl` on Linux), waits
 * until the last one has gone, and asks the kernel for the sum of all of them. Node can only ask for itself. The time ends
 * with the program that was started, the processor time with the last of its descendants.
 */
import { spawnSync } from "node:child_process"
import { readFileSync } from "node:fs"

export interface Usage {
  readonly ms: number
  /** User and system time of the program and of everything that it started. */
  readonly cpuMs: number
}

export interface MeasuredProgram {
  readonly argv: ReadonlyArray<string>
  readonly cwd: string
  /** All of it. */
  readonly env: Readonly<Record<string, string>>
  /** A file for what the program prints. */
  readonly log: string
}

/** Throws with the end of what was printed where the program does not end with 0, or leaves processes behind. */
export const usageOf = ({ argv, cwd, env, log }: MeasuredProgram): Usage => {
  const { error, output, status } = spawnSync("python3", ["-c", measure, log, ...argv], {
    cwd,
    env,
    encoding: "utf8",
    stdio: ["ignore", "inherit", "inherit", "pipe"]
  })
  if (error !== undefined) throw new Error("the build benchmark needs python3 on PATH", { cause: error })
  if (status !== 0) throw new Error(`could not measure ${argv.join(" ")}`)
  const found: { code: number; seconds: number; cpu: number; left: boolean } = JSON.parse(output[3] ?? "")
  const problem = found.code !== 0 ? `ended with ${found.code}` : found.left ? "left processes behind" : undefined
  if (problem !== undefined) {
    throw new Error(`${argv.join(" ")} in ${cwd} ${problem}:\n${readFileSync(log, "utf8").slice(-4_000)}`)
  }
  return { ms: found.seconds * 1_000, cpuMs: found.cpu * 1_000 }
}

// internal

/** 36 is PR_SET_CHILD_SUBREAPER. Ten seconds are for helpers that end a moment after their program. `before` is what a wrapper around
 * python3 used before it became this process. */
const measure = `
import ctypes, json, os, resource, subprocess, sys, time
if sys.platform == "linux":
    ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)
def spent():
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime
before = spent()
with open(sys.argv[1], "wb") as log:
    start = time.monotonic()
    code = subprocess.Popen(sys.argv[2:], stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT).wait()
    seconds = time.monotonic() - start
left = False
while True:
    try:
        pid, _ = os.waitpid(-1, os.WNOHANG)
    except ChildProcessError:
        break
    if pid == 0:
        left = time.monotonic() - start - seconds > 10
        if left:
            break
        time.sleep(0.005)
os.write(3, json.dumps({"code": code, "seconds": seconds, "cpu": spent() - before, "left": left}).encode())
`
