/**
 * A workspace and a prefix beside it in a temporary folder, a tool that prints its version, and programs run by core.
 */
import * as fs from "node:fs"
import * as os from "node:os"
import * as path from "node:path"
import { leavesBelow, walk } from "@deputize/build-tools/install/Walk"
import type { Install, RunCommand } from "@deputize/build-tools/pipeline/Pipeline"
import { run } from "@deputize/core/process/ChildProcess"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"

export class ProgramFailed extends Schema.TaggedError<ProgramFailed>()("ProgramFailed", {
  label: Schema.String,
  code: Schema.NullOr(Schema.Int),
  output: Schema.String
}) {
  override get message(): string {
    return `${this.label}: ${this.code}\n${this.output}`
  }
}

export const environment = {
  PATH: `${path.dirname(process.execPath)}:${os.homedir()}/.cargo/bin:/usr/bin:/bin`,
  HOME: os.homedir(),
  LC_ALL: "C.UTF-8"
}

export const runProgram = Effect.fn("runProgram")(function* (
  label: string,
  command: RunCommand,
  { cwd, env }: { readonly cwd: string; readonly env: Readonly<Record<string, string>> }
) {
  const args = command._tag === "Argv" ? command.argv : ["sh", "-c", command.line]
  const end = yield* Effect.orDie(
    run({ command: "/usr/bin/env", args, cwd, env, maxStdoutBytes: 1 << 20, timeoutMs: 60_000 })
  )
  const output = `${Buffer.from(end.stdout).toString()}${end.stderr}`
  if (end.code !== 0) return yield* new ProgramFailed({ label, code: end.code, output })
})

/** What a program prints, without the last line break. */
export const printed = Effect.fn("printed")(function* (command: string, ...args: ReadonlyArray<string>) {
  const end = yield* run({ command, args, cwd: "/", env: environment, maxStdoutBytes: 1 << 20, timeoutMs: 10_000 })
  return end.code === 0 ? Buffer.from(end.stdout).toString().trimEnd() : `exit ${end.code}: ${end.stderr}`
})

/** Says its version first and last; in between there is more than a pipe or a page holds. */
export const toolOf = (version: string): string =>
  `#!/bin/sh\nprintf '${version} '\n${`: ${"-".repeat(120)}\n`.repeat(200)}printf '${version}\\n'\n`

export interface Fixture {
  readonly base: string
  readonly workspace: string
  readonly prefix: string
  readonly bin: string
  readonly lines: Array<string>
  readonly write: (file: string, content: string | Uint8Array, mode?: number) => void
  readonly wanted: (fields?: Partial<Install>) => Install
  readonly options: (session: string) => {
    readonly workspace: string
    readonly env: Readonly<Record<string, string>>
    readonly session: string
    readonly log: (line: string) => void
    readonly run: typeof runProgram
  }
}

/** Several workspaces may share the prefix of one base. */
export const fixtureIn = (base: string, name = "ü"): Fixture => {
  const workspace = path.join(base, `work space ${name}`)
  const prefix = path.join(base, "prefix")
  fs.mkdirSync(workspace, { recursive: true })
  const lines: Array<string> = []
  const write = (file: string, content: string | Uint8Array, mode = 0o644) => {
    const place = path.resolve(workspace, file)
    fs.mkdirSync(path.dirname(place), { recursive: true })
    fs.writeFileSync(place, content)
    fs.chmodSync(place, mode)
  }
  return {
    base,
    workspace,
    prefix,
    bin: path.join(prefix, "bin"),
    lines,
    write,
    wanted: (fields) => ({
      prefix,
      name: "tool",
      from: { _tag: "Files", files: [{ from: "dist/tool.sh", to: "lib/tool.sh", mode: null }] },
      bin: { tool: "lib/tool.sh" },
      verify: null,
      keep: 2,
      agents: null,
      ...fields
    }),
    options: (session) => ({ workspace, env: environment, session, log: (line) => lines.push(line), run: runProgram })
  }
}

/** What a version of many files consists of: the tool, data in several folders, agents that change with it. */
export const sessionFiles = (files: Fixture, session: string): Install => {
  files.write("dist/tool.sh", toolOf(session), 0o755)
  for (const number of [1, 2, 3, 4, 5]) files.write(`dist/data/${number}/${number} é.bin`, session.repeat(10_000))
  files.write("agents/reviewer.md", `reviewer of ${session}\n`)
  files.write("agents/helper.md", "helper\n")
  return files.wanted({
    from: { _tag: "Files", files: [{ from: "dist/**", to: "lib", mode: null }] },
    agents: path.join(files.workspace, "agents")
  })
}

export const fixture = Effect.acquireRelease(
  Effect.sync(() => fixtureIn(fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "deputize-install-"))))),
  ({ base }) => Effect.sync(() => fs.rmSync(base, { recursive: true, force: true }))
)

/** Every file and link below a folder, with what it leads to or its rights; the installer's own files left out. */
export const picture = (folder: string): ReadonlyArray<string> =>
  leavesBelow(folder).flatMap(({ entry, name, path }) => {
    if (entry.isSymbolicLink()) return [`${name} -> ${fs.readlinkSync(path)}`]
    return /(^|\/)\.deputize\//.test(name) ? [] : [`${name} ${(fs.lstatSync(path).mode & 0o777).toString(8)}`]
  })

/** Names in the prefix that only work in progress has. */
export const leftovers = (prefix: string): ReadonlyArray<string> =>
  [...walk(prefix)].map(({ name }) => name).filter((name) => /(^|\/)\.(staging|current|removing|new)-[^/]*$/.test(name))
