/** A count by the real tools, whose listings end at a limit, and within the budget that an agent has by itself. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Blobs } from "../../../src/journal/Blobs.ts"
import { Journal } from "../../../src/journal/Journal.ts"
import { OfflineModel } from "../../../src/model/OfflineModel.ts"
import { globLimit } from "../../../src/model/offline/FileCount.ts"
import { Runtime } from "../../../src/runtime/Runtime.ts"
import { ConfinedRoot } from "../../../src/workspace/ConfinedRoot.ts"
import { sharedCounter } from "../../budget/sharedCounter.ts"
import { agent, agentsOf, run } from "../../runtime/Rig.ts"

const many = (count: number, name: string): ReadonlyArray<string> =>
  Array.from({ length: count }, (_, index) => name.replace("#", String(index)))

/** The rows of the table that an explorer writes who is asked for a count of these files. */
const rowsOf = (goal: string, ignored: string, files: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const root = mkdtempSync(join(tmpdir(), "deputize-count-"))
    for (const path of files) {
      mkdirSync(dirname(join(root, path)), { recursive: true })
      writeFileSync(join(root, path), "{}\n")
    }
    writeFileSync(join(root, ".gitignore"), ignored)
    const services = Layer.mergeAll(
      Journal.layerMemory,
      Blobs.layerMemory,
      sharedCounter,
      ConfinedRoot.layer(root),
      agentsOf(root),
      OfflineModel.layer
    )
    const result = yield* run({ workspace: root, agents: [agent("explorer", goal)] }).pipe(
      Effect.provide(Layer.provide(Runtime.layer, services)),
      Effect.ensuring(Effect.sync(() => rmSync(root, { recursive: true, force: true })))
    )
    return result.agents[0]?.answer
      .split("\n")
      .filter((line) => /^\| (?!---)/.test(line))
      .slice(1)
  })

const byPackage = "Count the TypeScript files by package and write a table"

describe("files that are more than one listing holds", () => {
  it.live("are counted exactly, package by package, with what ignore rules leave out left out", () =>
    Effect.gen(function* () {
      const rows = yield* rowsOf(byPackage, "ignored/\n", [
        ...["package.json", "packages/core/package.json", "packages/cli/package.json"],
        ...["vite.config.ts", ".github/check.ts"],
        ...Array.from(
          { length: globLimit - 20 },
          (_, index) => `packages/core/src/folder-${index % 9}/module-${index}.ts`
        ),
        ...many(60, "packages/core/test/module-#.test.tsx"),
        ...many(70, "packages/cli/src/command-#.mts"),
        ...many(40, "ignored/generated-#.ts")
      ])
      expect(rows).toStrictEqual([
        `| \`packages/core\` | ${globLimit + 40} |`,
        "| `packages/cli` | 70 |",
        "| `.` | 2 |",
        `| **Total** | **${globLimit + 112}** |`
      ])
    })
  )

  it.live("are counted without what is ignored somewhere among them, whatever folders are called", () =>
    Effect.gen(function* () {
      const rows = yield* rowsOf(byPackage, "dist/\nnode_modules/\n", [
        ...["package.json", "index.ts", "packages/core/package.json"],
        ...many(globLimit - 5, "packages/core/src/module-#.ts"),
        ...many(20, "packages/core/src/dist/module-#.ts"),
        ...many(30, "packages/core/a {b,c} [d]/module-#.ts"),
        ...many(25, "packages/core/dist/module-#.d.ts"),
        ...many(globLimit + 5, "node_modules/x/module-#.d.ts")
      ])
      expect(rows).toStrictEqual([
        `| \`packages/core\` | ${globLimit + 25} |`,
        "| `.` | 1 |",
        `| **Total** | **${globLimit + 26}** |`
      ])
    })
  )

  it.live("are counted so by folder, too", () =>
    Effect.gen(function* () {
      const rows = yield* rowsOf("Count the TypeScript files by folder", "dist/\nnode_modules/\n", [
        "index.ts",
        ...many(globLimit - 5, "src/module-#.ts"),
        ...many(20, "src/dist/module-#.ts"),
        ...many(30, "a {b,c} [d]/module-#.ts"),
        ...many(3, "dist/module-#.ts"),
        ...many(globLimit + 5, "node_modules/x/module-#.d.ts")
      ])
      expect(rows).toStrictEqual([
        `| \`src\` | ${globLimit - 5} |`,
        "| `a {b,c} [d]` | 30 |",
        "| directly in it | 1 |",
        `| **Total** | **${globLimit + 26}** |`
      ])
    })
  )
})

describe("files of a folder that is called like the folder it lies in", () => {
  it.live("are counted as its own only", () =>
    Effect.gen(function* () {
      const rows = yield* rowsOf(byPackage, "", [
        ...["app/package.json", "app/main.ts", "app/plugins/a/package.json", "app/plugins/b/package.json"],
        ...many(10, "app/app/module-#.ts"),
        ...many(3, "app/plugins/a/module-#.ts"),
        ...many(4, "app/plugins/b/app/module-#.ts")
      ])
      expect(rows).toStrictEqual([
        "| `app` | 11 |",
        "| `app/plugins/b` | 4 |",
        "| `app/plugins/a` | 3 |",
        "| **Total** | **18** |"
      ])
    })
  )

  it.live("and that are more than one listing holds", () =>
    Effect.gen(function* () {
      const rows = yield* rowsOf("Count the TypeScript files by folder", "", [
        ...many(globLimit - 1, "src/src/module-#.ts"),
        ...many(globLimit - 2, "src/lib/module-#.ts"),
        "src/index.ts",
        "index.ts"
      ])
      expect(rows).toStrictEqual([
        `| \`src\` | ${2 * globLimit - 2} |`,
        "| directly in it | 1 |",
        `| **Total** | **${2 * globLimit - 1}** |`
      ])
    })
  )
})
