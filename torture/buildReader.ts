/**
 * Somebody who calls the installed tool all the time, while it is replaced and while whoever replaces it is killed.
 */
import { spawn } from "node:child_process"
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import type { Place } from "./buildPlace.ts"
import { prefixOf } from "./buildTool.ts"

export interface Reader {
  /** How often it called, and what went wrong. */
  readonly stop: () => Promise<{ readonly calls: number; readonly problems: ReadonlyArray<string> }>
}

export const startReader = (place: Place): Reader => {
  const stop = join(place.base, "stop-reader")
  const log = join(place.base, "reader")
  for (const file of [stop, log]) rmSync(file, { force: true })
  // Its environment is not that of the place: it is no orphan of a build.
  const child = spawn("/bin/sh", ["-c", script], {
    cwd: "/",
    env: { PATH: "/usr/bin:/bin" },
    stdio: ["pipe", "ignore", "ignore"]
  })
  child.stdin.end(`${join(prefixOf(place), "bin", "tool")}\n${stop}\n${log}\n`)
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()))
  return {
    stop: async () => {
      writeFileSync(stop, "")
      await ended
      const lines = existsSync(log) ? readFileSync(log, "utf8").trim().split("\n") : []
      return { calls: Number(lines.at(-1)), problems: lines.slice(0, -1) }
    }
  }
}

// internal

const script = `read -r tool; read -r stop; read -r log
calls=0
while [ ! -e "$stop" ] && kill -0 "$PPID"; do
  said=$("$tool" 2>&1) || echo "the tool failed: $said" >>"$log"
  set -- $said
  [ $# = 2 ] && [ "$1" = "$2" ] || echo "the tool is not whole: $said" >>"$log"
  calls=$((calls + 1))
  sleep 0.015
done
echo "$calls" >>"$log"
`
