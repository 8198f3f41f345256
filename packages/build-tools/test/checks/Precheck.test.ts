import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { createServer } from "node:net"
import { tmpdir } from "node:os"
import { delimiter, dirname, join } from "node:path"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { runChecks } from "../../src/checks/Precheck.ts"
import type { Checks, ToolCheck } from "../../src/pipeline/Pipeline.ts"

const nothing: Checks = { tools: [], diskBytes: null, memoryBytes: null, ports: [], network: [] }

const tool = (name: string, version: string | null, severity: "warning" | "error" = "error"): ToolCheck => ({
  name,
  version,
  args: ["--version"],
  severity
})

/** With programs `name` that print a text. */
const check = (checks: Partial<Checks>, programs: Readonly<Record<string, string>> = {}) =>
  Effect.acquireUseRelease(
    Effect.sync(() => {
      const folder = mkdtempSync(join(tmpdir(), "deputize-checks-"))
      for (const [name, text] of Object.entries(programs)) {
        mkdirSync(dirname(join(folder, name)), { recursive: true })
        writeFileSync(join(folder, name), `#!/bin/sh\necho '${text}'\n`)
        chmodSync(join(folder, name), 0o755)
      }
      return folder
    }),
    (folder) =>
      Effect.map(
        runChecks(
          { ...nothing, ...checks },
          { workspace: folder, env: { PATH: [folder, "/usr/bin", "/bin"].join(delimiter) } }
        ),
        (findings) => findings.map((finding) => ({ ...finding, text: finding.text.replaceAll(folder, "BIN") }))
      ),
    (folder) => Effect.sync(() => rmSync(folder, { recursive: true, force: true }))
  )

const listening = <A, E>(body: (port: number) => Effect.Effect<A, E>): Effect.Effect<A, E> =>
  Effect.acquireUseRelease(
    Effect.callback<{ readonly port: number; readonly close: () => void }>((resume) => {
      const server = createServer().listen(0, "127.0.0.1", () => {
        const address = server.address()
        const port = typeof address === "object" && address !== null ? address.port : 0
        resume(Effect.succeed({ port, close: () => void server.close() }))
      })
    }),
    ({ port }) => body(port),
    ({ close }) => Effect.sync(close)
  )

describe("Precheck", () => {
  it.live("finds tools, whatever else they print beside their version", () =>
    Effect.gen(function* () {
      const programs = { newtool: "newtool 1.89.0 (abc 2026-08-01)", short: "short version 3.25", mute: "hello" }
      const tools = [tool("newtool", ">=1.75 <2"), tool("short", ">=3.20"), tool("mute", null)]
      expect(yield* check({ tools }, programs)).toStrictEqual([
        { name: "newtool", severity: "ok", text: "1.89.0 at BIN/newtool", next: "" },
        { name: "short", severity: "ok", text: "3.25.0 at BIN/short", next: "" },
        { name: "mute", severity: "ok", text: "BIN/mute", next: "" }
      ])
    })
  )

  it.live("finds tools of the workspace before those on PATH, as its steps do", () =>
    Effect.gen(function* () {
      const programs = { both: "both 1.0.0", "node_modules/.bin/both": "both 2.0.0" }
      expect(yield* check({ tools: [tool("both", "^2")] }, programs)).toStrictEqual([
        { name: "both", severity: "ok", text: "2.0.0 at BIN/node_modules/.bin/both", next: "" }
      ])
    })
  )

  it.live("names what is missing, too old, or does not say how old it is", () =>
    Effect.gen(function* () {
      const tools = [tool("absent", ">=2"), tool("old", ">=2", "warning"), tool("mute", ">=2")]
      expect(yield* check({ tools }, { old: "old 1.9.9", mute: "hello" })).toStrictEqual([
        {
          name: "absent",
          severity: "error",
          text: "not found on PATH",
          next: "Install absent >=2, or put it on PATH."
        },
        { name: "old", severity: "warning", text: "1.9.9 at BIN/old, and >=2 is needed", next: "Install old >=2." },
        { name: "mute", severity: "error", text: "BIN/mute does not tell its version", next: "Install mute >=2." }
      ])
    })
  )

  it.live("measures the room on the disk and in memory", () =>
    Effect.gen(function* () {
      const room = (least: number) => ({ least, severity: "warning" }) as const
      const findings = yield* check({ diskBytes: room(1), memoryBytes: room(2 ** 60) })
      expect(findings).toStrictEqual([
        { name: "disk", severity: "ok", text: expect.stringMatching(/^[\d.]+ [GM]iB free$/), next: "" },
        {
          name: "memory",
          severity: "warning",
          text: expect.stringMatching(/^[\d.]+ [GM]iB free, and 1073741824\.0 GiB are needed$/),
          next: "End other programs, or use --parallel 1."
        }
      ])
    })
  )

  it.live("finds ports that are taken, and hosts that do not answer", () =>
    Effect.gen(function* () {
      const closed = yield* listening(Effect.succeed)
      const findings = yield* listening((port) =>
        Effect.gen(function* () {
          const ports = yield* check({ ports: [port, closed] })
          const hosts = yield* check({ network: [`127.0.0.1:${port}`, `127.0.0.1:${closed}`] })
          return [...ports, ...hosts].map(({ severity, text }) => [severity, text])
        })
      )
      expect(findings).toStrictEqual([
        ["error", "cannot be used: EADDRINUSE"],
        ["ok", "free"],
        ["ok", "can be reached"],
        ["error", "cannot be reached: ECONNREFUSED"]
      ])
    })
  )
})
