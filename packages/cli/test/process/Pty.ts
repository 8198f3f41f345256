/** The command line on a terminal: a pseudo-terminal of the system's `script`, and what its screen shows. */
import { type ChildProcess, spawn } from "node:child_process"
import { existsSync } from "node:fs"
import { Terminal } from "../render/Terminal.ts"
import { bin, type Place } from "./Cli.ts"

/** Its options differ between systems. */
export const hasPty = process.platform === "linux" && existsSync("/usr/bin/script")

export interface Pty {
  readonly terminal: Terminal
  /** Everything that was written to it. */
  readonly output: () => string
  readonly type: (keys: string) => void
  /** Resolves once the screen is as asked. */
  readonly until: (isSo: (terminal: Terminal) => boolean) => Promise<void>
  /** Resolves with the exit code. */
  readonly ended: Promise<number | null>
}

interface Options {
  readonly columns?: number
  readonly rows?: number
  readonly env?: Readonly<Record<string, string>>
  /** Added to the line of the shell: `2>FILE`. */
  readonly redirect?: string
}

export const onTerminal = (place: Place, args: ReadonlyArray<string>, options: Options = {}): Pty => {
  const { columns = 100, redirect = "", rows = 40 } = options
  const line = [process.execPath, bin, ...args].map((word) => `'${word}'`).join(" ")
  const child: ChildProcess = spawn(
    "/usr/bin/script",
    ["-qfec", `stty cols ${columns} rows ${rows}; exec ${line} ${redirect}`, "/dev/null"],
    {
      cwd: place.workspace,
      env: {
        HOME: place.home,
        PATH: process.env.PATH,
        LANG: "C.UTF-8",
        TERM: "xterm",
        SHELL: "/bin/sh",
        ...options.env
      }
    }
  )
  const terminal = new Terminal(columns, rows)
  const decoder = new TextDecoder()
  const watchers = new Set<() => void>()
  let output = ""
  child.stdout?.on("data", (chunk: Buffer) => {
    const text = decoder.decode(chunk, { stream: true })
    output += text
    terminal.write(text)
    for (const watcher of watchers) watcher()
  })
  const ended = new Promise<number | null>((resolve, reject) => {
    child.on("error", reject)
    child.on("close", resolve)
  })
  return {
    terminal,
    output: () => output,
    type: (keys) => void child.stdin?.write(keys),
    until: (isSo) =>
      new Promise((resolve, reject) => {
        const watcher = () => {
          if (!isSo(terminal)) return
          watchers.delete(watcher)
          resolve()
        }
        watchers.add(watcher)
        void ended.then(() => reject(new Error(`it ended before, with:\n${terminal.all.join("\n")}`)))
        watcher()
      }),
    ended
  }
}
