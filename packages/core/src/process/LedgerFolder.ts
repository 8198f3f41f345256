/**
 * How the processes of a runtime are on record: a folder for each runtime, named by a random number that also stands in
 * the environment of all its processes, with an `owner` file and a file for each process.
 *
 * 1. A process is on record before it exists: its file `N` holds its label. It is renamed to `N.PID.TICKS` when the
 *    process is there, and removed when nothing of it is left. So names say all that is needed to end it, and a shell
 *    can read them.
 * 2. A folder appears with its owner in it, by a rename.
 * 3. Nothing is synced: after a loss of power there are no processes.
 * 4. Where nothing can be written, processes run unrecorded: a full disk is no reason not to work.
 */
import { randomBytes } from "node:crypto"
import { mkdirSync, readdirSync, readFileSync, renameSync, rmdirSync, rmSync, statSync, writeFileSync } from "node:fs"
import { join, resolve } from "node:path"
import * as Schema from "effect/Schema"
import { entryOf, numbering, startTimeOf } from "./ProcessTable.ts"

/** The runtime that started the processes of a folder. */
export const Owner = Schema.Struct({
  pid: Schema.Int,
  startTime: Schema.String,
  host: Schema.String,
  boot: Schema.String,
  namespace: Schema.String,
  /** What it calls itself: the id of a run. */
  name: Schema.String
})
export type Owner = typeof Owner.Type

export interface LedgerEntry {
  readonly file: string
  readonly label: string
  /** Milliseconds since 1970. */
  readonly since: number
  /** Stands in the environment of the process and of all that it starts. */
  readonly marker: string
  /** Null for one that was about to be started. */
  readonly leader: { readonly pid: number; readonly ticks: string } | null
}

export interface RecordedRuntime {
  readonly folder: string
  /** Undefined when it cannot be read. */
  readonly owner: Owner | undefined
  readonly changedAt: number
  readonly entries: ReadonlyArray<LedgerEntry>
}

export interface OpenEntry {
  readonly marker: string
  readonly started: (pid: number) => void
  readonly forget: () => void
}

/** The folder of this runtime, in `home`. It is made with the first process. */
export class LedgerFolder {
  readonly runtime = randomBytes(16).toString("hex")
  readonly path: string
  readonly #home: string
  readonly #name: string
  #isMade = false
  #count = 0

  constructor(home: string, name: string) {
    this.#home = resolve(home)
    this.#name = name
    this.path = join(this.#home, this.runtime)
  }

  begin(label: string): OpenEntry {
    if (!this.#isMade) this.#isMade = attempt(() => this.#make())
    this.#count += 1
    const number = String(this.#count).padStart(numberLength, "0")
    const before = join(this.path, number)
    let file = before
    const isKept = this.#isMade && attempt(() => writeFileSync(file, label, { mode: 0o600 }))
    return {
      marker: `${this.runtime}-${number}`,
      started: (pid) => {
        const entry = isKept ? entryOf(pid) : undefined
        const named = `${before}.${pid}.${entry?.ticks ?? unknownTicks}`
        if (isKept && attempt(() => renameSync(before, named))) file = named
      },
      forget: () => {
        if (isKept) attempt(() => rmSync(file, { force: true }))
      }
    }
  }

  /** What is still on record stays so. */
  close(): void {
    if (this.#isMade && namesIn(this.path).every((name) => name === ownerFile)) forgetFolder(this.path)
  }

  #make(): void {
    const owner: Owner = { ...numbering(), pid: process.pid, startTime: startTimeOf(process.pid), name: this.#name }
    const making = join(this.#home, `.${this.runtime}`)
    mkdirSync(making, { recursive: true, mode: 0o700 })
    writeFileSync(join(making, ownerFile), JSON.stringify(owner), { mode: 0o600 })
    renameSync(making, this.path)
  }
}

/** All runtimes on record in `home`. Folders that are just being made are passed over. */
export const recordedRuntimes = (home: string): ReadonlyArray<RecordedRuntime> =>
  namesIn(home)
    .filter((name) => /^[0-9a-f]{32}$/.test(name))
    .map((name) => {
      const folder = join(home, name)
      const names = namesIn(folder)
      return {
        folder,
        owner: ownerOf(folder),
        changedAt: changedAt(folder),
        entries: names.flatMap((file) => {
          const entry = entryIn(folder, name, file)
          return entry === undefined ? [] : [entry]
        })
      }
    })

export const forgetFolder = (folder: string): void => {
  attempt(() => {
    for (const name of namesIn(folder)) rmSync(join(folder, name), { force: true })
    rmdirSync(folder)
  })
}

// internal

const ownerFile = "owner"
/** Of one length, so that no marker is the beginning of another. */
const numberLength = 7
const unknownTicks = "unknown"

const entryIn = (folder: string, runtime: string, name: string): LedgerEntry | undefined => {
  const [, number, pid, ticks] = /^(\d+)(?:\.(\d+)\.(\w+))?$/.exec(name) ?? []
  if (number === undefined) return undefined
  const file = join(folder, name)
  return {
    file,
    label: textOf(file) ?? "",
    since: changedAt(file),
    marker: `${runtime}-${number}`,
    leader: pid === undefined || ticks === undefined ? null : { pid: Number(pid), ticks }
  }
}

const decodeOwner = Schema.decodeUnknownOption(Schema.fromJsonString(Owner))

const ownerOf = (folder: string): Owner | undefined => {
  const found = decodeOwner(textOf(join(folder, ownerFile)) ?? "")
  return found._tag === "Some" ? found.value : undefined
}

const textOf = (file: string): string | undefined => {
  try {
    return readFileSync(file, "utf8")
  } catch {
    return undefined
  }
}

const changedAt = (file: string): number => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0

const namesIn = (folder: string): ReadonlyArray<string> => {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

/** Whether it worked. */
const attempt = (act: () => void): boolean => {
  try {
    act()
    return true
  } catch {
    return false
  }
}
