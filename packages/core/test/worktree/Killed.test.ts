/**
 * A process with agents in trees of their own is killed at any moment, and started again.
 */
import { spawn, spawnSync } from "node:child_process"
import { once } from "node:events"
import * as fs from "node:fs"
import * as path from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { fileURLToPath } from "node:url"
import type { Merges } from "@deputize/core/worktree/MergeReport"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { pictureOf } from "../workspace/fixture.ts"
import { faults, type Rig, rig, userState } from "./fixture.ts"

const script = fileURLToPath(new URL("./killedRun.ts", import.meta.url))
const program = (files: Rig) => ["--conditions=@deputize/source", script, files.root, files.trees]

/** What a killed process leaves of its temporary folders goes with the test's. */
const envOf = ({ base }: Rig) => ({ PATH: process.env.PATH, TMPDIR: base })

const prepare = (rig: Rig) => {
  rig.write("a.txt", "1\n2\n3\n4\n5\n")
  rig.write("gone.txt", "gone\n")
  rig.write("mine.txt", "committed\n")
  rig.write(".gitignore", ".env\n*.log\n")
  rig.commit("first")
  rig.write(".env", "KEY=1\n")
  rig.write("mine.txt", "the user's\n")
  rig.write("untracked.txt", "the user's\n")
  rig.write("staged.txt", "staged\n")
  rig.git("add", "staged.txt")
}

const toEnd = (files: Rig): Merges => {
  const { stderr, stdout } = spawnSync(process.execPath, program(files), { encoding: "utf8", env: envOf(files) })
  if (stdout === "") throw new Error(stderr)
  return JSON.parse(stdout)
}

/** Killed after so many milliseconds, unless it has ended before; true if it was. */
const killed = async (files: Rig, afterMs: number): Promise<boolean> => {
  const child = spawn(process.execPath, program(files), { stdio: "ignore", env: envOf(files) })
  const ended = once(child, "exit")
  await Promise.race([sleep(afterMs), ended])
  child.kill("SIGKILL")
  await ended
  return child.signalCode === "SIGKILL"
}

/** The working tree, what is on the refs, what is kept, and what is left of the run. */
const stateOf = (files: Rig, merges: Merges) => ({
  merges: merges.merges.map(({ agent, conflicts, files, status }) => [agent, status, files, conflicts]),
  left: merges.left,
  files: pictureOf(files.root)
    .split("\n")
    .filter((line) => !line.includes("/.git/") && !line.includes("/.git "))
    .map((line) => line.replaceAll(files.root, "")),
  refs: files
    .git("for-each-ref", "--format=%(refname)", "refs/deputize", "refs/heads/deputize")
    .split("\n")
    .map((ref) => [ref, ref === "" || ref.endsWith("/base") ? "" : files.git("rev-parse", `${ref}^{tree}`)]),
  worktrees: fs.readdirSync(path.join(files.root, ".git")).includes("worktrees")
    ? fs.readdirSync(path.join(files.root, ".git/worktrees"))
    : [],
  trees: fs.readdirSync(files.trees),
  faults: faults(files.root)
})

describe("agents with trees of their own whose process is killed", () => {
  it.live(
    "come to the same end when it is started again, wherever it was",
    () =>
      Effect.gen(function* () {
        const calm = yield* rig(prepare)
        const untouched = userState(calm)
        const since = performance.now()
        const merges = toEnd(calm)
        const tookMs = performance.now() - since
        const expected = stateOf(calm, merges)
        expect(expected.merges.map(([agent, status]) => [agent, status])).toStrictEqual([
          ["/root/one", "merged"],
          ["/root/two", "merged"],
          ["/root/three", "conflict"],
          ["/root/four", "merged"],
          ["/root/four/child", "merged"]
        ])
        expect([expected.left, expected.trees, expected.worktrees, expected.faults]).toStrictEqual([
          [{ path: "mine.txt", why: "it was changed here" }],
          [],
          [],
          ""
        ])
        expect(userState(calm)).toStrictEqual(untouched)
        let kills = 0
        for (let seed = 0; seed < seeds; seed += 1) {
          const files = yield* rig(prepare)
          const before = userState(files)
          // From the first moment to the last, and a second time on what the first has left.
          for (const part of [(seed + 0.5) / seeds, ((seed * 7 + 3) % seeds) / seeds]) {
            if (yield* Effect.promise(() => killed(files, startMs + part * (tookMs - startMs)))) kills += 1
          }
          expect(stateOf(files, toEnd(files))).toStrictEqual(expected)
          expect(userState(files)).toStrictEqual(before)
        }
        expect(kills).toBeGreaterThan(0)
      }),
    300_000
  )
})

const seeds = Number(process.env.KILLED_SEEDS ?? 2)
/** Until then Node loads what it runs. */
const startMs = 300
