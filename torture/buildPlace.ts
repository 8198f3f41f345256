/**
 * A place for one torture: a workspace, a state folder and a log of effects, each beside the other and none in the other;
 * removed at the end, with whatever was mounted in it.
 */
import { spawnSync } from "node:child_process"
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync
} from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import process from "node:process"
import { nxPipeline, stepsPipeline, writeTasks } from "./buildTasks.ts"

export type Kind = "nx" | "steps"

export interface Place {
  readonly base: string
  readonly workspace: string
  /** The whole state of the command line. */
  readonly home: string
  readonly kind: Kind
}

export interface Effects {
  readonly starts: ReadonlyArray<{ readonly task: string; readonly pid: number }>
  readonly ends: ReadonlyArray<string>
}

export const withPlace = async <A>(kind: Kind, body: (place: Place) => Promise<A>): Promise<A> => {
  const base = realpathSync(mkdtempSync(join(tmpdir(), "deputize-torture-")))
  const place = { base, workspace: join(base, "workspace"), home: join(base, "home"), kind }
  const leave = () => {
    for (const folder of mountsBelow(base)) spawnSync("umount", ["--lazy", folder])
    rmSync(base, { recursive: true, force: true })
  }
  // Also when the torture itself is stopped.
  process.once("exit", leave)
  try {
    for (const folder of [place.workspace, place.home, join(base, "control"), join(base, "pids")]) mkdirSync(folder)
    writeTasks(place.workspace)
    writePipeline(place, kind === "nx" ? nxPipeline() : stepsPipeline())
    return await body(place)
  } finally {
    leave()
    process.off("exit", leave)
  }
}

export const writePipeline = ({ workspace }: Place, pipeline: object): void =>
  writeFileSync(join(workspace, "deputize.build.yaml"), `${JSON.stringify(pipeline, null, 2)}\n`)

/** What tasks have said of themselves since the place was made. */
export const effectsOf = ({ base }: Place): Effects => {
  const lines = existsSync(join(base, "effects")) ? readFileSync(join(base, "effects"), "utf8").split("\n") : []
  const words = lines.map((line) => line.split(" "))
  return {
    starts: words.flatMap(([what, task = "", pid]) => (what === "start" ? [{ task, pid: Number(pid) }] : [])),
    ends: words.flatMap(([what, task = ""]) => (what === "end" ? [task] : []))
  }
}

/** Tasks that began while they were at work already. */
export const overlapsOf = ({ base }: Place): ReadonlyArray<string> =>
  existsSync(join(base, "overlaps")) ? readFileSync(join(base, "overlaps"), "utf8").trim().split("\n") : []

/** Lines of shell that a task reads in its midst. */
export const control = ({ base }: Place, task: string, script: string | null): void => {
  const file = join(base, "control", task)
  if (script === null) rmSync(file, { force: true })
  else writeFileSync(file, `${script}\n`)
}

/** A change of a source that no build before has seen. */
export const edit = ({ workspace }: Place, source: string): void => appendFileSync(join(workspace, source), "edited\n")

/** The build's state folder of the workspace; undefined before the first build. */
export const stateFolder = ({ home }: Place): string | undefined => {
  const workspaces = join(home, "state")
  const keys = existsSync(workspaces) ? readdirSync(workspaces) : []
  return keys.map((key) => join(workspaces, key, "build")).find((folder) => existsSync(join(folder, "record.db")))
}

/** An empty file system in memory, of so many kilobytes; false where this user may not mount. */
export const mountSmall = (folder: string, kilobytes: number): boolean => {
  mkdirSync(folder, { recursive: true })
  const size = `size=${kilobytes}k,mode=755`
  return spawnSync("mount", ["-t", "tmpfs", "-o", size, "deputize-torture", folder]).status === 0
}

export const remountReadOnly = (folder: string): boolean =>
  spawnSync("mount", ["-o", "remount,ro", folder]).status === 0

// internal

const mountsBelow = (base: string): ReadonlyArray<string> =>
  readFileSync("/proc/mounts", "utf8")
    .split("\n")
    .map((line) => line.split(" ")[1] ?? "")
    .filter((folder) => folder.startsWith(`${base}/`))
    .reverse()
