import { existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { makeRunId } from "@deputize/core/domain/Ids"
import { Journal } from "@deputize/core/journal/Journal"
import { SqliteJournal } from "@deputize/core/journal/SqliteJournal"
import * as Effect from "effect/Effect"
import { describe, expect, it, onTestFinished } from "vitest"
import type { Environment } from "../../src/config/Environment.ts"
import { recordFile } from "../../src/config/RecordFile.ts"
import { worktreesFolder } from "../../src/config/WorktreesFolder.ts"
import { treeFindings } from "../../src/doctor/Trees.ts"

const place = () => {
  const base = mkdtempSync(join(tmpdir(), "deputize-trees-"))
  onTestFinished(() => rmSync(base, { recursive: true, force: true }))
  const workspace = join(base, "workspace")
  mkdirSync(workspace)
  const surroundings: Environment = { platform: "linux", variables: {}, home: base }
  const folder = worktreesFolder(surroundings, workspace) ?? ""
  const file = recordFile(surroundings, workspace) ?? ""
  const tree = (run: string, agent: string) => mkdirSync(join(folder, run, agent, "workspace"), { recursive: true })
  return { surroundings, workspace, folder, file, tree }
}

describe("trees that runs have left", () => {
  it("are not spoken of where there are none", async () => {
    const { surroundings, workspace } = place()
    expect(await Effect.runPromise(treeFindings(surroundings, workspace, true))).toStrictEqual([])
  })

  it("are named with the run that goes on with them, and removed where no record knows the run", async () => {
    const { file, folder, surroundings, tree, workspace } = place()
    const [known, unknown] = [makeRunId(1_700_000_000_000, 0.1), makeRunId(1_700_000_000_000, 0.2)]
    mkdirSync(dirname(file), { recursive: true })
    await Effect.runPromise(
      Effect.flatMap(Journal, (journal) => journal.open(known)).pipe(Effect.provide(SqliteJournal.layer({ file })))
    )
    tree(known, "one")
    tree(known, "two")
    tree(unknown, "one")
    const ofKnown = {
      name: "worktrees",
      status: "warning",
      text: `run ${known} has left 2 trees in ${join(folder, known)}`,
      next: `\`deputize resume ${known}\` goes on with it; \`deputize rm ${known}\` removes the run and its trees.`
    }
    expect(await Effect.runPromise(treeFindings(surroundings, workspace, false))).toStrictEqual([
      ofKnown,
      {
        name: "worktrees",
        status: "warning",
        text: `there is nobody on record for 1 tree in ${join(folder, unknown)}`,
        next: "deputize doctor --clear removes them."
      }
    ])
    expect(await Effect.runPromise(treeFindings(surroundings, workspace, true))).toStrictEqual([
      ofKnown,
      {
        name: "worktrees",
        status: "ok",
        text: `removed 1 tree in ${join(folder, unknown)}, of no run on record`,
        next: ""
      }
    ])
    expect([existsSync(join(folder, known)), existsSync(join(folder, unknown))]).toStrictEqual([true, false])
  })

  it("are removed also where git may not be run, and what stays in the repository is named", async () => {
    const { folder, surroundings, tree, workspace } = place()
    const run = makeRunId(1_700_000_000_000, 0.1)
    mkdirSync(join(workspace, ".git"))
    tree(run, "one")
    expect(await Effect.runPromise(treeFindings(surroundings, workspace, true))).toStrictEqual([
      {
        name: "worktrees",
        status: "warning",
        text: `removed 1 tree in ${join(folder, run)}, of no run on record; refs/deputize/${run}/, worktrees/deputize-${run}-one stay in the repository, as agents cannot have trees of their own here: .git holds no repository`,
        next: "Remove it with git, or leave it."
      }
    ])
    expect(existsSync(join(folder, run))).toBe(false)
  })
})
