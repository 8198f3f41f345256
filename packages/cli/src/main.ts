/**
 * The command line as a process: parses, loads the one command that is meant, runs it as a fiber, and owns signals and
 * the exit code.
 *
 * The first SIGINT or SIGTERM interrupts the fiber, which ends children and keeps its record; a second SIGINT within two
 * seconds ends the process at once. A reader that closes standard output early (`| head`) is no error, and ends a command
 * that only shows; a disk that has no room for it is one.
 */
import { readFileSync } from "node:fs"
import type { CommandSpec } from "./command/Command.ts"
import type { Invocation } from "./command/Invocation.ts"
import { type Parsed, parse } from "./command/Parse.ts"
import { commandTable } from "./commands/table.ts"
import { ExitCode, exitCodeOfSignal } from "./ExitCode.ts"
import { streams } from "./render/Streams.ts"
import { visible } from "./render/Width.ts"

const atOnceWithinMs = 2_000

const main = async (argv: ReadonlyArray<string>): Promise<number> => {
  const parsed: Parsed = parse(commandTable, argv)
  switch (parsed._tag) {
    case "Refused":
      complain(parsed.message, parsed.hint)
      return ExitCode.usage
    case "Version":
      process.stdout.write(`${version()}\n`)
      return 0
    case "Help": {
      const [{ helpPages }, { layOut, usualColumns }] = await Promise.all([
        import("./command/Help.ts"),
        import("./command/HelpLayout.ts")
      ])
      const page = helpPages(commandTable)[parsed.topic] ?? []
      process.stdout.write(layOut(page, process.stdout.columns || usualColumns))
      return 0
    }
    case "Run":
      return run(parsed.command, parsed.invocation)
  }
}

const run = async (command: CommandSpec, invocation: Invocation): Promise<number> => {
  const [{ handler }, { runHandler }] = await Promise.all([command.load(), import("./RunHandler.ts")])
  const running = runHandler(handler, command, invocation, commandTable)
  let stopped: { readonly signal: NodeJS.Signals; readonly at: number } | undefined
  const onSignal = (signal: NodeJS.Signals) => {
    const now = performance.now()
    if (signal === "SIGINT" && stopped?.signal === "SIGINT" && now - stopped.at < atOnceWithinMs) endAtOnce(signal)
    stopped = { signal, at: now }
    const said = command.onlyLooks === true ? "the view ends, the run goes on" : stoppingWords(signal)
    if (!invocation.quiet) streams.write("stderr", `\n${said}\n`)
    running.interrupt()
  }
  let isUnread = false
  process.stdout.on("error", (cause: NodeJS.ErrnoException) => {
    if (cause.code !== "EPIPE" || command.onlyLooks !== true || invocation.has("out")) return
    isUnread = true
    running.interrupt()
  })
  for (const signal of signals) process.on(signal, onSignal)
  process.on("SIGTSTP", stopInBackground)
  process.on("SIGCONT", streams.resume)
  // A fiber that waits for another holds no handle of Node's: without one the process would end in its midst, with 0.
  const alive = setInterval(() => undefined, 2 ** 30)
  const ended = await running.ended
  clearInterval(alive)
  switch (ended._tag) {
    case "Code":
      return stopped === undefined ? ended.code : exitCodeOfSignal(stopped.signal)
    case "Interrupted":
      if (isUnread && stopped === undefined) return 0
      return exitCodeOfSignal(stopped?.signal ?? "SIGINT")
    case "Failed":
      complain(ended.message, ended.hint)
      return stopped === undefined ? ended.code : exitCodeOfSignal(stopped.signal)
    case "Defect":
      return defect(ended.message, ended.trace, invocation.verbose)
  }
}

// internal

const stoppingWords = (signal: NodeJS.Signals): string => `stopping on ${signal}; Ctrl-C twice within 2 s stops at once`

/** SIGBREAK is Ctrl-Break of a Windows console; elsewhere nobody sends it. */
const signals: ReadonlyArray<NodeJS.Signals> = ["SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK"]

const complain = (message: string, hint: string) => {
  // Messages name what users and files contain, which a terminal must not obey.
  streams.write("stderr", visible(`${message}\n${hint === "" ? "" : `  ${hint}\n`}`))
}

const defect = (message: string, trace: string, verbose: boolean): number => {
  const [first = "unknown"] = message.split("\n")
  complain(
    `internal error: ${first}`,
    verbose ? trace : "This is a fault in deputize. Please report it with the output of the same command and -v."
  )
  return ExitCode.taskFailed
}

const version = (): string => {
  const manifest: unknown = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"))
  return typeof manifest === "object" && manifest !== null && "version" in manifest
    ? String(manifest.version)
    : "unknown"
}

/** The built-in SQLite still announces itself as new; users cannot act on that. */
const hideSqliteNotice = () => {
  const emit = process.emitWarning
  process.emitWarning = ((warning: string | Error, ...rest: Array<never>) => {
    if (!String(warning).startsWith("SQLite is an experimental feature")) emit(warning, ...rest)
  }) as typeof process.emitWarning
}

let outputLost = false

/** What cannot be written is given up, the rest of the work goes on. */
const onOutputError = (cause: NodeJS.ErrnoException) => {
  // Whoever read it has gone and does not want the rest.
  if (outputLost || cause.code === "EPIPE") return
  outputLost = true
  process.exitCode ||= ExitCode.taskFailed
  complain(`standard output cannot be written: ${cause.message}`, "Free space where it goes to, or send it elsewhere.")
}

/** By the signal itself: `exit` waits for the threads that read and write files, and one may hang on a pipe or a network. */
const endAtOnce = (signal: NodeJS.Signals) => {
  streams.restore()
  if (process.platform !== "win32") {
    process.removeAllListeners(signal)
    process.kill(process.pid, signal)
  }
  process.exit(exitCodeOfSignal(signal))
}

/** Ctrl-Z: the shell must not find its terminal without a cursor. */
const stopInBackground = () => {
  streams.suspend()
  process.kill(process.pid, "SIGSTOP")
}

const verboseAsked = () => process.argv.some((word) => word === "-v" || word === "--verbose")
const crash = (cause: unknown) => {
  streams.restore()
  const error = cause instanceof Error ? cause : new Error(String(cause))
  process.exit(defect(error.message, error.stack ?? "", verboseAsked()))
}

process.stdout.on("error", onOutputError)
// Nobody can be told then.
process.stderr.on("error", () => undefined)
process.on("uncaughtException", crash)
process.on("unhandledRejection", crash)
hideSqliteNotice()
const code = await main(process.argv.slice(2))
process.exitCode = outputLost ? code || ExitCode.taskFailed : code
// The process ends by itself once all is written. Only if something is still open (a keep-alive socket, a terminal that
// was read) is it made to.
setTimeout(() => process.stdout.write("", () => process.exit()), 100).unref()
