/**
 * Twenty tasks in layers, as projects of an Nx workspace and as steps of a pipeline: the same folders, the same program.
 *
 * A task says on a log outside the workspace that it starts, and that it has ended; between the two its output stands
 * there by half. The output's content follows from what the task reads, so the right one is known without building, and
 * a partial one is never taken for it. A task notes when it meets itself, at work already. A file of its name in the
 * control folder is read in its midst: by it a test makes a task fail or hang.
 */
import { createHash } from "node:crypto"
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs"
import { join } from "node:path"

export interface Task {
  readonly name: string
  /** Names of tasks of the layer before. */
  readonly needs: ReadonlyArray<string>
}

/** Four layers of five; each task needs two of the layer before. */
export const tasks: ReadonlyArray<Task> = Array.from({ length: 20 }, (_, index) => {
  const before = Math.floor(index / 5) * 5 - 5
  const needs = before < 0 ? [] : [before + (index % 5), before + ((index + 1) % 5)]
  return { name: nameOf(index), needs: needs.map(nameOf) }
})

/** One in the midst, which others need. */
export const middle = nameOf(7)

/** How long a task works, unless told otherwise. */
const workSeconds = 0.05

export const outputOf = (task: string): string => join("packages", task, "out", "result")

export const sourceOf = (task: string): string => join("packages", task, "source")

export const writeTasks = (workspace: string): void => {
  mkdirSync(join(workspace, "tools"), { recursive: true })
  mkdirSync(join(workspace, "node_modules"))
  writeFileSync(join(workspace, "tools", "task.sh"), program)
  writeFileSync(join(workspace, ".gitignore"), "node_modules\nout\n.nx\n")
  writeJson(join(workspace, "package.json"), { name: "torture", private: true, workspaces: ["packages/*"] })
  writeJson(join(workspace, "nx.json"), nxFile)
  symlinkSync(join(import.meta.dirname, "..", "node_modules", "nx"), join(workspace, "node_modules", "nx"))
  for (const task of tasks) writeTask(workspace, task)
}

/** Outputs that are missing, partial, or do not follow from the sources as they are now. */
export const wrongOutputs = (workspace: string, of: ReadonlyArray<Task> = tasks): ReadonlyArray<string> => {
  const made = new Map<string, string>()
  return of.flatMap(({ name, needs }) => {
    const hash = createHash("sha256")
      .update(`${name}\n`)
      .update(readFileSync(join(workspace, sourceOf(name))))
    for (const need of needs) hash.update(made.get(need) ?? "")
    const right = `${hash.digest("hex")}\n`
    made.set(name, right)
    const found = contentOf(join(workspace, outputOf(name)))
    if (found === right) return []
    return [
      `${outputOf(name)} ${found === null ? "is missing" : found.length < right.length ? "is partial" : "is wrong"}`
    ]
  })
}

/** As a user writes it; JSON is YAML as well. */
export const stepOf = ({ name, needs }: Task) => ({
  id: name,
  run: "sh ../../tools/task.sh",
  cwd: `packages/${name}`,
  needs,
  inputs: [`packages/${name}/source`, ...needs.map(outputOf)],
  outputs: [outputOf(name)],
  retries: 2,
  backoff: { initial: "50ms", factor: 2, max: "200ms" }
})

export const stepsPipeline = () => ({ name: "torture", steps: tasks.map(stepOf) })

export const nxPipeline = () => ({
  name: "torture",
  steps: [
    { id: "build", nx: { targets: ["build"] }, retries: 2, backoff: { initial: "50ms", factor: 2, max: "200ms" } }
  ]
})

// internal

function nameOf(index: number): string {
  return `task-${String(index).padStart(2, "0")}`
}

/** One line is one write, and lines of several tasks do not mix. */
const program = `set -eu
name=\${PWD##*/}
printf 'start %s %s\\n' "$name" "$$" >>"$TORTURE/effects"
other=$(cat "$TORTURE/pids/$name" 2>/dev/null || :)
if grep -qs task.sh "/proc/\${other:-none}/cmdline"; then echo "$name" >>"$TORTURE/overlaps"; fi
echo "$$" >"$TORTURE/pids/$name"
sum=$({ printf '%s\\n' "$name"; cat source; for need in $(cat needs); do cat "../$need/out/result"; done; } | sha256sum)
sum=\${sum%% *}
mkdir -p out
echo "building $name"
printf %.20s "$sum" >out/result
if [ -e "$TORTURE/control/$name" ]; then . "$TORTURE/control/$name"; fi
sleep ${workSeconds}
printf '%s\\n' "$sum" >out/result
rm -f "$TORTURE/pids/$name"
printf 'end %s\\n' "$name" >>"$TORTURE/effects"
`

const nxFile = {
  neverConnectToCloud: true,
  analytics: false,
  cacheDirectory: ".nx/cache",
  namedInputs: { sources: ["{projectRoot}/source", "{projectRoot}/needs", "{workspaceRoot}/tools/task.sh"] },
  targetDefaults: {
    build: { cache: true, dependsOn: ["^build"], inputs: ["sources", "^sources"], outputs: ["{projectRoot}/out"] }
  }
}

const writeTask = (workspace: string, { name, needs }: Task): void => {
  const folder = join(workspace, "packages", name)
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, "source"), `source of ${name}\n`)
  writeFileSync(join(folder, "needs"), `${needs.join(" ")}\n`)
  writeJson(join(folder, "package.json"), {
    name,
    version: "1.0.0",
    dependencies: Object.fromEntries(needs.map((need) => [need, "1.0.0"])),
    nx: { targets: { build: { command: "sh ../../tools/task.sh", options: { cwd: "{projectRoot}" } } } }
  })
  symlinkSync(join("..", "packages", name), join(workspace, "node_modules", name))
}

const writeJson = (path: string, value: unknown): void => writeFileSync(path, `${JSON.stringify(value, null, 2)}\n`)

const contentOf = (file: string): string | null => {
  try {
    return readFileSync(file, "utf8")
  } catch {
    return null
  }
}
