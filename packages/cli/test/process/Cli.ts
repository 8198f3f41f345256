/** The command line as its users start it: a process of its own, an empty home, a folder to work in. */
import { type ChildProcess, spawn } from "node:child_process"
import { existsSync } from "node:fs"
import { chmod, mkdir, mkdtemp, readdir, realpath, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"

export const packageRoot = join(import.meta.dirname, "..", "..")
export const bin = join(packageRoot, "bin", "deputize.js")

export interface Ran {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface Place {
  readonly home: string
  readonly workspace: string
  readonly run: (args: ReadonlyArray<string>, options?: Options) => Promise<Ran>
  readonly start: (args: ReadonlyArray<string>, options?: Options) => ChildProcess
  readonly remove: () => Promise<void>
}

interface Options {
  readonly stdin?: string
  readonly cwd?: string
  /** Added to the environment; undefined takes a variable out. */
  readonly env?: Readonly<Record<string, string | undefined>>
  /** Number of the user and of the group to run as; only root may ask for it. */
  readonly as?: number
}

/** Modes of files mean nothing to root, who may in turn become somebody else. */
export const isRoot = process.getuid?.() === 0

/** A workspace with these files, marked as one by an empty `.deputize`. */
export const makePlace = async (files: Readonly<Record<string, string>> = {}): Promise<Place> => {
  if (!existsSync(join(packageRoot, "dist", "main.js"))) throw new Error("the command line is not built: npm run build")
  const root = await realpath(await mkdtemp(join(tmpdir(), "deputize-cli-")))
  // For users that a test runs as.
  await chmod(root, 0o755)
  const home = join(root, "home")
  const workspace = join(root, "workspace")
  await mkdir(home)
  await mkdir(join(workspace, ".deputize"), { recursive: true })
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(workspace, path)), { recursive: true })
    await writeFile(join(workspace, path), text)
  }
  const start: Place["start"] = (args, options = {}) =>
    spawn(process.execPath, [bin, ...args], {
      cwd: options.cwd ?? workspace,
      env: { HOME: home, PATH: process.env.PATH, LANG: "C.UTF-8", ...options.env },
      stdio: "pipe",
      ...(options.as === undefined ? {} : { uid: options.as, gid: options.as })
    })
  return {
    home,
    workspace,
    start,
    run: (args, options = {}) => {
      const child = start(args, options)
      child.stdin?.end(options.stdin ?? "")
      return ended(child)
    },
    remove: () => rm(root, { recursive: true, force: true })
  }
}

/** Resolves once the process has written `text` to standard error. */
export const said = (child: ChildProcess, text: string): Promise<void> =>
  new Promise((resolve, reject) => {
    let heard = ""
    child.stderr?.on("data", (chunk: Buffer) => {
      heard += chunk.toString()
      if (heard.includes(text)) resolve()
    })
    child.on("close", () => reject(new Error(`it ended without saying "${text}": ${heard}`)))
  })

/** The file with the records of the only workspace that was worked in under `state`. */
export const recordIn = async (state: string): Promise<string> => {
  const [name] = (await readdir(state, { recursive: true })).filter((path) => path.endsWith("journal.db"))
  if (name === undefined) throw new Error(`no record in ${state}`)
  return join(state, name)
}

/** Everything that a process wrote until it ended. */
export const ended = (child: ChildProcess): Promise<Ran> =>
  new Promise((resolve, reject) => {
    const out: Array<Buffer> = []
    const err: Array<Buffer> = []
    child.stdout?.on("data", (chunk: Buffer) => out.push(chunk))
    child.stderr?.on("data", (chunk: Buffer) => err.push(chunk))
    child.stdin?.on("error", () => undefined)
    child.on("error", reject)
    child.on("close", (code) =>
      resolve({ code, stdout: Buffer.concat(out).toString(), stderr: Buffer.concat(err).toString() })
    )
  })
