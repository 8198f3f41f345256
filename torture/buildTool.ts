/**
 * A pipeline with all kinds of steps: tasks of Nx, programs, one that must not be repeated, and the install of a tool
 * that is made of all that came before.
 */
import { createHash } from "node:crypto"
import { lstatSync, readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import type { Place } from "./buildPlace.ts"
import { outputOf, stepOf, type Task, tasks } from "./buildTasks.ts"

/** The first layer by Nx, the second as steps. */
export const toolTasks: ReadonlyArray<Task> = tasks.slice(0, 10)

export const prefixOf = ({ base }: Place): string => join(base, "prefix")

export const toolPipeline = (place: Place) => {
  const [first, second] = [toolTasks.slice(0, 5), toolTasks.slice(5)]
  const backoff = { initial: "50ms", factor: 2, max: "200ms" }
  return {
    name: "torture",
    steps: [
      { id: "nx", nx: { targets: ["build"], projects: first.map(({ name }) => name) }, backoff },
      ...second.map((task) => ({ ...stepOf(task), needs: ["nx"] })),
      {
        id: "tool",
        run: makeTool,
        needs: second.map(({ name }) => name),
        inputs: second.map(({ name }) => outputOf(name)),
        outputs: ["dist"],
        backoff
      },
      { id: "announce", run: announce, needs: ["tool"], backoff },
      {
        id: "install",
        needs: ["announce"],
        install: {
          name: "tool",
          prefix: prefixOf(place),
          files: [
            { from: "dist/tool", to: "bin/tool", mode: "755" },
            { from: "dist/part", to: "lib/part" },
            { from: "packages", to: "share" }
          ],
          bin: { tool: "bin/tool" },
          verify: 'test "$(tool | wc -l)" = 1',
          keep: 2
        }
      }
    ]
  }
}

/** What the tool says that is made of the sources as they are now; they were built. */
export const rightTool = ({ workspace }: Place): string => {
  const hash = createHash("sha256")
  for (const { name } of toolTasks.slice(5)) hash.update(readFileSync(join(workspace, outputOf(name))))
  const sum = hash.digest("hex")
  return `${sum} ${sum}`
}

/** Names and modes of all that is installed. */
export const installedFiles = (place: Place): string => {
  const version = join(prefixOf(place), "versions", "tool", "current")
  return readdirSync(version, { recursive: true, encoding: "utf8" })
    .map((name) => `${name} ${(lstatSync(join(version, name)).mode & 0o7777).toString(8)}`)
    .sort()
    .join("\n")
}

/** What installers have begun and not ended. */
export const leftoversOf = (place: Place): ReadonlyArray<string> =>
  readdirSync(join(prefixOf(place), "versions", "tool")).filter((name) => name.startsWith("."))

// internal

/** It says its sum at its beginning and at its end, so that half a tool is found out. */
const makeTool = `set -eu
sum=$(cat ${toolTasks
  .slice(5)
  .map(({ name }) => outputOf(name))
  .join(" ")} | sha256sum)
sum=\${sum%% *}
mkdir -p dist
printf '%s\\n' "$sum" >dist/part
printf '#!/bin/sh\\nprintf "%%s " %s\\necho %s\\n' "$sum" "$sum" >dist/tool
chmod 755 dist/tool
`

const announce = `printf 'start announce %s\\n' "$$" >>"$TORTURE/effects"
sleep 0.03
printf 'end announce\\n' >>"$TORTURE/effects"
`
