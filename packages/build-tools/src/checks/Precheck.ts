/**
 * Looks, before anything runs, whether the machine has what the pipeline asks for: tools and their versions, room on the
 * disk and in memory, ports, hosts that can be reached. Changes nothing.
 */

import { statfsSync } from "node:fs"
import { connect, createServer } from "node:net"
import { codeOf } from "@deputize/core/internal/domain/SystemCode"
import { run } from "@deputize/core/process/ChildProcess"
import * as Effect from "effect/Effect"
import { coerce, satisfies } from "semver"
import type { Checks, ToolCheck } from "../pipeline/Pipeline.ts"
import { findProgram, stepPath } from "./FindProgram.ts"
import { freeMemory } from "./Jobs.ts"

export interface CheckFinding {
  readonly name: string
  readonly severity: "ok" | "warning" | "error"
  /** What was found. */
  readonly text: string
  /** What to do about it; empty where all is well. */
  readonly next: string
}

export interface CheckPlace {
  readonly workspace: string
  /** The whole environment in which tools are looked for and asked. */
  readonly env: Readonly<Record<string, string>>
}

/** In the order of the pipeline's checks; they run side by side. */
export const runChecks = Effect.fn("Precheck.run")(function* (checks: Checks, place: CheckPlace) {
  return yield* Effect.all(
    [
      ...checks.tools.map((tool) => toolFinding(tool, place)),
      ...(checks.diskBytes === null ? [] : [roomFinding("disk", checks.diskBytes, () => freeDisk(place.workspace))]),
      ...(checks.memoryBytes === null ? [] : [roomFinding("memory", checks.memoryBytes, freeMemory)]),
      ...checks.ports.map(portFinding),
      ...checks.network.map(hostFinding)
    ],
    { concurrency: 8 }
  )
})

// internal

const toolMs = 20_000
const hostMs = 5_000

const ok = (name: string, text: string): CheckFinding => ({ name, severity: "ok", text, next: "" })

const toolFinding = Effect.fnUntraced(function* (tool: ToolCheck, { env, workspace }: CheckPlace) {
  const { args, name, severity, version } = tool
  const wanted = version === null ? "" : ` ${version}`
  const file = findProgram(name, stepPath(workspace, env))
  if (file === undefined) {
    return { name, severity, text: "not found on PATH", next: `Install ${name}${wanted}, or put it on PATH.` }
  }
  const said = yield* run({
    command: file,
    args,
    cwd: workspace,
    env,
    maxStdoutBytes: 64 * 1024,
    timeoutMs: toolMs
  }).pipe(
    Effect.map(({ stderr, stdout }) => `${new TextDecoder().decode(stdout)}\n${stderr}`),
    Effect.catch(() => Effect.succeed(""))
  )
  const found = coerce(/\d+\.\d+(?:\.\d+)?/.exec(said)?.[0])
  if (found === null) {
    return version === null
      ? ok(name, file)
      : { name, severity, text: `${file} does not tell its version`, next: `Install ${name}${wanted}.` }
  }
  if (version === null || satisfies(found, version)) return ok(name, `${found.version} at ${file}`)
  const text = `${found.version} at ${file}, and${wanted} is needed`
  return { name, severity, text, next: `Install ${name}${wanted}.` }
})

const roomFinding = (
  name: "disk" | "memory",
  { least, severity }: { readonly least: number; readonly severity: "warning" | "error" },
  measure: () => number
): Effect.Effect<CheckFinding> =>
  Effect.sync(() => {
    const free = measure()
    if (free >= least) return ok(name, `${size(free)} free`)
    const next =
      name === "disk" ? "Free space there, or build on another disk." : "End other programs, or use --parallel 1."
    return { name, severity, text: `${size(free)} free, and ${size(least)} are needed`, next }
  })

const freeDisk = (folder: string): number => {
  const { bavail, bsize } = statfsSync(folder)
  return bavail * bsize
}

const portFinding = (port: number): Effect.Effect<CheckFinding> =>
  Effect.callback<CheckFinding>((resume) => {
    const name = `port ${port}`
    const server = createServer()
    server.once("error", (cause) => {
      const next = "End what listens there, or change the port."
      resume(
        Effect.succeed({ name, severity: "error", text: `cannot be used: ${codeOf(cause) ?? cause.message}`, next })
      )
    })
    server.listen({ port, host: "127.0.0.1", exclusive: true }, () => {
      server.close(() => resume(Effect.succeed(ok(name, "free"))))
    })
    return Effect.sync(() => server.close())
  })

const hostFinding = (address: string): Effect.Effect<CheckFinding> =>
  Effect.callback<CheckFinding>((resume) => {
    const colon = address.lastIndexOf(":")
    const [host, port] = [address.slice(0, colon).replace(/^\[|\]$/g, ""), Number(address.slice(colon + 1))]
    const failed = (why: string) => {
      const next = "Check the network and the proxy; steps of this pipeline need it."
      resume(Effect.succeed({ name: address, severity: "error", text: `cannot be reached: ${why}`, next }))
      socket.destroy()
    }
    const socket = connect({ host, port, timeout: hostMs })
    socket.once("connect", () => {
      resume(Effect.succeed(ok(address, "can be reached")))
      socket.destroy()
    })
    socket.once("timeout", () => failed(`no answer in ${hostMs / 1_000} s`))
    socket.once("error", (cause) => failed(codeOf(cause) ?? cause.message))
    return Effect.sync(() => socket.destroy())
  })

const size = (bytes: number): string =>
  bytes < 1024 ** 3 ? `${Math.floor(bytes / 1024 ** 2)} MiB` : `${(bytes / 1024 ** 3).toFixed(1)} GiB`
