/**
 * The command line as users start it, in the place of a tortured run, with a provider of the torture's own.
 */
import { spawn } from "node:child_process"
import { existsSync, mkdirSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import process from "node:process"
import {
  type Answer,
  type Answering,
  type ProviderServer,
  startProviderServer
} from "@deputize/core/testing/ProviderServer"
import { keepGroup, mostMs, signalGroup, signalTo } from "./runGroups.ts"
import { type RunPlace, withRunPlace } from "./runPlace.ts"

export interface CliEnd {
  /** As a shell tells it. */
  readonly code: number
  readonly stdout: string
  readonly stderr: string
  readonly ms: number
}

export interface CliRun {
  readonly signal: (signal: NodeJS.Signals) => void
  readonly stderr: () => string
  readonly hasEnded: () => boolean
  readonly ended: Promise<CliEnd>
}

export interface Cli {
  readonly place: RunPlace
  readonly server: ProviderServer
  /** Writes a file of the workspace. */
  readonly write: (path: string, text: string) => void
  readonly start: (...args: ReadonlyArray<string>) => CliRun
  readonly run: (...args: ReadonlyArray<string>) => Promise<CliEnd>
}

/** `settings` are those of the provider in the user's configuration. */
export const withCli = <A>(
  answering: Answering,
  body: (cli: Cli) => Promise<A>,
  settings: Readonly<Record<string, unknown>> = {}
): Promise<A> =>
  withRunPlace(async (place) => {
    if (!existsSync(program)) throw new Error("the command line is not built: npm run build")
    const server = await startProviderServer(answering)
    const write = (path: string, text: string) => {
      const file = join(place.workspace, path)
      mkdirSync(dirname(file), { recursive: true })
      writeFileSync(file, text)
    }
    const provider = { base_url: server.url, wire_api: "chat", model: "some-model", ...settings }
    writeFileSync(
      join(place.state, "config.yaml"),
      JSON.stringify({ provider: "tortured", providers: { tortured: provider } })
    )
    const start: Cli["start"] = (...args) => startCli(place, args)
    try {
      return await body({ place, server, write, start, run: (...args) => start(...args).ended })
    } finally {
      await server.close()
    }
  })

/** An answer that calls these tools. */
export const calls = (...all: ReadonlyArray<readonly [string, object]>): Answer => ({
  calls: all.map(([name, args]) => ({ name, args }))
})

// internal

const program = join(import.meta.dirname, "..", "packages", "cli", "bin", "deputize.js")

/** One that hangs is killed. */
const startCli = ({ base, state, workspace }: RunPlace, args: ReadonlyArray<string>): CliRun => {
  const startedAt = performance.now()
  const child = spawn(process.execPath, [program, ...args], {
    cwd: workspace,
    env: {
      PATH: `${dirname(process.execPath)}:${process.env.PATH ?? ""}`,
      HOME: base,
      DEPUTIZE_HOME: state,
      TORTURE: base,
      NO_COLOR: "1"
    },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true
  })
  let [stdout, stderr] = ["", ""]
  child.stdout.on("data", (chunk: Buffer) => {
    stdout += chunk.toString()
  })
  child.stderr.on("data", (chunk: Buffer) => {
    stderr += chunk.toString()
  })
  let isEnded = false
  const { pid } = child
  const late = setTimeout(() => pid !== undefined && signalGroup(pid, "SIGKILL"), mostMs)
  const ended = new Promise<CliEnd>((resolve, reject) => {
    child.once("error", reject)
    child.once("close", (code, signal) => {
      isEnded = true
      const shown = code ?? (signal === "SIGKILL" ? 137 : 1)
      resolve({ code: shown, stdout, stderr, ms: performance.now() - startedAt })
    })
  }).finally(() => clearTimeout(late))
  if (pid !== undefined) keepGroup(pid, workspace, ended)
  return {
    ended,
    stderr: () => stderr,
    hasEnded: () => isEnded,
    signal: (signal) => {
      if (!isEnded && pid !== undefined) signalTo(pid, signal)
    }
  }
}
