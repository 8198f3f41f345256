/**
 * An Nx workspace in a folder of its own: packages whose tasks are small shell scripts, and the Nx of this repository.
 */
import * as fs from "node:fs"
import * as os from "node:os"
import * as path from "node:path"
import { fileURLToPath } from "node:url"
import { Processes } from "@deputize/core/process/Processes"
import * as Effect from "effect/Effect"
import { type NxEvent, type NxRequest, runNx } from "../../src/nx/NxTasks.ts"

/** Of this repository. */
export const modules = fileURLToPath(new URL("../../../../node_modules", import.meta.url))

export interface Package {
  /** Packages of the workspace that it depends on. */
  readonly needs?: ReadonlyArray<string>
  /** Target to the command of a shell, in the package's folder. */
  readonly commands?: Readonly<Record<string, string>>
  readonly scripts?: Readonly<Record<string, string>>
  readonly manifest?: object
}

export interface Workspace {
  readonly root: string
  readonly write: (file: string, content: string) => void
  readonly read: (file: string) => string
  readonly has: (file: string) => boolean
  readonly request: (more?: Partial<NxRequest>) => NxRequest
}

/** Copies `in.txt` into `dist/out.txt`. */
export const copies = "mkdir -p dist && cat in.txt > dist/out.txt"

export const environment = (home: string): Record<string, string> => ({ PATH: process.env["PATH"] ?? "", HOME: home })

/** With the supervisor of processes; all is removed, and all processes are ended, with the scope. */
export const withWorkspace = <A, E>(
  packages: Readonly<Record<string, Package>>,
  body: (workspace: Workspace) => Effect.Effect<A, E, Processes>
): Effect.Effect<A, E> =>
  Effect.acquireUseRelease(
    Effect.sync(() => fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "deputize-nx-test-")))),
    (folder) =>
      Effect.provide(
        body(generate(folder, packages)),
        Processes.layer({ folder: path.join(folder, "processes"), owner: "test" })
      ),
    (folder) => Effect.sync(() => fs.rmSync(folder, { recursive: true, force: true, maxRetries: 5 }))
  )

/** The events of a run, as they came. */
export const told = Effect.fnUntraced(function* (
  request: NxRequest,
  also: (event: NxEvent) => Effect.Effect<void> = () => Effect.void
) {
  const events: Array<NxEvent> = []
  const result = yield* runNx(request, (event) =>
    Effect.andThen(
      Effect.sync(() => events.push(event)),
      also(event)
    )
  )
  return { events, result, ends: endsOf(events) }
})

/** Task to status. */
export const endsOf = (events: ReadonlyArray<NxEvent>): Readonly<Record<string, string>> =>
  Object.fromEntries(events.flatMap((event) => (event._tag === "Ended" ? [[event.task, event.status]] : [])))

export const outputOf = (events: ReadonlyArray<NxEvent>, task: string | null): string =>
  events.flatMap((event) => (event._tag === "Output" && event.task === task ? [event.text] : [])).join("")

export const warningsOf = (events: ReadonlyArray<NxEvent>): ReadonlyArray<string> =>
  events.flatMap((event) => (event._tag === "Warned" ? [event.text] : []))

// internal

const generate = (folder: string, packages: Readonly<Record<string, Package>>): Workspace => {
  const root = path.join(folder, "workspace")
  const write = (file: string, content: string) => {
    fs.mkdirSync(path.dirname(path.join(root, file)), { recursive: true })
    fs.writeFileSync(path.join(root, file), content)
  }
  const writeJson = (file: string, content: object) => write(file, JSON.stringify(content))
  fs.mkdirSync(path.join(root, "node_modules"), { recursive: true })
  fs.symlinkSync(path.join(modules, "nx"), path.join(root, "node_modules", "nx"))
  writeJson("package.json", { name: "root", private: true, workspaces: ["packages/*"] })
  write(".gitignore", "node_modules\ndist\n.nx\n")
  writeJson("nx.json", {
    analytics: false,
    neverConnectToCloud: true,
    targetDefaults: {
      build: { cache: true, dependsOn: ["^build"], inputs: ["default", "^default"], outputs: ["{projectRoot}/dist"] }
    }
  })
  for (const [name, { needs = [], commands = {}, scripts = {}, manifest = {} }] of Object.entries(packages)) {
    const targets = Object.entries(commands).map(([target, command]) => [
      target,
      { command, options: { cwd: `packages/${name}` } }
    ])
    writeJson(`packages/${name}/package.json`, {
      name: `@test/${name}`,
      version: "1.2.3",
      dependencies: Object.fromEntries(needs.map((needed) => [`@test/${needed}`, "*"])),
      scripts,
      nx: { name, targets: Object.fromEntries(targets) },
      ...manifest
    })
    write(`packages/${name}/in.txt`, `${name}\n`)
  }
  return {
    root,
    write,
    read: (file) => fs.readFileSync(path.join(root, file), "utf8"),
    has: (file) => fs.existsSync(path.join(root, file)),
    request: (more = {}) => ({
      workspace: root,
      targets: ["build"],
      projects: null,
      configuration: null,
      parallel: 2,
      env: environment(folder),
      label: "nx",
      skipCache: [],
      ...more
    })
  }
}
